"""htmx: one URL, two sizes; and the toasts (docs/adr/0007).

Everything htmx goes through here: htmx-flask's own response helpers reject
values htmx knows, so ``HX-*`` headers are set below.
"""

import json
from typing import Any, cast

import flask
from flask import Flask, Response, flash, make_response, redirect, render_template, url_for
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.wrappers import Response as AnyResponse

TOASTS = "toasts"
CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    # not "style": settling it writes the attribute, which the policy forbids
    "attributesToSettle": ["class", "width", "height"],
    "historyCacheSize": 0,
    "includeIndicatorStyles": False,
    "refreshOnHistoryMiss": True,
    "selfRequestsOnly": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        # a form with its faults, a refusal, an expired form: all of them are shown
        {"code": "[45]..", "swap": True, "error": True},
    ],
}


class StoreRequest(HtmxAwareRequest):  # type: ignore[misc]  # htmx-flask is untyped
    """The request, and which size of answer it wants."""

    @property
    def wants_fragment(self) -> bool:
        """Whether the answer is a fragment: htmx, but no boosted link and no history miss."""
        htmx = self.htmx
        return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


request = cast("StoreRequest", flask.request)


def page(full: str, fragment: str, **context: Any) -> Response:  # noqa: ANN401  template facts
    """Render ``fragment`` where htmx asked for one, otherwise ``full``.

    A fragment carries the waiting toasts out of band; a page shows them itself.
    """
    if request.wants_fragment:
        return make_response(render_template(fragment, **context) + _toasts())
    return make_response(render_template(full, **context))


def _toasts() -> str:
    waiting = flask.session.get("_flashes")
    return render_template("_toasts.html", out_of_band=True) if waiting else ""


def toast(sentence: object, kind: str = "ok") -> None:
    """Show ``sentence`` on the next page or fragment; ``kind`` is ``ok``, ``warn`` or ``bad``."""
    flash(str(sentence), kind)


def see_other(endpoint: str, **values: Any) -> AnyResponse:  # noqa: ANN401  URL values
    """Answer a POST: go and read ``endpoint`` (303, so that the method becomes GET)."""
    return redirect(url_for(endpoint, **values), 303)


def send_to(address: str) -> AnyResponse:
    """Move the whole browser to ``address``, also from within a fragment."""
    if request.wants_fragment:
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def retarget(response: Response, selector: str, swap: str) -> Response:
    """Put the answer at ``selector`` by ``swap``, whatever the element asked for."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = swap
    return response


def init_app(app: Flask) -> None:
    """Make ``app`` read htmx's headers and answer them."""
    Htmx().init_app(app)
    app.request_class = StoreRequest  # after init_app, which sets its own
    app.jinja_env.globals["htmx_config"] = json.dumps(CONFIG)
