"""Parcels that wait: to be packed, to be dispatched, to arrive."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any

from sqlalchemy import func, select

from storefront import db
from storefront.orders.models import Allocation, Order, Parcel

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel in a list, with how many of its crates are confirmed, still open, or short."""

    id: int
    code: str
    order_code: str
    state: str
    promised_on: date
    recipient: str
    province: str
    city: str
    carrier: str | None
    number: str | None
    dispatched_at: datetime | None
    packed: int
    open: int
    short: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many parcels wait for what, and how many rows of those to pack are short."""

    to_pack: int
    to_dispatch: int
    on_the_way: int
    short: int
    oldest: date | None


def _counted(*states: str) -> Any:  # noqa: ANN401  a column
    return (
        select(func.count())
        .where(Allocation.parcel_id == Parcel.id, Allocation.state.in_(states))
        .scalar_subquery()
    )


def parcels_in(state: str, *, limit: int = AT_ONCE) -> tuple[ParcelRow, ...]:
    """Return parcels of confirmed orders in ``state``, those promised earliest first."""
    query = (
        select(
            Parcel.id,
            Parcel.code,
            Order.code,
            Parcel.state,
            Parcel.promised_on,
            Parcel.recipient,
            Parcel.province,
            Parcel.city,
            Parcel.carrier,
            Parcel.number,
            Parcel.dispatched_at,
            _counted("packed"),
            _counted("planned"),
            _counted("short"),
        )
        .join(Order, Order.id == Parcel.order_id)
        .where(Order.state == "confirmed", Parcel.state == state)
        .order_by(Parcel.promised_on, Parcel.id)
        .limit(limit)
    )
    return tuple(starmap(ParcelRow, db.session.execute(query)))


def waiting() -> Waiting:
    """Return how many parcels wait at each step. One statement."""
    short = func.sum(_counted("short").label("short"))
    query = (
        select(Parcel.state, func.count(), func.min(Parcel.promised_on), short)
        .join(Order, Order.id == Parcel.order_id)
        .where(Order.state == "confirmed", Parcel.state.in_(("planned", "packed", "dispatched")))
        .group_by(Parcel.state)
    )
    found = {
        state: (count, day, lacking) for state, count, day, lacking in db.session.execute(query)
    }
    planned = found.get("planned", (0, None, 0))
    return Waiting(
        to_pack=planned[0],
        to_dispatch=found.get("packed", (0,))[0],
        on_the_way=found.get("dispatched", (0,))[0],
        short=int(planned[2] or 0),
        oldest=planned[1],
    )
