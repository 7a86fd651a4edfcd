"""What a macro draws of the same facts is drawn once (docs/adr/0021).

A macro that is imported without context sees nothing but what it is given, its language
(web/sentences.py) and the day: the same facts make the same piece of the page. Price and
stock are among the facts, so nothing that is kept can be old.
"""

from typing import Any, Final, Generic, Protocol, TypeVar

from flask import Flask
from jinja2.runtime import Macro
from wtforms import Field

from storefront import clock

MOST: Final = 250_000  # characters, two bytes each where there is Chinese
Key = tuple[Any, ...]
Piece = TypeVar("Piece", str, bytes)


class Pieces(Generic[Piece]):
    """The pieces that were asked for last: a young half, and an old one that is dropped whole.

    A piece that is asked for again is young again. Threads may draw a piece twice, no more.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self.clear()

    def clear(self) -> None:
        """Keep nothing."""
        self._young: dict[Key, Piece] = {}
        self._old: dict[Key, Piece] = {}
        self.size = 0  # of the young

    def get(self, key: Key) -> Piece | None:
        """Return the piece, if it is kept."""
        piece = self._young.get(key)
        if piece is None:
            piece = self._old.get(key)
            if piece is not None:
                self.keep(key, piece)
        return piece

    def keep(self, key: Key, piece: Piece) -> None:
        """Keep a piece; when the young fill their half they are the old."""
        if self.size > self._half:
            self._old, self._young, self.size = self._young, {}, 0
        self._young[key] = piece
        self.size += len(piece)


pieces: Final[Pieces[str]] = Pieces(MOST)


def drawn(macro: Macro, *facts: Any, **knobs: Any) -> str:  # noqa: ANN401  any values that do not change
    """Return what ``macro`` makes of ``facts``, which are values that can be hashed.

    In a template: ``{{ drawn(product_card, shelved, level=2) }}``.
    """
    return _kept((facts, *knobs.items()), macro, *facts, **knobs)


class Offering(Protocol):
    """A form that knows which words in it are its own: blank, or chosen from a list it has."""

    def __getitem__(self, name: str) -> Field:
        """Return a field."""

    def offers(self, field: Field) -> bool:
        """Whether what stands in the field was not written by a person."""


def drawn_fields(macro: Macro, form: Offering, *names: str) -> str:
    """Return what ``macro`` makes of some fields of a form, and of nothing else in it.

    It is kept for everybody who left them blank or chose the same, never what a person wrote.
    In a template: ``{{ drawn_fields(street, form, "address") }}``.
    """
    fields = [form[name] for name in names]
    if not all(form.offers(field) and not field.errors for field in fields):
        return macro(form)
    chosen = tuple(field.data for field in fields)
    return _kept((type(form), chosen), macro, form)


def _kept(facts: Key, macro: Macro, *given: Any, **knobs: Any) -> str:  # noqa: ANN401  as above
    key = (macro, clock.china_day(clock.now()), *facts)
    piece = pieces.get(key)
    if piece is None:
        piece = macro(*given, **knobs)
        pieces.keep(key, piece)
    return piece


def init_app(app: Flask) -> None:
    """Give every template these; another app's pieces are not this one's."""
    pieces.clear()
    app.jinja_env.globals |= {"drawn": drawn, "drawn_fields": drawn_fields}
