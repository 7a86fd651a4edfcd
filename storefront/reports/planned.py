"""Where an order's money will go, worked out before anything is booked."""

from typing import Any

from sqlalchemy import ScalarSelect, Select, SQLColumnExpression, bindparam, func, select

from storefront import db
from storefront.catalogue.fees import fees_of
from storefront.catalogue.models import FeeSchedule
from storefront.money import ZERO, Fen
from storefront.orders.lives import LIVE
from storefront.orders.models import Allocation, Line, LinePart, Order, Parcel
from storefront.orders.whereabouts import CANCELLED
from storefront.payments.models import Payment, Refund
from storefront.reports.splits import Split
from storefront.weight import Grams


def where_it_will_go(order_id: int) -> Split:
    """Return the split of an order as planned, at its own fees; one statement.

    Shares are estimates until each crate is confirmed; the brand fund is what
    remains of the total, less what went back of it.
    """
    row = db.session.execute(PLANNED, {"order_id": order_id}).one()
    schedule, placed, grams, shares, boxes, bought_in, freight, back = row
    total = placed - Fen(int(back))
    fees = fees_of(schedule, grown=Grams(int(grams)), boxes=int(boxes), charge=total)
    known = Split(
        shares=Fen(int(shares)),
        station=fees.station,
        packing=fees.packing,
        bought_in=Fen(int(bought_in)),
        freight=Fen(int(freight)),
        payment_fee=fees.payment,
    )
    return Split(**{name: getattr(known, name) for name in KNOWN}, brand_fund=total - known.total)


KNOWN = ("shares", "station", "packing", "bought_in", "freight", "payment_fee")


def _sum(amount: SQLColumnExpression[Any], where: SQLColumnExpression[bool]) -> ScalarSelect[int]:
    query = select(func.coalesce(func.sum(amount), int(ZERO))).where(where)
    return query.correlate(Order).scalar_subquery()


def _grown(amount: SQLColumnExpression[Any]) -> ScalarSelect[int]:
    return _sum(amount, (Allocation.order_id == Order.id) & Allocation.state.in_(LIVE))


_OPEN = (Line.order_id == Order.id) & Line.id.not_in(CANCELLED)


def _boxes() -> ScalarSelect[int]:
    return _sum(Line.quantity, _OPEN)


def _bought_in() -> ScalarSelect[int]:
    cost = LinePart.cost_fen * Line.quantity
    return _sum(cost, _OPEN & (LinePart.line_id == Line.id))


def _freight() -> ScalarSelect[int]:
    live = (Parcel.order_id == Order.id) & (Parcel.state != "cancelled")
    return _sum(Parcel.freight_cost_fen, live)


def _refunded() -> ScalarSelect[int]:
    of_kept = (Refund.order_id == Order.id) & (Refund.payment_id == Payment.id) & Payment.kept
    return _sum(Refund.amount_fen, of_kept)


PLANNED: Select[*tuple[Any, ...]] = (
    select(
        FeeSchedule,
        Order.total_fen,
        _grown(Allocation.grams),
        _grown(Allocation.share_fen),
        _boxes(),
        _bought_in(),
        _freight(),
        _refunded(),
    )
    .join(Order, Order.fee_schedule_id == FeeSchedule.id)
    .where(Order.id == bindparam("order_id"))
)
