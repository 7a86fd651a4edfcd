"""What waits for a second person's word: losses that a household is said to bear."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import select

from storefront import db
from storefront.accounts.models import User
from storefront.catalogue.models import Grade
from storefront.settlement.loss_cases import LossCase
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A loss that somebody put on its household, still undecided."""

    id: int
    lot: str
    household: str
    head: str
    grade_zh: str
    grade_en: str
    grams: Grams
    reason: str
    evidence: str
    put_by: int
    by_whom: str
    put_at: datetime


WAITING = (
    select(
        LossCase.id,
        Lot.code,
        Household.code,
        Household.head,
        Grade.name_zh,
        Grade.name_en,
        LossCase.grams,
        LossCase.reason,
        LossCase.evidence,
        LossCase.put_by,
        User.name,
        LossCase.put_at,
    )
    .join(Lot, Lot.id == LossCase.lot_id)
    .join(Household, Household.id == Lot.household_id)
    .join(Grade, Grade.id == Lot.grade_id)
    .join(User, User.id == LossCase.put_by)
    .where(LossCase.decision.is_(None))
    .order_by(LossCase.put_at, LossCase.id)
)


def waiting_cases(lot_id: int | None = None, *, limit: int = 100) -> tuple[CaseRow, ...]:
    """Return the undecided losses, of one lot or of all, the oldest first."""
    query = WAITING if lot_id is None else WAITING.where(LossCase.lot_id == lot_id)
    return tuple(starmap(CaseRow, db.session.execute(query.limit(limit))))
