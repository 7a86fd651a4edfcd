"""One place turns what went wrong into an answer: a page, or a toast within a page.

A fragment that asked for something keeps what it shows: its answer goes to the
toasts instead of its target.
"""

import logging
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from storefront import db
from storefront.errors import Busy, Forbidden, NotFound, Refusal
from storefront.web import expired_form, refusals
from storefront.web.htmx import TOASTS, request, retarget

log = logging.getLogger("storefront.errors")
RETRY_SECONDS = "2"


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error page says: what happened, and what to do next."""

    title: LazyString
    advice: LazyString


FAULTS = {
    400: Fault(
        _l("We could not read that"),
        _l("Go back and try again; nothing was changed."),
    ),
    403: Fault(
        _l("You may look at this, but not change it"),
        _l("Ask the person in charge, or sign in as someone else."),
    ),
    404: Fault(
        _l("There is nothing here"),
        _l("The link may be old or mistyped. The orchard is still open."),
    ),
    405: Fault(
        _l("This address is not to be opened like that"),
        _l("Go back to the page you came from and use its buttons."),
    ),
    409: Fault(
        _l("That is not possible now"),
        _l("Nothing was changed."),
    ),
    413: Fault(
        _l("That is too much at once"),
        _l("Send less text or a smaller file; nothing was changed."),
    ),
    429: Fault(
        _l("Too many tries"),
        _l("Wait a few minutes, then try again."),
    ),
    500: Fault(
        _l("Something broke on our side"),
        _l("It was noted down. Your order and your money are safe; please try again later."),
    ),
    503: Fault(
        _l("Many people are here at once"),
        _l("Nothing was changed. Please try again."),
    ),
}


def answer(status: int, sentence: str | None = None) -> Response:
    """Return the page (or toast) for ``status``; ``sentence`` takes the place of its advice."""
    fault = FAULTS.get(status, FAULTS[400 if status < 500 else 500])  # noqa: PLR2004  HTTP
    facts = {"status": status, "title": fault.title, "advice": sentence or fault.advice}
    if request.wants_fragment:
        toast = make_response(render_template("errors/toast.html", **facts), status)
        return retarget(toast, f"#{TOASTS}", "beforeend")
    return make_response(render_template("errors/error.html", **facts), status)


def refused(refusal: Refusal) -> Response:
    """Answer a refusal no form took: 409 and its sentence."""
    return answer(409, refusals.sentence(refusal))


def not_found(_fault: NotFound) -> Response:
    """Answer 404: no such thing, or not yours."""
    return answer(404)


def forbidden(_fault: Forbidden) -> Response:
    """Answer 403: yours to read only."""
    return answer(403)


def busy(_fault: Busy) -> Response:
    """Answer 503: nothing was written, the same request may succeed in a moment."""
    response = answer(503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def database_fault(fault: DBAPIError) -> Response:
    """Answer a read the database could not do now as busy; any other fault is ours."""
    return busy(Busy()) if db.is_busy(fault) else broken(fault)


def unreadable(fault: DataError | OverflowError) -> Response:
    """Answer 400: the database cannot hold what was sent, a number of thirty digits say."""
    log.warning("unreadable", extra={"facts": {"kind": type(fault).__name__}})
    return answer(400)


def http_fault(fault: HTTPException) -> Response:
    """Answer what Flask and Werkzeug refuse by themselves, keeping their headers."""
    if isinstance(fault, SecurityError):  # another host name: no address can be built for a page
        return _plain(400, "Bad request")
    if fault.response is not None or fault.code is None or fault.code < 400:  # noqa: PLR2004  HTTP
        return make_response(fault.get_response(request.environ))
    response = answer(fault.code)
    for name, value in fault.get_headers(request.environ):
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def broken(fault: Exception) -> Response:
    """Answer 500, and note the fault without the person's data."""
    original = getattr(fault, "original_exception", None) or fault
    log.error("fault", exc_info=original, extra={"facts": {"kind": type(original).__name__}})
    try:
        return answer(500)
    except Exception:  # the page itself may be what is broken
        log.exception("no error page")
        return _plain(500, "出了点问题，请稍后再试。 Something broke; please try again later.")


def _plain(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status, content_type="text/plain; charset=utf-8")


def init_app(app: Flask) -> None:
    """Answer every fault of ``app`` from here."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(NotFound, not_found)
    app.register_error_handler(Forbidden, forbidden)
    app.register_error_handler(Busy, busy)
    app.register_error_handler(DBAPIError, database_fault)
    app.register_error_handler(DataError, unreadable)
    app.register_error_handler(OverflowError, unreadable)
    app.register_error_handler(CSRFError, expired_form.answer)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(InternalServerError, broken)
