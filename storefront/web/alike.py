"""A page that everybody is shown alike is drawn once of its facts (docs/adr/0032)."""

from typing import TYPE_CHECKING, Any, Final, cast

from flask import Flask, Response, current_app, make_response, session

from storefront import clock
from storefront.web.drawing import Pieces
from storefront.web.holes import Holed, filled_in
from storefront.web.htmx import page, request
from storefront.web.i18n import language

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 500_000  # bytes: fifty pages
pages: Final[Pieces[bytes]] = Pieces(MOST)


def page_alike(full: str, fragment: str, **facts: Any) -> Response:  # noqa: ANN401  template facts
    """Return ``page`` of facts that can be hashed; what is the visitor's own are holes in it.

    The address and the language decide too, nothing else of the request may. While something
    is to be said to this visitor alone, or to everybody for a while, it is drawn anew.
    """
    telling = cast("Callable[[], object]", current_app.jinja_env.globals["telling"])
    if session.get("_flashes") or telling():
        return page(full, fragment, **facts)
    name = fragment if request.wants_fragment else full
    day = clock.china_day(clock.now())
    key = (name, language(), day, request.full_path, *facts.items())
    drawn = pages.get(key)
    if drawn is None:
        drawn = _drawn(name, facts).encode()
        pages.keep(key, drawn)
    return make_response(filled_in(drawn))


def _drawn(name: str, facts: dict[str, Any]) -> str:
    context = dict(facts)
    current_app.update_template_context(context)
    template = cast("Holed", current_app.jinja_env.get_template(name))
    return template.render_open(context)


def init_app(_app: Flask) -> None:
    """Forget the pages of another app."""
    pages.clear()
