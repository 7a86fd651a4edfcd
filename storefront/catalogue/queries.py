"""What the shelf holds: products with the offers now on sale, and what each is packed from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, bindparam, select

from storefront import db
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Category, Grade, Offer, Part, Product
from storefront.catalogue.windows import PRESALE, Season, season_on, window
from storefront.errors import NotFound
from storefront.facts import hashed_once, one_text_each
from storefront.money import Fen
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class PartRow:
    """What one box holds: grown (``grams`` of a grade) or bought in (at ``cost_fen``)."""

    offer_id: int
    kind: str
    name_zh: str
    name_en: str
    grade_id: int | None
    grams: Grams | None
    cost_fen: Fen | None
    grade_zh: str | None
    grade_en: str | None
    position: int


@hashed_once
@dataclass(frozen=True)
class OfferRow:
    """A pack on sale."""

    parts: tuple[PartRow, ...]
    id: int
    sku: str
    label_zh: str
    label_en: str
    pieces: str
    net: Grams
    gross: Grams
    price: Fen
    max_per_order: int

    @cached_property
    def grown(self) -> tuple[tuple[int, Grams], ...]:
        """What one box takes of each grade."""
        return grown_in(self.parts)


@hashed_once
@dataclass(frozen=True)
class ProductCard:
    """A product on the shelf, its offers by position; at least one."""

    offers: tuple[OfferRow, ...]
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

    @cached_property
    def needs(self) -> object:
        """All of it that decides, with the store and the day, what of it can be had."""
        packs = tuple((offer.grown, offer.max_per_order) for offer in self.offers)
        return (self.presale_from, self.opens_on, self.ends_on, packs)

    def season_on(self, day: date) -> Season:
        """Return how its season stands on ``day``."""
        return season_on(window(self.presale_from, self.opens_on, self.ends_on), day)


@hashed_once
@dataclass(frozen=True)
class ProductPage(ProductCard):
    """Everything written about a product; ``offers`` is empty when none is on sale."""

    story_zh: str
    story_en: str
    origin_zh: str
    origin_en: str
    storage_zh: str
    storage_en: str
    shelf_life_days: int


def grown_in(parts: Iterable[PartRow]) -> tuple[tuple[int, Grams], ...]:
    """Return what ``parts`` take of each grade."""
    needs: dict[int, Grams] = {}
    for part in parts:
        if part.grade_id is not None and part.grams is not None:
            needs[part.grade_id] = needs.get(part.grade_id, NOTHING) + part.grams
    return tuple(needs.items())


@dataclass(frozen=True, slots=True)
class OnShow:
    """A product on show, where it stands, and what it is found by (folded)."""

    card: ProductPage
    shelf: int  # the category's position
    position: int
    names: str
    text: str


SEASON_DAYS = (Product.presale_from, Product.opens_on, Product.ends_on)
CARD = (
    Product.id,
    Product.slug,
    Category.slug.label("category_slug"),
    Category.name_zh.label("category_zh"),
    Category.name_en.label("category_en"),
    Product.name_zh,
    Product.name_en,
    Product.tagline_zh,
    Product.tagline_en,
    Product.picture,
    Product.custody,
    *SEASON_DAYS,
)
_WRITTEN = (
    Product.story_zh,
    Product.story_en,
    Product.origin_zh,
    Product.origin_en,
    Product.storage_zh,
    Product.storage_en,
    Product.shelf_life_days,
)
OFFER = (
    Offer.id,
    Offer.sku,
    Offer.label_zh,
    Offer.label_en,
    Offer.pieces,
    Offer.net_g,
    Offer.gross_g,
    Offer.price_fen,
    Offer.max_per_order,
)
_PART = (
    Part.offer_id,
    Part.kind,
    Part.name_zh,
    Part.name_en,
    Part.grade_id,
    Part.grams,
    Part.cost_fen,
    Grade.name_zh.label("grade_zh"),
    Grade.name_en.label("grade_en"),
    Part.position,
)
ON_SALE = and_(
    Offer.product_id == Product.id,
    Offer.published_at.is_not(None),
    Offer.withdrawn_at.is_(None),
)
_ON_SHOW = (
    select(
        *CARD,
        *_WRITTEN,
        *OFFER,
        Category.position,
        Product.position,
        Product.search_names,
        Product.search_text,
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(Offer, ON_SALE)
    .where(Product.published_at.is_not(None))
    .order_by(Category.position, Product.position, Product.id, Offer.position, Offer.id)
)
_TOLD = len(CARD) + len(_WRITTEN)
_OFFERED = _TOLD + len(OFFER)
_GONE = (
    select(Product.name_zh, Product.name_en, Category.slug, Product.picture)
    .join(Category, Category.id == Product.category_id)
    .where(Product.published_at.is_(None))
    .where(
        select(Offer.id)
        .where(Offer.product_id == Product.id, Offer.published_at.is_not(None))
        .correlate(Product)
        .exists()
    )
)
_ALL_PARTS = (
    select(*_PART)
    .outerjoin(Grade, Grade.id == Part.grade_id)
    .order_by(Part.offer_id, Part.position)
)
_PARTS = _ALL_PARTS.where(Part.offer_id.in_(bindparam("offers", expanding=True)))
_PARTS_ON_SALE = _ALL_PARTS.join(Offer, Offer.id == Part.offer_id).where(
    Offer.published_at.is_not(None), Offer.withdrawn_at.is_(None)
)


def product_page(slug: str) -> ProductPage:
    """Return a product with its offers on sale. Two statements, if not kept.

    Raises:
        NotFound: no such product, or it is not on show.
    """
    page = _by_slug().get(slug)
    if page is None:
        raise NotFound
    return page


@kept
def _by_slug() -> Mapping[str, ProductPage]:
    return MappingProxyType({each.card.slug: each.card for each in on_show()})


@kept
def on_show() -> tuple[OnShow, ...]:
    """Return every product on show, shelf by shelf, with its offers on sale. Two statements."""
    parts = _by_offer(db.session.execute(_PARTS_ON_SALE))
    rows = list(one_text_each(db.session.execute(_ON_SHOW)))
    return tuple(_shown(list(group), parts) for _, group in groupby(rows, key=lambda row: row[0]))


def _shown(rows: Sequence[tuple[Any, ...]], parts: Mapping[int, tuple[PartRow, ...]]) -> OnShow:
    """Return a product of its rows, one for each offer."""
    written, found_by = rows[0][:_TOLD], rows[0][_OFFERED:]
    offers = (row[_TOLD:_OFFERED] for row in rows if row[_TOLD] is not None)
    packs = tuple(OfferRow(parts.get(offer[0], ()), *offer) for offer in offers)
    return OnShow(ProductPage(packs, *written), *found_by)


@dataclass(frozen=True, slots=True)
class Gone:
    """A product that was on the shelf once and is not on show now."""

    name_zh: str
    name_en: str
    category_slug: str
    picture: str


def gone(slug: str) -> Gone:
    """Return what an old link meant. One statement.

    Raises:
        NotFound: no such product, or it was never on sale: a draft is nobody's business.
    """
    row = db.session.execute(_GONE.where(Product.slug == slug)).first()
    if row is None:
        raise NotFound
    return Gone(*row)


@kept
def slugs() -> tuple[str, ...]:
    """Return the name in its address of each product on show. One statement."""
    shown = select(Product.slug).where(Product.published_at.is_not(None))
    return tuple(db.session.scalars(shown.order_by(Product.position, Product.id)))


@kept
def packed(offer_ids: frozenset[int]) -> Mapping[int, tuple[PartRow, ...]]:
    """Return what each of these offers is packed from, by position. One statement, if any."""
    return _packed(offer_ids)


def _packed(offer_ids: frozenset[int]) -> Mapping[int, tuple[PartRow, ...]]:
    if not offer_ids:
        return MappingProxyType({})
    return _by_offer(db.session.execute(_PARTS, {"offers": list(offer_ids)}))


def _by_offer(found: Iterable[Any]) -> Mapping[int, tuple[PartRow, ...]]:
    parts = (PartRow(*row) for row in one_text_each(found))
    grouped = groupby(parts, key=lambda part: part.offer_id)
    return MappingProxyType({offer: tuple(group) for offer, group in grouped})


def season_opens(product_ids: Iterable[int], day: date) -> date | None:
    """Return the day before which not all of these products can leave, if there is one."""
    query = select(*SEASON_DAYS).where(Product.id.in_(product_ids))
    seasons = [season_on(window(*row), day) for row in db.session.execute(query)]
    opens = (season.opens for season in seasons if season.state == PRESALE)
    return max((day for day in opens if day is not None), default=None)
