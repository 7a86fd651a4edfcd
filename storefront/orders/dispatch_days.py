"""The days that are given out: how many parcels are promised for each (docs/adr/0025)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import clock, county, db
from storefront.orders.lives import WAITING_PARCELS
from storefront.orders.models import Order, Parcel
from storefront.orders.promise import Calendar, first_day


class DispatchDay(db.Base):
    """A day on which days were given out: whoever gives one holds its row.

    How many are given is counted from the parcels; the row only makes two wait for
    each other who would both take the last place of a day.
    """

    __tablename__ = "dispatch_day"

    day: Mapped[date] = mapped_column(primary_key=True)


GIVEN = (
    select(Parcel.promised_on, func.count())
    .join(Order, Order.id == Parcel.order_id)
    .where(
        Parcel.state.in_(WAITING_PARCELS),
        Parcel.promised_on >= bindparam("today"),
        Order.state.in_(("awaiting_payment", "confirmed")),
    )
    .group_by(Parcel.promised_on)
)


def calendar(now: datetime) -> Calendar:
    """Return what the packing room can do, as it stands; one statement where days are capped.

    It is asked once while a page is read, with what is left of the lots if that is asked first.
    """
    found: Calendar | None = db.told().get(_key(now))
    return found or tell(now, _given(now))


def tell(now: datetime, given: Mapping[date, int]) -> Calendar:
    """Take the word of a statement that read how many parcels are ``given`` to each day."""
    db.told()[_key(now)] = made = _calendar(now, given)
    return made


def is_to_be_asked(now: datetime) -> bool:
    """Whether days are capped and nobody has asked yet how many are given."""
    return bool(county.rules().dispatch_most) and _key(now) not in db.told()


def held_calendar(now: datetime) -> Calendar:
    """Return the calendar for whoever is about to take a place in it; others wait.

    It is the last thing a verb locks, after the lots. On SQLite the transaction is the lock.
    """
    if county.rules().dispatch_most and db.dialect() == "postgresql":
        row = db.insert(DispatchDay).values(day=clock.china_day(now))
        again = {"day": row.excluded.day}
        db.session.execute(row.on_conflict_do_update(index_elements=[DispatchDay.day], set_=again))
    return _calendar(now, _given(now))


def _key(now: datetime) -> str:
    return f"calendar of {clock.china_day(now)}"


def _given(now: datetime) -> dict[date, int]:
    capped = county.rules().dispatch_most
    rows = db.session.execute(GIVEN, {"today": clock.china_day(now)}) if capped else ()
    return dict(iter(rows))


def _calendar(now: datetime, given: Mapping[date, int]) -> Calendar:
    rules = county.rules()
    return Calendar(
        clock.china_day(now),
        rules.dispatch_days,
        weekdays=rules.dispatch_weekdays,
        closed=rules.no_dispatch_on,
        most=rules.dispatch_most,
        promised=given,
    )


def packed_by(now: datetime) -> date:
    """Return the first day on which an order of now could leave, were it not full."""
    return first_day(replace(_calendar(now, {}), most=None))


def promised_day(now: datetime) -> date:
    """Return the first day that can be promised now, stock and season apart."""
    return first_day(calendar(now))
