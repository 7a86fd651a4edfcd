"""Finding a product: by any part of its names, in characters, pinyin, initials or English.

A product keeps what it is found by in two columns, folded (folding.py): ``search_names``
holds each way of writing its names between bars, ``search_text`` that and what else is
said of it. So a search folds what was typed and looks for it in what is on sale.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from storefront import db
from storefront.catalogue.folding import folded, joined
from storefront.catalogue.models import Category, Product
from storefront.catalogue.spelling import spellings

BAR = "|"
BEGINS, HOLDS, ELSEWHERE = 0, 1, 2  # how well a product fits, best first


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


def rank(names: str, text: str, words: Sequence[str]) -> int | None:
    """Return how well a product fits (folded) words, None if it does not.

    It fits where it holds each of them, or all of them as one. A name begins so, a name
    holds it, or it is said elsewhere.
    """
    whole = "".join(words)
    if whole not in text and (len(words) == 1 or not all(word in text for word in words)):
        return None
    if BAR + whole in names:
        return BEGINS
    return HOLDS if whole in names else ELSEWHERE
