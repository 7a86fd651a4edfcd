"""What a macro draws of the same facts is drawn once (docs/adr/0021).

A macro that is imported without context sees nothing but what it is given, its language
(web/sentences.py) and the day: the same facts make the same piece of the page. Price and
stock are among the facts, so nothing that is kept can be old.
"""

from datetime import date
from functools import lru_cache
from typing import Any, Final

from flask import Flask
from jinja2.runtime import Macro

from storefront import clock

MOST: Final = 2_000  # pieces: some two megabytes


def drawn(macro: Macro, *facts: Any, **knobs: Any) -> str:  # noqa: ANN401  any values that do not change
    """Return what ``macro`` makes of ``facts``, which are values that can be hashed.

    In a template: ``{{ drawn(product_card, shelved, level=2) }}``.
    """
    return pieces(macro, clock.china_day(clock.now()), facts, tuple(knobs.items()))


@lru_cache(MOST)
def pieces(
    macro: Macro, _day: date, facts: tuple[Any, ...], knobs: tuple[tuple[str, Any], ...]
) -> str:
    """Return the piece that was kept, or draw it: ``drawn`` says what the facts are."""
    return macro(*facts, **dict(knobs))


def init_app(app: Flask) -> None:
    """Give every template ``drawn``; another app's pieces are not this one's."""
    pieces.cache_clear()
    app.jinja_env.globals["drawn"] = drawn
