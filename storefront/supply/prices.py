"""Dated prices: what we pay for a kilogram, and what a middleman would."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import bindparam, func, select

from storefront import audit, clock, db
from storefront.actors import Actor
from storefront.catalogue import offers
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Grade
from storefront.errors import Refusal
from storefront.supply.models import FarmGatePrice, PurchasePrice
from storefront.weight import FenPerKg


def set_purchase_price(
    grade_id: int, from_day: date, price: FenPerKg, *, actor: Actor, now: datetime
) -> PurchasePrice:
    """Set what we pay for a grade from a day on; the same day again replaces it.

    Lots keep the price they were received at.

    Raises:
        Refusal: ``price_not_positive``; ``price_in_past`` for a day already over.
    """
    grade = db.lock_one(Grade, grade_id)
    if price <= 0:
        raise Refusal("price_not_positive", field="price")
    if from_day < clock.china_day(now):
        raise Refusal("price_in_past", field="from_day")
    query = select(PurchasePrice).where(
        PurchasePrice.grade_id == grade_id, PurchasePrice.from_day == from_day
    )
    row = db.session.scalar(query) or PurchasePrice(grade_id=grade_id, from_day=from_day)
    row.price = price
    db.session.add(row)
    facts = {"from_day": from_day.isoformat(), "fen_per_kg": int(price)}
    audit.record(actor, "set_purchase_price", "grade", grade.code, now=now, **facts)
    db.session.flush()
    return row


FARM_GATE_OF = select(FarmGatePrice).where(
    FarmGatePrice.grade_id == bindparam("grade_id"), FarmGatePrice.day == bindparam("day")
)


def set_farm_gate_price(
    grade_id: int, day: date, price: FenPerKg, *, actor: Actor, now: datetime
) -> FarmGatePrice:
    """Note what a middleman paid for a grade on a day; the same day again replaces it."""
    grade = db.lock_one(Grade, grade_id)
    if price <= 0:
        raise Refusal("price_not_positive", field="price")
    named = {"grade_id": grade_id, "day": day}
    row = db.session.scalar(FARM_GATE_OF, named) or FarmGatePrice(**named)
    row.price = price
    db.session.add(row)
    facts = {"day": day.isoformat(), "fen_per_kg": int(price)}
    audit.record(actor, "set_farm_gate_price", "grade", grade.code, now=now, **facts)
    db.session.flush()
    return row


_LATEST = (
    select(PurchasePrice.grade_id, func.max(PurchasePrice.from_day).label("from_day"))
    .where(PurchasePrice.from_day <= bindparam("day"))
    .group_by(PurchasePrice.grade_id)
    .subquery()
)
IN_FORCE = select(PurchasePrice.grade_id, PurchasePrice.price).join(
    _LATEST,
    (PurchasePrice.grade_id == _LATEST.c.grade_id) & (PurchasePrice.from_day == _LATEST.c.from_day),
)


@kept
def purchase_prices_on(day: date) -> Mapping[int, FenPerKg]:
    """Return the purchase price in force on ``day`` for each grade that has one."""
    rows = db.session.execute(IN_FORCE, {"day": day})
    return MappingProxyType({row.grade_id: row.price for row in rows})


def publish_offer(offer_id: int, *, actor: Actor, now: datetime) -> offers.Arithmetic:
    """Put an offer on sale at today's purchase prices (see ``catalogue.offers.publish``)."""
    prices = purchase_prices_on(clock.china_day(now))
    return offers.publish(offer_id, prices, actor=actor, now=now)
