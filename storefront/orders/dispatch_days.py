"""The days that are given out: how many parcels are promised for each (docs/adr/0025)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import clock, county, db
from storefront.catalogue.dispatch_limits import limits
from storefront.orders.lives import WAITING_PARCELS
from storefront.orders.models import Order, Parcel
from storefront.orders.promise import Calendar, first_day

MOST_LOOKED_AT = 100  # days


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
    """Whether nobody has asked yet how many are given to each day."""
    return _key(now) not in db.told()


def _is_capped() -> bool:
    return bool(county.rules().dispatch_most or limits())


def held_calendar(now: datetime) -> Calendar:
    """Return the calendar for whoever is about to take a place in it; others wait.

    It is the last thing a verb locks, after the lots. On SQLite the transaction is the lock.
    """
    if db.dialect() == "postgresql" and _is_capped():
        row = db.insert(DispatchDay).values(day=clock.china_day(now))
        again = {"day": row.excluded.day}
        db.session.execute(row.on_conflict_do_update(index_elements=[DispatchDay.day], set_=again))
    return _calendar(now, _given(now))


def _key(now: datetime) -> str:
    return f"calendar of {clock.china_day(now)}"


def _given(now: datetime) -> dict[date, int]:
    rows = db.session.execute(GIVEN, {"today": clock.china_day(now)}) if _is_capped() else ()
    return dict(iter(rows))


def _calendar(now: datetime, given: Mapping[date, int]) -> Calendar:
    most = county.rules().dispatch_most
    return replace(_working_days(now), most=most, promised=given, limits=limits())


def _working_days(now: datetime) -> Calendar:
    """Return on which days parcels leave, were none of them full."""
    rules = county.rules()
    return Calendar(
        clock.china_day(now),
        rules.dispatch_days,
        weekdays=rules.dispatch_weekdays,
        closed=rules.no_dispatch_on,
    )


def packed_by(now: datetime) -> date:
    """Return the first day on which an order of now could leave, were it not full."""
    return first_day(_working_days(now))


def day_can_be_promised(day: date, now: datetime) -> bool:
    """Whether parcels leave on ``day``, today or within the days that are looked at.

    That it is full is no reason against it: whoever packs may promise one parcel more.
    """
    working = _working_days(now)
    ahead = (day - working.today).days
    return 0 <= ahead <= MOST_LOOKED_AT and working.works(day)


def promised_day(now: datetime) -> date:
    """Return the first day that can be promised now, stock and season apart."""
    return first_day(calendar(now))


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A working day to come: how many parcels are promised for it, and how many may be."""

    day: date
    promised: int
    most: int | None

    @property
    def beyond(self) -> int:
        """How many more than may be: promises that were made before, or parcels split since."""
        return max(0, self.promised - self.most) if self.most is not None else 0


def days_ahead(now: datetime, working: int) -> tuple[DayAhead, ...]:
    """Return the next so many ``working`` days, and every later day that is promised."""
    given = dict(iter(db.session.execute(GIVEN, {"today": clock.china_day(now)})))
    ahead = _calendar(now, given)
    days = (ahead.today + timedelta(days=each) for each in range(1, MOST_LOOKED_AT))
    near = list(islice((day for day in days if ahead.works(day)), working))
    return tuple(
        DayAhead(day, given.get(day, 0), ahead.most_on(day)) for day in sorted({*near, *given})
    )
