"""A household does not agree with what an agent typed: it says so, line by line of a slip.

Both what it said and what was answered are rows that nothing changes. While no answer
stands, what was sold of that lot is not paid (``settlement/due.py``).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db
from storefront.actors import Actor
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.supply.models import Lot, Slip

WHY = ("weight", "grade", "price", "not_ours")
UPHELD, REFUSED, WITHDRAWN = ANSWERS = ("upheld", "refused", "withdrawn")


class SlipDispute(db.Base):
    """That a household disputes one line of a slip, why, and in which words if any."""

    __tablename__ = "slip_dispute"
    __table_args__ = (
        db.one_of("reason", WHY),
        Index("ix_slip_dispute_lot", "lot_id"),
        Index("ix_slip_dispute_slip", "slip_id"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    reason: Mapped[str]
    words: Mapped[str]
    said_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    said_at: Mapped[datetime]


class DisputeAnswer(db.Base):
    """What became of a dispute; one that was upheld names what the correction moved.

    ``lot_id`` is the lot that what was still there went into, where it is another one.
    """

    __tablename__ = "dispute_answer"
    __table_args__ = (
        db.one_of("decision", ANSWERS),
        CheckConstraint("decision = 'withdrawn' OR note <> ''", name="note"),
        CheckConstraint(
            "(decision = 'upheld') = (movement_id IS NOT NULL OR lot_id IS NOT NULL)",
            name="corrected",
        ),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("slip_dispute.id"), unique=True)
    decision: Mapped[str]
    note: Mapped[str]
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"), unique=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    answered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime]


_ANSWER = select(DisputeAnswer.id).where(DisputeAnswer.dispute_id == SlipDispute.id)
UNANSWERED = ~_ANSWER.correlate(SlipDispute).exists()


def stands_on(lot_id: Any) -> ColumnElement[bool]:  # noqa: ANN401  a column of SQLAlchemy's
    """Return the condition that a dispute about the lot waits for its answer."""
    said = select(SlipDispute.id).where(SlipDispute.lot_id == lot_id, UNANSWERED)
    return said.correlate_except(SlipDispute).exists()


def dispute(
    slip_id: int,
    lot_id: int,
    reason: str,
    *,
    words: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> SlipDispute:
    """Say that a line of a slip is not right; the same key again returns the first.

    Raises:
        Forbidden: the actor is not a member of that household.
        NotFound: the line stands on another slip.
        Refusal: ``dispute_reason``; ``disputed_already``; ``key_reused``.
    """
    slip, said_by = db.lock_one(Slip, slip_id), _member(slip_id, actor)
    before = db.session.scalar(select(SlipDispute).where(SlipDispute.key == key))
    if before is not None:
        return _same(before, lot_id)
    lot = db.get(Lot, lot_id)
    if lot.slip_id != slip.id:
        raise NotFound
    if reason not in WHY:
        raise Refusal("dispute_reason", field="reason")
    if db.session.scalar(STANDING_ON_LOT, {"lot": lot_id}) is not None:
        raise Refusal("disputed_already", lot=lot.code)
    row = SlipDispute(key=key, slip_id=slip.id, lot_id=lot_id, reason=reason, words=words.strip())
    row.said_by, row.said_at = said_by, now
    db.session.add(row)
    audit.record(actor, "dispute", "slip", slip.code, now=now, lot=lot.code, reason=reason)
    db.session.flush()
    return row


def _member(slip_id: int, actor: Actor) -> int:
    """Return who speaks for the slip's household; an agent does not."""
    if actor.user_id is None or actor.household_id != db.get(Slip, slip_id).household_id:
        raise Forbidden
    return actor.user_id


def _same(before: SlipDispute, lot_id: int) -> SlipDispute:
    if before.lot_id != lot_id:
        raise Refusal("key_reused")
    return before


_STANDING = select(SlipDispute).where(UNANSWERED).order_by(SlipDispute.id)
STANDING_ON_LOT = _STANDING.where(SlipDispute.lot_id == bindparam("lot"))
STANDING_ON_SLIP = _STANDING.where(SlipDispute.slip_id == bindparam("slip"))


GIVEN = select(DisputeAnswer).where(DisputeAnswer.dispute_id == bindparam("dispute"))


def is_disputed(slip_id: int) -> bool:
    """Whether a line of the slip waits for an answer."""
    return db.session.scalar(STANDING_ON_SLIP.limit(1), {"slip": slip_id}) is not None


def withdraw(dispute_id: int, *, actor: Actor, now: datetime) -> None:
    """The household takes back what it said and nobody answered; said again: no change.

    Raises:
        Forbidden: the actor is not a member of that household.
        Refusal: ``dispute_answered``.
    """
    row = db.get(SlipDispute, dispute_id)
    slip, member = db.lock_one(Slip, row.slip_id), _member(row.slip_id, actor)
    before = db.session.scalar(GIVEN, {"dispute": dispute_id})
    if before is not None and before.decision != WITHDRAWN:
        raise Refusal("dispute_answered")
    if before is None:
        answer(row, WITHDRAWN, "", by=member, now=now)
        lot = db.get(Lot, row.lot_id).code
        audit.record(actor, "withdraw_dispute", "slip", slip.code, now=now, lot=lot)


def answer(
    row: SlipDispute,
    decision: str,
    note: str,
    *,
    by: int,
    now: datetime,
    movement_id: int | None = None,
    lot_id: int | None = None,
) -> DisputeAnswer:
    """Write the answer to a dispute whose slip is locked; it is the last word about it."""
    given = DisputeAnswer(dispute_id=row.id, decision=decision, note=note.strip())
    given.movement_id, given.lot_id = movement_id, lot_id
    given.answered_by, given.answered_at = by, now
    db.session.add(given)
    db.session.flush()
    return given
