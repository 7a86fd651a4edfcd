"""What the county's filters offer: only what has rows in the kept summary."""

from dataclasses import dataclass
from itertools import starmap
from typing import Any

from sqlalchemy import Select, select

from storefront import db
from storefront.catalogue.models import Product
from storefront.settlement.models import CountyMonth
from storefront.supply.places import Township, Village


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to filter by."""

    id: int
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything to filter by; months newest first."""

    months: tuple[str, ...]
    townships: tuple[Choice, ...]
    villages: tuple[Choice, ...]
    products: tuple[Choice, ...]


def choices() -> Choices:
    """Return what has figures; four statements on the coarse shelf."""
    months = select(CountyMonth.month).distinct().order_by(CountyMonth.month.desc())
    return Choices(
        months=tuple(db.session.scalars(months)),
        townships=_named(TOWNSHIPS),
        villages=_named(VILLAGES),
        products=_named(PRODUCTS),
    )


def _named(query: Select[*tuple[Any, ...]]) -> tuple[Choice, ...]:
    return tuple(starmap(Choice, db.session.execute(query)))


_WITH_FIGURES = select(CountyMonth.village_id)
VILLAGES = (
    select(Village.id, Village.name_zh, Village.name_en)
    .where(Village.id.in_(_WITH_FIGURES))
    .order_by(Village.code, Village.id)
)
TOWNSHIPS = (
    select(Township.id, Township.name_zh, Township.name_en)
    .where(Township.id.in_(select(Village.township_id).where(Village.id.in_(_WITH_FIGURES))))
    .order_by(Township.code, Township.id)
)
PRODUCTS = (
    select(Product.id, Product.name_zh, Product.name_en)
    .where(Product.id.in_(select(CountyMonth.product_id)))
    .order_by(Product.position, Product.id)
)
