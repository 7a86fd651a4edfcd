"""What the brand office asks of the catalogue: every product, also what the shop does not show."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, Select, bindparam, or_, select, tuple_

from storefront import db
from storefront.catalogue import queries
from storefront.catalogue.listing import Place
from storefront.catalogue.models import Category, Grade, Offer, Product
from storefront.catalogue.queries import OfferRow
from storefront.errors import NotFound

PAGE = 60


@dataclass(frozen=True, slots=True)
class DeskOffer:
    """A pack, on sale or not."""

    row: OfferRow
    on_sale: bool


@dataclass(frozen=True, slots=True)
class DeskProduct:
    """A product with all its packs, by position."""

    offers: tuple[DeskOffer, ...]
    id: int
    slug: str
    category_slug: str
    category_zh: str
    category_en: str
    name_zh: str
    name_en: str
    tagline_zh: str
    tagline_en: str
    picture: str
    custody: str
    presale_from: int | None
    opens_on: int | None
    ends_on: int | None
    shown: bool

    @property
    def selling(self) -> tuple[OfferRow, ...]:
        """The packs that can be bought, if the product is shown."""
        return tuple(offer.row for offer in self.offers if offer.on_sale and self.shown)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Some products; ``after`` is where the next ones begin, None on the last page."""

    products: tuple[DeskProduct, ...]
    after: Place | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A shelf or a grade to choose."""

    id: int
    name_zh: str
    name_en: str


_SHOWN = Product.published_at.is_not(None).label("shown")
_SELLS = (Offer.published_at.is_not(None) & Offer.withdrawn_at.is_(None)).label("sells")
_KEYS = (Category.position, Product.position, Product.id)
_WIDE = len(queries.CARD) + 1
_ROWS: Select[*tuple[Any, ...]] = (
    select(*queries.CARD, _SHOWN, *queries.OFFER, _SELLS, *_KEYS)
    .join(Category, Category.id == Product.category_id)
    .outerjoin(Offer, Offer.product_id == Product.id)
    .order_by(*_KEYS, Offer.position, Offer.id)
)
_ONE = _ROWS.where(Product.slug == bindparam("slug"))
_LIMITED = (
    select(Product.id)
    .join(Category, Category.id == Product.category_id)
    .order_by(*_KEYS)
    .limit(bindparam("most", type_=Integer))
)


def products(*, typed: str = "", after: Place | None = None, limit: int = PAGE) -> DeskPage:
    """Return products by shelf, some at a time; ``typed`` is part of a name or a number."""
    chosen = _LIMITED
    if typed:
        parts = (Product.name_zh, Product.name_en, Product.slug)
        numbered = select(Offer.id).where(
            Offer.product_id == Product.id, Offer.sku.icontains(typed, autoescape=True)
        )
        named = (column.icontains(typed, autoescape=True) for column in parts)
        chosen = chosen.where(or_(*named, numbered.exists()))
    if after is not None and len(after) == len(_KEYS):
        chosen = chosen.where(tuple_(*_KEYS) > tuple_(*after))
    ids = db.session.scalars(chosen, {"most": limit + 1}).all()
    rows = db.session.execute(_ROWS.where(Product.id.in_(ids[:limit]))).all()
    found = _gathered([tuple(row) for row in rows])
    place = tuple(int(key) for key in rows[-1][-len(_KEYS) :]) if len(ids) > limit else None
    return DeskPage(found, place)


def product(slug: str) -> DeskProduct:
    """Return one product, shown or not. Two statements.

    Raises:
        NotFound: there is none.
    """
    rows = [tuple(row) for row in db.session.execute(_ONE, {"slug": slug})]
    if not rows:
        raise NotFound
    return _gathered(rows)[0]


def _gathered(rows: Sequence[tuple[Any, ...]]) -> tuple[DeskProduct, ...]:
    parts = queries.packed(frozenset(row[_WIDE] for row in rows if row[_WIDE]))
    groups = (list(group) for _, group in groupby(rows, key=lambda row: row[0]))
    return tuple(
        DeskProduct(
            tuple(_offer(row, parts.get(row[_WIDE], ())) for row in group if row[_WIDE]),
            *group[0][:_WIDE],
        )
        for group in groups
    )


def _offer(row: tuple[Any, ...], parts: tuple[queries.PartRow, ...]) -> DeskOffer:
    end = _WIDE + len(queries.OFFER)
    return DeskOffer(OfferRow(parts, *row[_WIDE:end]), on_sale=bool(row[end]))


def offer_named(product_id: int, sku: str) -> Offer:
    """Return a pack of a product. Raises NotFound."""
    mine = (Offer.product_id == product_id, Offer.sku == sku)
    found = db.session.scalar(select(Offer).where(*mine))
    if found is None:
        raise NotFound
    return found


def written(slug: str) -> Product:
    """Return all that is written of a product. Raises NotFound."""
    found = db.session.scalar(select(Product).where(Product.slug == slug))
    if found is None:
        raise NotFound
    return found


def shelves() -> tuple[Choice, ...]:
    """Return the shelves by position."""
    columns = (Category.id, Category.name_zh, Category.name_en)
    rows = db.session.execute(select(*columns).order_by(Category.position, Category.id))
    return tuple(Choice(*row) for row in rows)


def grades() -> tuple[Choice, ...]:
    """Return the grades by position."""
    columns = (Grade.id, Grade.name_zh, Grade.name_en)
    rows = db.session.execute(select(*columns).order_by(Grade.position, Grade.id))
    return tuple(Choice(*row) for row in rows)
