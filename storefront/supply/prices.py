"""Dated prices: what we pay for a kilogram, at least what, and what a middleman would pay.

A price that was said stays; said anew for the same day, the later word holds (docs/adr/0037).
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Subquery, bindparam, case, func, select

from storefront import audit, clock, db
from storefront.actors import OFFICER, OPERATOR, Actor
from storefront.catalogue import offers
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Grade
from storefront.errors import Forbidden, Refusal
from storefront.supply.price_models import FarmGatePrice, FloorPrice, PurchasePrice
from storefront.weight import FenPerKg

Priced = type[PurchasePrice] | type[FloorPrice] | type[FarmGatePrice]
# of each kind of price: its table, and whose word it is
KINDS: Mapping[str, tuple[Priced, str]] = MappingProxyType(
    {
        "purchase": (PurchasePrice, OPERATOR),
        "floor": (FloorPrice, OFFICER),
        "farm_gate": (FarmGatePrice, OFFICER),
    }
)


def begins(model: Priced) -> Any:  # noqa: ANN401  SQLAlchemy's own
    """Return the column with the day of a price."""
    return model.day if model is FarmGatePrice else model.from_day  # type: ignore[union-attr]


def latest(model: Priced, day: BindParameter[date]) -> Subquery:
    """Return, as SQL, each grade's price on ``day`` and since when; of one day the last said."""
    since = begins(model)
    newest = (since.desc(), model.id.desc())
    nth = func.row_number().over(partition_by=model.grade_id, order_by=newest)
    all_ = select(model.grade_id, model.price, since.label("since"), nth.label("nth"))
    told = all_.where(since <= day).subquery()
    return select(told.c.grade_id, told.c.price, told.c.since).where(told.c.nth == 1).subquery()


def set_price(
    kind: str, grade_id: int, day: date, price: FenPerKg, *, actor: Actor, now: datetime
) -> None:
    """Say a price of a ``kind`` for a grade: see the three below."""
    verbs = {
        "purchase": set_purchase_price,
        "floor": set_floor_price,
        "farm_gate": set_farm_gate_price,
    }
    verbs[kind](grade_id, day, price, actor=actor, now=now)


def set_purchase_price(
    grade_id: int, from_day: date, price: FenPerKg, *, actor: Actor, now: datetime
) -> None:
    """Set what we pay for a grade from a day on; said again: no change.

    Lots keep the price they were received at.

    Raises:
        Forbidden: the actor is no operator.
        Refusal: ``price_not_positive``; ``price_in_past`` for a day already over;
            ``below_floor`` with the arithmetic.
    """
    grade = _lock(grade_id, price, actor, OPERATOR)
    if from_day < clock.china_day(now):
        raise Refusal("price_in_past", field="from_day")
    check_floor(grade_id, from_day, price)
    _say(PurchasePrice, grade, from_day, price, "set_purchase_price", actor, now)


def check_floor(grade_id: int, day: date, price: FenPerKg) -> None:
    """Refuse a purchase price below the county's floor of that day (``below_floor``)."""
    floor = floors_on(day).get(grade_id)
    if floor is not None and price < floor[0]:
        short = FenPerKg(int(floor[0]) - int(price))
        least, since = floor
        raise Refusal(
            "below_floor", field="price", price=price, floor=least, since=since, short=short
        )


def set_floor_price(
    grade_id: int, from_day: date, price: FenPerKg, *, actor: Actor, now: datetime
) -> None:
    """Set what households are paid at least for a grade from a day on; said again: no change.

    A purchase price that lies below it is lifted to it from that day (``purchase_prices_on``).

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``price_not_positive``, ``price_in_past``.
    """
    grade = _lock(grade_id, price, actor, OFFICER)
    if from_day < clock.china_day(now):
        raise Refusal("price_in_past", field="from_day")
    _say(FloorPrice, grade, from_day, price, "set_floor_price", actor, now)


def set_farm_gate_price(
    grade_id: int, day: date, price: FenPerKg, *, actor: Actor, now: datetime
) -> None:
    """Note what a middleman paid for a grade on a day; said again: no change.

    Raises:
        Forbidden: the actor is no county officer.
        Refusal: ``price_not_positive``; ``price_in_future``.
    """
    grade = _lock(grade_id, price, actor, OFFICER)
    if day > clock.china_day(now):
        raise Refusal("price_in_future", field="from_day")
    _say(FarmGatePrice, grade, day, price, "set_farm_gate_price", actor, now)


def _lock(grade_id: int, price: FenPerKg, actor: Actor, role: str) -> Grade:
    if not actor.may(role):
        raise Forbidden
    grade = db.lock_one(Grade, grade_id)
    if price <= 0:
        raise Refusal("price_not_positive", field="price")
    return grade


def _say(
    model: Priced,
    grade: Grade,
    day: date,
    price: FenPerKg,
    verb: str,
    actor: Actor,
    now: datetime,
) -> None:
    of_day = select(model.price).where(model.grade_id == grade.id, begins(model) == day)
    if db.session.scalar(of_day.order_by(model.id.desc()).limit(1)) == price:
        return
    when = {"day" if model is FarmGatePrice else "from_day": day}
    row = model(grade_id=grade.id, price=price, set_at=now, set_by=actor.user_id, **when)
    db.session.add(row)
    facts = {name: when[name].isoformat() for name in when}
    audit.record(actor, verb, "grade", grade.code, now=now, **facts, fen_per_kg=int(price))
    db.session.flush()


_PURCHASE = latest(PurchasePrice, bindparam("day"))
FLOOR = latest(FloorPrice, bindparam("day"))
# what is paid: the table's price, lifted to the county's floor where it lies below
_IS_LIFTED = FLOOR.c.price > _PURCHASE.c.price
PAID = (
    select(
        _PURCHASE.c.grade_id,
        case((_IS_LIFTED, FLOOR.c.price), else_=_PURCHASE.c.price).label("price"),
        _PURCHASE.c.price.label("own"),
        _PURCHASE.c.since,
    )
    .outerjoin(FLOOR, FLOOR.c.grade_id == _PURCHASE.c.grade_id)
    .subquery()
)
IN_FORCE = select(PAID.c.grade_id, PAID.c.price)
FLOORS = select(FLOOR.c.grade_id, FLOOR.c.price, FLOOR.c.since)


@kept
def purchase_prices_on(day: date) -> Mapping[int, FenPerKg]:
    """Return what is paid on ``day`` for each grade that has a purchase price."""
    rows = db.session.execute(IN_FORCE, {"day": day})
    return MappingProxyType({row.grade_id: row.price for row in rows})


def floors_on(day: date) -> dict[int, tuple[FenPerKg, date]]:
    """Return the county's floor on ``day`` for each grade that has one, and since when."""
    rows = db.session.execute(FLOORS, {"day": day})
    return {row.grade_id: (row.price, row.since) for row in rows}


def publish_offer(offer_id: int, *, actor: Actor, now: datetime) -> offers.Arithmetic:
    """Put an offer on sale at today's purchase prices (see ``catalogue.offers.publish``)."""
    prices = purchase_prices_on(clock.china_day(now))
    return offers.publish(offer_id, prices, actor=actor, now=now)
