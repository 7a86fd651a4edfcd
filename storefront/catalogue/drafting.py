"""Writing the catalogue down: categories, grades, products, offers, fees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import delete

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue import search, steps
from storefront.catalogue.models import (
    Category,
    FeeSchedule,
    Grade,
    Offer,
    Part,
    Product,
    QuantityStep,
)
from storefront.catalogue.steps import Reduction
from storefront.catalogue.windows import Window, is_day_of_year
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.weight import FenPerKg, Grams

Row = TypeVar("Row", bound=db.Base)


@dataclass(frozen=True, slots=True)
class GrownPart:
    """``grams`` of a grade in one box."""

    name_zh: str
    name_en: str
    grade_id: int
    grams: Grams


@dataclass(frozen=True, slots=True)
class BoughtPart:
    """Something bought in, at a cost, in one box."""

    name_zh: str
    name_en: str
    cost: Fen


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """A pack of a product at a price, with what it is packed from."""

    product_id: int
    sku: str
    label_zh: str
    label_en: str
    pieces: str
    net: Grams
    gross: Grams
    price: Fen
    max_per_order: int
    parts: Sequence[GrownPart | BoughtPart]
    position: int = 1


def add_category(slug: str, name_zh: str, name_en: str, position: int) -> Category:
    """Add a shelf."""
    return _added(Category(slug=slug, name_zh=name_zh, name_en=name_en, position=position))


def add_grade(grade: Grade) -> Grade:
    """Add a grade of a commodity."""
    return _added(grade)


def add_product(product: Product, *, actor: Actor, now: datetime) -> Product:
    """Add a product, on show at once; it sells when an offer is published."""
    product.published_at = now
    search.index(product, db.get(Category, product.category_id))
    audit.record(actor, "add", "product", product.slug, now=now)
    return _added(product)


def set_season(product_id: int, season: Window | None, *, actor: Actor, now: datetime) -> Product:
    """Set when in the year a product can be had; None: always.

    Raises:
        Refusal: ``season_day``, no such day comes every year.
    """
    product = db.lock_one(Product, product_id)
    days = (season.presale_from, season.opens_on, season.ends_on) if season else (None,) * 3
    wrong = next((day for day in days if day is not None and not is_day_of_year(day)), None)
    if wrong is not None:
        raise Refusal("season_day", day=f"{wrong:04}")
    product.presale_from, product.opens_on, product.ends_on = days
    audit.record(actor, "set_season", "product", product.slug, now=now, days=list(days))
    db.session.flush()
    return product


def add_offer(draft: OfferDraft, *, actor: Actor, now: datetime) -> Offer:
    """Add an offer with its parts; it is not on sale before it is published.

    Raises:
        Refusal: ``offer_without_parts``.
    """
    if not draft.parts:
        raise Refusal("offer_without_parts", sku=draft.sku)
    offer = _added(
        Offer(
            product_id=draft.product_id,
            sku=draft.sku,
            label_zh=draft.label_zh,
            label_en=draft.label_en,
            pieces=draft.pieces,
            net_g=draft.net,
            gross_g=draft.gross,
            price_fen=draft.price,
            max_per_order=draft.max_per_order,
            position=draft.position,
        )
    )
    add_parts(offer.id, draft.parts)
    audit.record(actor, "add", "offer", offer.sku, now=now, price_fen=int(draft.price))
    return offer


def add_parts(offer_id: int, parts: Sequence[GrownPart | BoughtPart]) -> None:
    """Write down what an offer is packed from, in this order."""
    db.session.add_all(_part(offer_id, place, part) for place, part in enumerate(parts, start=1))
    db.session.flush()


def change_price(offer_id: int, price: Fen, *, actor: Actor, now: datetime) -> Offer:
    """Set an offer's price and take it off sale: publishing it again checks the arithmetic."""
    offer = db.lock_one(Offer, offer_id)
    facts = {"old_fen": int(offer.price_fen), "new_fen": int(price)}
    offer.price_fen, offer.published_at = price, None
    audit.record(actor, "change_price", "offer", offer.sku, now=now, **facts)
    return offer


def set_reductions(
    offer_id: int, reductions: Sequence[Reduction], *, actor: Actor, now: datetime
) -> Offer:
    """Set what an offer costs less from so many packs on, and take it off sale until published.

    Raises:
        Refusal: as ``steps.check``.
    """
    offer = db.lock_one(Offer, offer_id)
    wanted = sorted(reductions)
    steps.check(offer.price_fen, offer.max_per_order, wanted)
    db.session.execute(delete(QuantityStep).where(QuantityStep.offer_id == offer.id))
    db.session.add_all(
        QuantityStep(offer_id=offer.id, from_quantity=step.quantity, off_fen=step.off)
        for step in wanted
    )
    offer.published_at = None
    facts = {"steps": [[step.quantity, int(step.off)] for step in wanted]}
    audit.record(actor, "set_reductions", "offer", offer.sku, now=now, **facts)
    db.session.flush()
    return offer


def withdraw(offer_id: int, *, actor: Actor, now: datetime) -> Offer:
    """Take an offer off sale; orders that have it keep it."""
    offer = db.lock_one(Offer, offer_id)
    if offer.withdrawn_at is None:
        offer.withdrawn_at = now
        audit.record(actor, "withdraw", "offer", offer.sku, now=now)
    return offer


def add_fee_schedule(
    version: str, from_day: date, station: FenPerKg, packing: Fen, payment_fee_bp: int
) -> FeeSchedule:
    """Add a version of the fees."""
    schedule = FeeSchedule(version=version, from_day=from_day, station_fen_per_kg=station)
    schedule.packing_fen_per_box, schedule.payment_fee_bp = packing, payment_fee_bp
    return _added(schedule)


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def _part(offer_id: int, position: int, draft: GrownPart | BoughtPart) -> Part:
    part = Part(offer_id=offer_id, position=position, name_zh=draft.name_zh, name_en=draft.name_en)
    if isinstance(draft, GrownPart):
        part.kind, part.grade_id, part.grams = "grown", draft.grade_id, draft.grams
    else:
        part.kind, part.cost_fen = "bought_in", draft.cost
    return part
