"""A station's day: what was weighed in, what is still to come, what nobody has agreed with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import starmap
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.clock import CHINA
from storefront.supply.confirming import SlipVisit
from storefront.supply.disputes import stands_on
from storefront.supply.households import Household
from storefront.supply.models import Lot, Slip
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class QueuedSlip:
    """A slip of the station: open while a line of it is not agreed with."""

    slip: str
    household: str
    head: str
    weighed_at: datetime
    net: Grams
    open: bool
    disputed: bool
    next_visit: bool

    def days(self, now: datetime) -> int:
        """Return for how many whole days it has been there."""
        return max((now - self.weighed_at).days, 0)


@dataclass(frozen=True, slots=True)
class ToCome:
    """What a household said it will bring."""

    lot: str
    household: str
    head: str
    grade_zh: str
    grade_en: str
    grams: Grams
    harvested_on: date


@dataclass(frozen=True, slots=True)
class Queue:
    """All of it; ``more_open`` where there are more open slips than are shown."""

    today: tuple[QueuedSlip, ...]
    to_come: tuple[ToCome, ...]
    disputed: tuple[QueuedSlip, ...]
    open: tuple[QueuedSlip, ...]
    more_open: bool


_STILL_OPEN = select(Lot.id).where(Lot.slip_id == Slip.id, Lot.confirmed_at.is_(None)).exists()
_DISPUTED = select(Lot.id).where(Lot.slip_id == Slip.id, stands_on(Lot.id)).exists()
_VISIT = select(SlipVisit.id).where(SlipVisit.slip_id == Slip.id).exists()
_SLIPS = (
    select(
        Slip.code,
        Household.code,
        Household.head,
        Slip.weighed_at,
        func.coalesce(
            select(func.sum(Lot.net_g)).where(Lot.slip_id == Slip.id).scalar_subquery(), 0
        ),
        _STILL_OPEN,
        _DISPUTED,
        _VISIT,
    )
    .join(Household, Household.id == Slip.household_id)
    .where(Household.station_id == bindparam("station"))
)
TODAY = _SLIPS.where(Slip.weighed_at >= bindparam("since")).order_by(Slip.id.desc())
UNAGREED = _SLIPS.where(_STILL_OPEN | _DISPUTED).order_by(Slip.weighed_at, Slip.id)
TO_COME = (
    select(
        Lot.code,
        Household.code,
        Household.head,
        Grade.name_zh,
        Grade.name_en,
        Lot.declared_g,
        Lot.harvested_on,
    )
    .join(Household, Household.id == Lot.household_id)
    .join(Grade, Grade.id == Lot.grade_id)
    .where(and_(Household.station_id == bindparam("station"), Lot.state == "declared"))
    .order_by(Lot.harvested_on, Lot.id)
)


def queue(station_id: int, day: date, *, limit: int) -> Queue:
    """Return a station's queue on ``day``, of its own households only. Three statements."""
    since = datetime.combine(day, time(), CHINA)
    own = {"station": station_id}
    today = db.session.execute(TODAY.limit(limit), {**own, "since": since})
    unagreed = _slips(db.session.execute(UNAGREED.limit(limit + 1), own))
    to_come = db.session.execute(TO_COME.limit(limit), own)
    return Queue(
        today=_slips(today),
        to_come=tuple(starmap(ToCome, to_come)),
        disputed=tuple(row for row in unagreed if row.disputed),
        open=tuple(row for row in unagreed[:limit] if not row.disputed),
        more_open=len(unagreed) > limit,
    )


def _slips(rows: Iterable[Any]) -> tuple[QueuedSlip, ...]:
    return tuple(
        QueuedSlip(
            slip, code, head, at, Grams(int(net)), bool(is_open), bool(disputed), bool(visit)
        )
        for slip, code, head, at, net, is_open, disputed, visit in rows
    )
