"""What is written about a product: added, changed, shown in the shop or hidden from it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sqlalchemy import select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue import search
from storefront.catalogue.marks import Marked
from storefront.catalogue.models import CUSTODY_LEVELS, Category, Product
from storefront.errors import Refusal

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording(Marked):
    """Everything that is said of a product, in both languages, and where it stands."""

    category_id: int
    name_zh: str
    name_en: str
    tagline_zh: str
    tagline_en: str
    story_zh: str
    story_en: str
    origin_zh: str
    origin_en: str
    storage_zh: str
    storage_en: str
    shelf_life_days: int
    custody: str
    picture: str
    position: int

    @classmethod
    def of(cls, product: Product) -> Self:
        """Return what stands of ``product`` now."""
        return cls(**{name: getattr(product, name) for name in cls.__slots__})

    def other_than(self, before: "Wording") -> list[str]:
        """Return the names of what differs from ``before``."""
        return [name for name in self.__slots__ if getattr(self, name) != getattr(before, name)]


def slug_of(name: str) -> str:
    """Return the address that an English name suggests: ``Yulu pears, first`` is yulu-pears-first.

    Empty when nothing of it can stand in an address.
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:LONGEST_SLUG].strip("-")


def draft_product(slug: str, wording: Wording, *, actor: Actor, now: datetime) -> Product:
    """Add a product that is hidden until it is shown; the same again is the one that is there.

    Raises:
        Refusal: ``slug_unreadable``, ``slug_taken``, ``unknown_custody``.
    """
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise Refusal("slug_unreadable", field="slug")
    there = db.session.scalar(select(Product).where(Product.slug == slug))
    if there is not None and Wording.of(there) == wording:
        return there
    if there is not None:
        raise Refusal("slug_taken", field="slug", slug=slug)
    product = Product(slug=slug)
    _write(product, wording)
    db.session.add(product)
    db.session.flush()
    audit.record(actor, "add", "product", slug, now=now)
    return product


def describe(
    product_id: int, wording: Wording, *, seen: str, actor: Actor, now: datetime
) -> Product:
    """Change what is written about a product; ``seen`` is the mark of what was changed from.

    Orders that have it keep the name they were placed with.

    Raises:
        Refusal: ``changed_meanwhile`` when somebody else changed it since; ``unknown_custody``.
    """
    product = db.lock_one(Product, product_id)
    before = Wording.of(product)
    if before == wording:
        return product
    if before.mark != seen:
        raise Refusal("changed_meanwhile")
    _write(product, wording)
    changed = wording.other_than(before)
    audit.record(actor, "describe", "product", product.slug, now=now, changed=changed)
    db.session.flush()
    return product


def show(product_id: int, *, actor: Actor, now: datetime) -> Product:
    """Let the shop show a product; what is on sale of it can be bought."""
    product = db.lock_one(Product, product_id)
    if product.published_at is None:
        product.published_at = now
        audit.record(actor, "show", "product", product.slug, now=now)
        db.session.flush()
    return product


def hide(product_id: int, *, actor: Actor, now: datetime) -> Product:
    """Hide a product: lists, search and its own page no longer have it. Orders keep it."""
    product = db.lock_one(Product, product_id)
    if product.published_at is not None:
        product.published_at = None
        audit.record(actor, "hide", "product", product.slug, now=now)
        db.session.flush()
    return product


def _write(product: Product, wording: Wording) -> None:
    if wording.custody not in CUSTODY_LEVELS:
        raise Refusal("unknown_custody", field="custody")
    category = db.get(Category, wording.category_id)
    for name in Wording.__slots__:
        setattr(product, name, getattr(wording, name))
    search.index(product, category)
