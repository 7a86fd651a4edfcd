"""A page of the shelf: products on sale by shelf, by price or by what was typed, some at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    SQLColumnExpression,
    bindparam,
    func,
    select,
    tuple_,
)

from storefront import db
from storefront.catalogue import queries, search
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Category, Offer, Product
from storefront.catalogue.queries import ON_SALE, ProductCard

SORTS = ("shelf", "cheap", "dear")
PAGE = 24
Place = tuple[int, ...]  # where a page ends: the sort keys of its last product


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show: one category or all, with these (folded) words, after a place."""

    category: str | None = None
    words: Sequence[str] = ()
    sort: str = "shelf"
    after: Place | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of products; ``after`` is where the next one begins, None on the last."""

    cards: tuple[ProductCard, ...]
    after: Place | None


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A shelf of the shop."""

    slug: str
    name_zh: str
    name_en: str


@kept
def categories() -> tuple[CategoryRow, ...]:
    """Return the categories in their order. One statement."""
    columns = (Category.slug, Category.name_zh, Category.name_en)
    rows = db.session.execute(select(*columns).order_by(Category.position, Category.id))
    return tuple(CategoryRow(*row) for row in rows)


class _Shape(NamedTuple):
    """What of a wish makes its statement; the rest are values it is given."""

    category: bool
    words: int
    sort: str
    after: bool


def listed(wish: Wish) -> Listed:
    """Return a page of products that have an offer on sale. Two statements, if not kept.

    First pages of the shelves are kept; what anybody may type is not, there is no end of it.
    """
    return _listed(wish) if wish.words or wish.after else _first_page(wish)


@kept
def _first_page(wish: Wish) -> Listed:
    return _listed(wish)


def _listed(wish: Wish) -> Listed:
    deep = len(_keys(bool(wish.words), wish.sort))
    after = wish.after if wish.after is not None and len(wish.after) == deep else None
    shape = _Shape(wish.category is not None, len(wish.words), wish.sort, after is not None)
    given = {
        "most": wish.limit + 1,
        **({"category": wish.category} if shape.category else {}),
        **(search.values_of(wish.words) if wish.words else {}),
        **{f"after_{place}": key for place, key in enumerate(after or ())},
    }
    rows = [tuple(row) for row in db.session.execute(_statement(shape), given)]
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row[0])]
    shown, more = groups[: wish.limit], len(groups) > wish.limit
    place = tuple(int(key) for key in shown[-1][0][-deep:]) if more else None
    return Listed(_cards(shown, deep), place)


def _cards(groups: Sequence[Sequence[tuple[Any, ...]]], deep: int) -> tuple[ProductCard, ...]:
    wide = len(queries.CARD)
    parts = queries.parts_of([row for group in groups for row in group], wide)
    return tuple(
        ProductCard(
            queries.offers_of([row[:-deep] for row in group], wide, parts), *group[0][:wide]
        )
        for group in groups
    )


def _keys(words: bool, sort: str) -> tuple[SQLColumnExpression[Any], ...]:  # noqa: FBT001  of a shape
    """Return what products are sorted by: whole numbers, the last of them the product's id."""
    if words:
        return (search.RANK, Product.position, Product.id)
    if sort == "shelf":
        return (Category.position, Product.position, Product.id)
    price = select(func.min(Offer.price_fen)).where(ON_SALE).correlate(Product).scalar_subquery()
    return (price if sort == "cheap" else -price, Product.id)


@cache
def _statement(shape: _Shape) -> Select[*tuple[Any, ...]]:
    """Build the statement of a page, once for each shape: its products, then their offers."""
    keys = _keys(shape.words > 0, shape.sort)
    page = _page(shape, keys).subquery()
    order = [page.c[f"key_{place}"] for place in range(len(keys))]
    return (
        select(*queries.CARD, *queries.OFFER, *order)
        .join(page, page.c.id == Product.id)
        .join(Category, Category.id == Product.category_id)
        .join(Offer, ON_SALE)
        .order_by(*order, Offer.position, Offer.id)
    )


def _page(shape: _Shape, keys: Sequence[SQLColumnExpression[Any]]) -> Select[*tuple[Any, ...]]:
    named: list[Any] = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    query = (
        select(Product.id, *named)
        .join(Category, Category.id == Product.category_id)
        .where(Product.published_at.is_not(None))
        .where(select(Offer.id).where(ON_SALE).correlate(Product).exists())
        .order_by(*keys)
        .limit(bindparam("most", type_=Integer))
    )
    if shape.category:
        query = query.where(Category.slug == bindparam("category"))
    if shape.words:
        query = query.where(search.matches(shape.words))
    if shape.after:
        last = (bindparam(f"after_{place}", type_=BigInteger) for place in range(len(keys)))
        query = query.where(tuple_(*keys) > tuple_(*last))
    return query
