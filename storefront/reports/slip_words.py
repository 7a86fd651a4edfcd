"""How households agreed with what was weighed: station by station, for a season."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import case, func, select

from storefront import db
from storefront.supply.disputes import stands_on
from storefront.supply.models import Lot
from storefront.supply.places import Station


@dataclass(frozen=True, slots=True)
class StationWords:
    """Lots that a station weighed in a season, by how their households agreed.

    ``late`` are those that nobody agreed with although they were weighed before the day
    asked for; ``disputed`` wait for an answer.
    """

    station_zh: str
    station_en: str
    lots: int
    phone: int
    agent: int
    code: int
    photo: int
    visit: int
    open: int
    late: int
    disputed: int

    @property
    def confirmed(self) -> int:
        """How many were agreed with, in whatever way."""
        return self.lots - self.open


def _how(name: str) -> Any:  # noqa: ANN401  a column of SQLAlchemy
    return func.coalesce(func.sum(case((Lot.confirmed_how == name, 1), else_=0)), 0)


def station_words(season: int, *, late_before: datetime) -> tuple[StationWords, ...]:
    """Return each station that weighed anything in ``season``, by its name; one statement."""
    still_open = Lot.confirmed_at.is_(None)
    late = still_open & (Lot.received_at < late_before)
    query = (
        select(
            Station.name_zh,
            Station.name_en,
            func.count(Lot.id),
            *(_how(name) for name in ("phone", "agent", "code", "photo", "visit")),
            func.coalesce(func.sum(case((still_open, 1), else_=0)), 0),
            func.coalesce(func.sum(case((late, 1), else_=0)), 0),
            func.coalesce(func.sum(case((stands_on(Lot.id), 1), else_=0)), 0),
        )
        .join(Lot, Lot.station_id == Station.id)
        .where(Lot.season == season, Lot.slip_id.is_not(None))
        .group_by(Station.id, Station.name_zh, Station.name_en)
        .order_by(Station.name_zh, Station.id)
    )
    return tuple(starmap(StationWords, db.session.execute(query)))
