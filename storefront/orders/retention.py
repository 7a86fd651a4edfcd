"""What is forgotten of people, and when: addresses first, buyers after three years.

Personal data is kept no longer than what it was asked for needs (PIPL, article
19); records of trade for three years (E-commerce Law, article 31). Province and
city stay for the county's figures; amounts, codes and states are nobody's.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, update

from storefront import audit, db, outbox
from storefront.actors import Actor
from storefront.orders.models import Forgetting, Order, Parcel
from storefront.orders.requests import Gift, InvoiceRequest

ENDED = ("completed", "expired", "cancelled")
NOTHING = ""


def cut_addresses(ended_before: datetime, *, now: datetime, limit: int) -> int:
    """Cut recipient, phone and street off parcels of orders that ended before ``ended_before``.

    What the card of a gift said goes with them.

    Returns how many parcels were cut (a chore).
    """
    old = (
        select(Parcel.id)
        .join(Order, Order.id == Parcel.order_id)
        .where(Parcel.address_cut_at.is_(None), _over(ended_before))
        .order_by(Parcel.id)
        .limit(limit)
    )
    return _cut_addresses(old, now)


def _cut_addresses(parcels: Select[int], now: datetime) -> int:
    cut = update(Parcel).where(Parcel.id.in_(parcels))
    values = dict.fromkeys(("recipient", "phone", "district", "address"), NOTHING)
    cut_now = cut.returning(Parcel.order_id).values(**values, address_cut_at=now)
    gone = db.session.scalars(cut_now).all()
    messages = update(Gift).where(Gift.order_id.in_(gone)).values(message=NOTHING)
    db.session.execute(messages)
    _note("cut_addresses", "parcels", len(gone), now)
    return len(gone)


def cut_buyers(ended_before: datetime, *, now: datetime, limit: int) -> int:
    """Cut the buyer's name, phone and e-mail off orders that ended before ``ended_before``.

    To whom their invoice was made out goes with them.

    Returns how many orders were cut (a chore).
    """
    old = (
        select(Order.id)
        .where(Order.buyer_cut_at.is_(None), _over(ended_before))
        .order_by(Order.id)
        .limit(limit)
    )
    return _cut_buyers(old, now)


def _cut_buyers(orders: Select[int] | Sequence[int], now: datetime) -> int:
    cut = update(Order).where(Order.id.in_(orders)).returning(Order.id)
    values = {"buyer_name": NOTHING, "buyer_phone": NOTHING, "buyer_email": None}
    gone = db.session.scalars(cut.values(**values, buyer_cut_at=now)).all()
    _cut_invoices(gone)
    _note("cut_buyers", "orders", len(gone), now)
    return len(gone)


def _cut_invoices(orders: Sequence[int]) -> None:
    mine = update(InvoiceRequest).where(InvoiceRequest.order_id.in_(orders))
    db.session.execute(mine.values(title=NOTHING, email=NOTHING))
    numbered = mine.where(InvoiceRequest.tax_number.is_not(None))
    db.session.execute(numbered.values(tax_number=NOTHING))


def forget_asked(*, now: datetime, limit: int, among: Collection[int] | None = None) -> int:
    """Forget buyers who asked for it, of orders that are over, without waiting for any term.

    Name, phone and e-mail go, recipient and street, and the address of every letter; what was
    bought, when and for how much stays. Returns how many orders (a chore); ``among`` only.
    """
    query = (
        select(Order.id, Order.code)
        .join(Forgetting, Forgetting.order_id == Order.id)
        .where(Order.buyer_cut_at.is_(None), Order.state.in_(ENDED))
        .order_by(Order.id)
        .limit(limit)
    )
    if among is not None:
        query = query.where(Order.id.in_(among))
    found = db.session.execute(query).all()
    if found:
        keys = [row.id for row in found]
        parcels = select(Parcel.id).where(
            Parcel.order_id.in_(keys), Parcel.address_cut_at.is_(None)
        )
        _cut_addresses(parcels, now)
        _cut_buyers(keys, now)
        outbox.forget_orders([row.code for row in found], now=now)
    return len(found)


def _over(ended_before: datetime) -> ColumnElement[bool]:
    """Return that an order ended before: completed, or never paid, or cancelled."""
    ended = func.coalesce(Order.completed_at, Order.confirmed_at, Order.hold_until)
    return Order.state.in_(ENDED) & (ended < ended_before)


def _note(verb: str, kind: str, count: int, now: datetime) -> None:
    if count:
        audit.record(Actor.shop(), verb, kind, f"{now:%Y-%m-%d}", now=now, count=count)
