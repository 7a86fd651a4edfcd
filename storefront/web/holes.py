"""What is a visitor's own in a page that is drawn once: a hole, filled when the page is done.

A form's token and the basket's count stand in pieces and pages that everybody is shown alike
(docs/adr/0032). The mark of a hole is this process's own, so that nobody can write one.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from markupsafe import Markup

from storefront.web.shopping import basket_count

MARK: Final = secrets.token_hex(8)
OWN: Final[dict[str, Callable[[], str]]] = {
    "form_token": generate_csrf,
    "basket_count": basket_count,
}
HOLES: Final = {f"hole-{name}-{MARK}": own for name, own in OWN.items()}
SENT_HOLES: Final = {hole.encode(): own for hole, own in HOLES.items()}


def filled(text: str) -> str:
    """Return ``text`` with what is the visitor's own."""
    for hole, own in HOLES.items():
        if hole in text:
            text = text.replace(hole, own())
    return text


def filled_in(page: bytes) -> bytes:
    """Return a page as it is sent with what is the visitor's own."""
    for hole, own in SENT_HOLES.items():
        if hole in page:
            page = page.replace(hole, own().encode())
    return page


class Holed(Template):
    """A template whose page has holes until it is done."""

    def render(self, *args: Any, **facts: Any) -> str:  # noqa: ANN401  template facts
        """Return the page as its visitor gets it."""
        return filled(self.render_open(*args, **facts))

    def render_open(self, *args: Any, **facts: Any) -> str:  # noqa: ANN401  as above
        """Return the page with its holes."""
        return super().render(*args, **facts)


def _dug(hole: str) -> Callable[[], Markup]:
    return lambda: Markup(hole)  # noqa: S704  our own letters


def init_app(app: Flask) -> None:
    """Give every template a function for each hole."""
    app.jinja_env.globals.update({name: _dug(hole) for name, hole in zip(OWN, HOLES, strict=True)})
