"""Finding a product: by any part of its names, in characters, pinyin, initials or English.

A product keeps what it is found by in two columns, folded (folding.py): ``search_names``
holds each way of writing its names between bars, ``search_text`` that and what else is
said of it. So a search folds what was typed and asks LIKE, alike on both databases.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from storefront import db
from storefront.catalogue.folding import folded, joined
from storefront.catalogue.models import Category, Product
from storefront.catalogue.spelling import spellings

BAR = "|"
BEGINS, HOLDS, ELSEWHERE = 0, 1, 2  # how well a product fits, best first
ESCAPE = "\\"
SIGNS, ESCAPED = re.compile(r"([\\%_])"), r"\\\1"


def index(product: Product, category: Category) -> None:
    """Write down what a product is found by, all but its pinyin (that is ``spell``'s)."""
    _write(product, category, ())
    product.spelt_at = None


def spell(product: Product, category: Category, *, now: datetime) -> None:
    """Write down what a product is found by, with its names and its shelf's in pinyin."""
    _write(product, category, spellings(product.name_zh), spellings(category.name_zh))
    product.spelt_at = now


def spell_names(*, now: datetime, limit: int = 50) -> int:
    """Spell up to ``limit`` products that are not yet; returns how many (a chore)."""
    query = select(Product.id).where(Product.spelt_at.is_(None)).order_by(Product.id).limit(limit)
    products = db.lock(Product, *db.session.scalars(query))
    for product in products:
        spell(product, db.get(Category, product.category_id), now=now)
    return len(products)


def _write(
    product: Product, category: Category, names: Iterable[str], others: Iterable[str] = ()
) -> None:
    english = folded(product.name_en).split()
    written = (joined(product.name_zh), joined(product.name_en), *english, *names)
    said = (category.name_zh, category.name_en, product.tagline_zh, product.tagline_en)
    place = (product.origin_zh, product.origin_en)
    product.search_names = _between_bars(written)
    product.search_text = product.search_names + _between_bars(
        (*map(joined, (*said, *place)), *others)
    )


def _between_bars(texts: Iterable[str]) -> str:
    return BAR + BAR.join(dict.fromkeys(text for text in texts if text)) + BAR


def matches(count: int) -> ColumnElement[bool]:
    """Return the condition that a product holds each of ``count`` words, or all of them as one.

    ``values_of`` has what the statement is given.
    """
    whole = _holds(Product.search_text, "whole")
    if count == 1:
        return whole
    return or_(whole, and_(*(_holds(Product.search_text, f"word_{n}") for n in range(count))))


RANK: ColumnElement[int] = case(
    (Product.search_names.like(bindparam("begins"), escape=ESCAPE), BEGINS),
    (Product.search_names.like(bindparam("whole"), escape=ESCAPE), HOLDS),
    else_=ELSEWHERE,
)
"""How well a product fits: a name begins so, a name holds it, or it is said elsewhere."""


def values_of(words: Sequence[str]) -> dict[str, str]:
    """Return what a statement with ``matches`` and ``RANK`` is given for these (folded) words."""
    whole = "".join(words)
    each = {f"word_{n}": _pattern(word) for n, word in enumerate(words)} if words[1:] else {}
    return {"whole": _pattern(whole), "begins": _pattern(BAR + whole), **each}


def _holds(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    return column.like(bindparam(name), escape=ESCAPE)


def _pattern(text: str) -> str:
    """Return ``text`` anywhere, as LIKE wants it: its own signs stand for themselves."""
    return f"%{SIGNS.sub(ESCAPED, text)}%"
