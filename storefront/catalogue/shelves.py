"""The shop's shelves, as the office sorts them: added, renamed, put elsewhere, taken away."""

from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import starmap
from typing import Self

from sqlalchemy import func, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue import drafting, search, wording
from storefront.catalogue.marks import Marked
from storefront.catalogue.models import Category, Product
from storefront.errors import NotFound, Refusal


@dataclass(frozen=True, slots=True)
class Shelf(Marked):
    """What a shelf is called, and its place among the others."""

    name_zh: str
    name_en: str
    position: int

    @classmethod
    def of(cls, category: Category) -> Self:
        """Return a shelf as it stands."""
        return cls(category.name_zh, category.name_en, category.position)


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A shelf, and how many products stand on it, hidden ones too."""

    slug: str
    name_zh: str
    name_en: str
    position: int
    products: int


_COUNTED = (
    select(Category.slug, Category.name_zh, Category.name_en, Category.position)
    .add_columns(func.count(Product.id))
    .outerjoin(Product, Product.category_id == Category.id)
    .group_by(Category.id)
    .order_by(Category.position, Category.id)
)


def counted() -> tuple[ShelfRow, ...]:
    """Return the shelves in their order. One statement."""
    return tuple(starmap(ShelfRow, db.session.execute(_COUNTED)))


def named(slug: str) -> Category:
    """Return a shelf. Raises NotFound."""
    found = db.session.scalar(select(Category).where(Category.slug == slug))
    if found is None:
        raise NotFound
    return found


def add(slug: str, shelf: Shelf, *, actor: Actor, now: datetime) -> Category:
    """Add a shelf; the same again is the one that is there.

    Raises:
        Refusal: ``slug_unreadable``, ``shelf_taken``.
    """
    if len(slug) > wording.LONGEST_SLUG or not wording.SLUG.fullmatch(slug):
        raise Refusal("slug_unreadable", field="slug")
    db.lock_tables(Category)
    there = db.session.scalar(select(Category).where(Category.slug == slug))
    if there is not None and Shelf.of(there) == shelf:
        return there
    if there is not None:
        raise Refusal("shelf_taken", field="slug", slug=slug)
    audit.record(actor, "add", "shelf", slug, now=now)
    return drafting.add_category(slug, shelf.name_zh, shelf.name_en, shelf.position)


def change(category_id: int, shelf: Shelf, *, seen: str, actor: Actor, now: datetime) -> Category:
    """Rename a shelf or put it elsewhere; its address stays, and products are found by its name.

    Raises:
        Refusal: ``changed_meanwhile`` when somebody else changed it since.
    """
    category = db.lock_one(Category, category_id)
    before = Shelf.of(category)
    if before == shelf:
        return category
    if before.mark != seen:
        raise Refusal("changed_meanwhile")
    category.name_zh, category.name_en, category.position = astuple(shelf)
    db.session.flush()
    if (before.name_zh, before.name_en) != (shelf.name_zh, shelf.name_en):
        for product in db.session.scalars(
            select(Product).where(Product.category_id == category.id)
        ):
            search.index(product, category)
    audit.record(actor, "change_shelf", "shelf", category.slug, now=now)
    return category


def remove(slug: str, *, actor: Actor, now: datetime) -> None:
    """Take an empty shelf away; one that is gone already: no change.

    Raises:
        Refusal: ``shelf_in_use``.
    """
    db.lock_tables(Category)
    category = db.session.scalar(select(Category).where(Category.slug == slug))
    if category is None:
        return
    on_it = select(func.count()).where(Product.category_id == category.id)
    products = db.session.scalar(on_it)
    if products:
        raise Refusal("shelf_in_use", products=products)
    db.session.delete(category)
    audit.record(actor, "remove_shelf", "shelf", slug, now=now)
    db.session.flush()
