"""A page of the shelf: products on sale by shelf, by price or by what was typed, some at a time.

Everything on sale is read once an edition (docs/adr/0022); a page is picked from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select

from storefront import db
from storefront.catalogue import queries, search
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Category
from storefront.catalogue.queries import OnShow, ProductCard
from storefront.facts import hashed_once

SORTS = ("shelf", "cheap", "dear")
PAGE = 24
Place = tuple[int, ...]  # where a page ends: the sort keys of its last product
Placed = tuple[Place, ProductCard]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show: one category or all, with these (folded) words, after a place."""

    category: str | None = None
    words: tuple[str, ...] = ()
    sort: str = "shelf"
    after: Place | None = None
    limit: int = PAGE


@hashed_once
@dataclass(frozen=True)
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


@kept
def shelves() -> tuple[CategoryRow, ...]:
    """Return the categories something is on sale of, in their order."""
    cards = (each.card for each in on_sale())
    rows = ((card.category_slug, card.category_zh, card.category_en) for card in cards)
    return tuple(CategoryRow(*row) for row in dict.fromkeys(rows))


@kept
def listed(wish: Wish) -> Listed:
    """Return a page of products that have an offer on sale. Two statements, if not kept.

    What was typed before is not looked for again; a page is little, the cards are everybody's.
    """
    if wish.words:
        placed: Iterable[Placed] = _found(wish)
    else:
        placed = _sorted(wish.category, wish.sort)
    return page_of(placed, wish)


def page_of(placed: Iterable[Placed], wish: Wish) -> Listed:
    """Return a page of products that stand in order, each with its place."""
    rest = _after(placed, wish.after)
    page = list(islice(rest, wish.limit))
    more = bool(page) and next(rest, None) is not None
    return Listed(tuple(card for _, card in page), page[-1][0] if more else None)


def _after(placed: Iterable[Placed], place: Place | None) -> Iterator[Placed]:
    """Return what comes after ``place``; one of another sort is no place here."""
    for key, card in placed:
        if place is None or len(place) != len(key) or key > place:
            yield key, card


@kept
def _sorted(category: str | None, sort: str) -> tuple[Placed, ...]:
    here = [each for each in on_sale() if category in {None, each.card.category_slug}]
    if sort == "shelf":
        return tuple(((each.shelf, each.position, each.card.id), each.card) for each in here)
    sign = 1 if sort == "cheap" else -1
    prices = [(sign * min(int(offer.price) for offer in each.card.offers), each) for each in here]
    placed = (((price, each.card.id), each.card) for price, each in prices)
    return tuple(sorted(placed, key=lambda one: one[0]))


def _found(wish: Wish) -> list[Placed]:
    """Return what bears the words, best first."""
    ranked = ((search.rank(each.names, each.text, wish.words), each) for each in on_sale())
    placed = [
        ((rank, each.position, each.card.id), each.card)
        for rank, each in ranked
        if rank is not None and wish.category in {None, each.card.category_slug}
    ]
    return sorted(placed, key=lambda one: one[0])


@kept
def on_sale() -> tuple[OnShow, ...]:
    """Return every product that has an offer on sale, shelf by shelf."""
    return tuple(each for each in queries.on_show() if each.card.offers)
