"""Disputed slips as they are read: by the household, its station, the brand and the county."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.accounts.models import User
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.supply.disputes import UNANSWERED, DisputeAnswer, SlipDispute
from storefront.supply.households import Household
from storefront.supply.models import Lot, Movement, Slip
from storefront.supply.places import Station
from storefront.weight import FenPerKg, Grams

_WEIGHER, _ANSWERER, _INTO = aliased(User), aliased(User), aliased(Lot)


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A line of a slip that its household disputes, and the answer if there is one.

    ``corrected`` are the grams that moved of the lot; ``into`` the lot they went into.
    """

    id: int
    slip_id: int
    slip: str
    lot: str
    household: str
    head: str
    station_zh: str | None
    station_en: str | None
    grade_id: int
    grade_zh: str
    grade_en: str
    net: Grams
    price: FenPerKg
    weighed_at: datetime
    weighed_by: str | None
    reason: str
    words: str
    said_at: datetime
    decision: str | None
    note: str | None
    answered_at: datetime | None
    answered_by: str | None
    corrected: Grams | None
    into: str | None


_ROWS = (
    select(
        SlipDispute.id,
        Slip.id,
        Slip.code,
        Lot.code,
        Household.code,
        Household.head,
        Station.name_zh,
        Station.name_en,
        Lot.grade_id,
        Grade.name_zh,
        Grade.name_en,
        Lot.net_g,
        Lot.purchase_price,
        Slip.weighed_at,
        _WEIGHER.name,
        SlipDispute.reason,
        SlipDispute.words,
        SlipDispute.said_at,
        DisputeAnswer.decision,
        DisputeAnswer.note,
        DisputeAnswer.answered_at,
        _ANSWERER.name,
        Movement.grams,
        _INTO.code,
    )
    .join(Slip, Slip.id == SlipDispute.slip_id)
    .join(Lot, Lot.id == SlipDispute.lot_id)
    .join(Grade, Grade.id == Lot.grade_id)
    .join(Household, Household.id == Slip.household_id)
    .outerjoin(Station, Station.id == Slip.station_id)
    .outerjoin(_WEIGHER, _WEIGHER.id == Slip.weighed_by)
    .outerjoin(DisputeAnswer, DisputeAnswer.dispute_id == SlipDispute.id)
    .outerjoin(_ANSWERER, _ANSWERER.id == DisputeAnswer.answered_by)
    .outerjoin(Movement, Movement.id == DisputeAnswer.movement_id)
    .outerjoin(_INTO, _INTO.id == DisputeAnswer.lot_id)
)
OF_SLIP = _ROWS.where(SlipDispute.slip_id == bindparam("slip")).order_by(SlipDispute.id)
WAITING = _ROWS.where(UNANSWERED).order_by(SlipDispute.said_at, SlipDispute.id)
ANSWERED = _ROWS.where(DisputeAnswer.id.is_not(None)).order_by(DisputeAnswer.id.desc())
COUNT = select(func.count()).select_from(SlipDispute).where(UNANSWERED)


def of_slip(slip_id: int) -> tuple[DisputeRow, ...]:
    """Return what was ever disputed of a slip, the oldest first."""
    return tuple(starmap(DisputeRow, db.session.execute(OF_SLIP, {"slip": slip_id})))


def waiting(*, limit: int = 100) -> tuple[DisputeRow, ...]:
    """Return what waits for an answer, the oldest first."""
    return tuple(starmap(DisputeRow, db.session.execute(WAITING.limit(limit))))


def answered(*, limit: int = 30) -> tuple[DisputeRow, ...]:
    """Return what was answered or taken back last, the newest first."""
    return tuple(starmap(DisputeRow, db.session.execute(ANSWERED.limit(limit))))


def waiting_count() -> int:
    """Return how many disputes wait for an answer."""
    return db.session.scalar(COUNT) or 0


def one(dispute_id: int) -> DisputeRow:
    """Return one dispute. Raises NotFound."""
    found = db.session.execute(_ROWS.where(SlipDispute.id == dispute_id)).first()
    if found is None:
        raise NotFound
    facts: tuple[Any, ...] = tuple(found)
    return DisputeRow(*facts)
