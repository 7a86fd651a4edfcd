"""A loss that one of us says its household is to bear: nothing is taken until a second agrees.

Until then it is nobody's word but one, no stock has moved and nothing is booked. A loss
is ours unless both say otherwise: the second person may also say so.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import audit, db
from storefront.actors import STAFF, Actor
from storefront.errors import Forbidden, Refusal
from storefront.settlement import losses
from storefront.settlement.losses import HOUSEHOLD, OFFICES
from storefront.supply.models import BEARERS, LOSSES, Lot
from storefront.weight import Grams

DROPPED = "dropped"
DECISIONS = (*BEARERS, DROPPED)


class LossCase(db.Base):
    """Who said that a household is to bear a loss, what shows it, and what became of it."""

    __tablename__ = "loss_case"
    __table_args__ = (
        db.one_of("reason", LOSSES),
        db.one_of("decision", DECISIONS),
        CheckConstraint("grams > 0", name="grams"),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)"
            " AND (decision IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("decision = 'dropped' OR decided_by <> put_by", name="two_people"),
        CheckConstraint(
            "(movement_id IS NOT NULL) = (decision IS NOT NULL AND decision <> 'dropped')",
            name="written_off",
        ),
        Index("ix_loss_case_lot", "lot_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    grams: Mapped[Grams]
    reason: Mapped[str]
    evidence: Mapped[str]
    put_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    put_as: Mapped[str]
    put_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("movement.id"), unique=True)


def put_case(
    lot_id: int,
    grams: Grams,
    reason: str,
    *,
    evidence: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> LossCase:
    """Say that the household is to bear a loss; it waits for a second person's word.

    The same key again returns the first case.

    Raises:
        Forbidden: the actor does not work here.
        Refusal: ``loss_reason``; ``loss_note_needed``; ``grams_out_of_range``;
            ``lot_not_received``; ``loss_too_great``; ``key_reused``.
    """
    if not actor.works_here or actor.user_id is None:
        raise Forbidden
    lot = db.lock_one(Lot, lot_id)
    before = db.session.scalar(select(LossCase).where(LossCase.key == key))
    if before is not None:
        return _same(before, lot_id)
    losses.check_asked(grams, reason, HOUSEHOLD, evidence)
    if lot.state != "received":
        raise Refusal("lot_not_received", field="grams", lot=lot.code, on_hand=lot.on_hand_g)
    if grams > lot.on_hand_g:
        raise Refusal("loss_too_great", field="grams", lot=lot.code, left=lot.on_hand_g)
    case = LossCase(
        key=key,
        lot_id=lot_id,
        grams=grams,
        reason=reason,
        evidence=evidence.strip(),
        put_by=actor.user_id,
        put_as=next(role for role in STAFF if actor.may(role)),
        put_at=now,
    )
    db.session.add(case)
    audit.record(actor, "put_case", "lot", lot.code, now=now, reason=reason, grams=int(grams))
    db.session.flush()
    return case


def _same(before: LossCase, lot_id: int) -> LossCase:
    if before.lot_id != lot_id:
        raise Refusal("key_reused")
    return before


def decide_case(case_id: int, decision: str, *, actor: Actor, now: datetime) -> LossCase:
    """Say who bears a loss that waits, or that there was none; said again it changes nothing.

    Only a second person of an office may put it on the household, or on us. Who said it
    first may drop it.

    Raises:
        Forbidden: the actor is of no office and did not say it.
        Refusal: ``loss_case_decided`` otherwise before; ``loss_reason``; ``second_person``;
            as ``losses.write_off``.
    """
    case = db.lock_one(LossCase, case_id)
    if decision not in DECISIONS:
        raise Refusal("loss_reason", field="decision")
    _check_may(case, decision, actor)
    if case.decision == decision:
        return case
    if case.decision is not None:
        raise Refusal("loss_case_decided")
    if decision != DROPPED:
        case.movement_id = _write_off(case, decision, actor, now)
    case.decision, case.decided_by, case.decided_at = decision, actor.user_id, now
    code = db.get(Lot, case.lot_id).code
    audit.record(actor, "decide_case", "lot", code, now=now, decision=decision)
    db.session.flush()
    return case


def _check_may(case: LossCase, decision: str, actor: Actor) -> None:
    own = actor.user_id == case.put_by
    if not own and not any(actor.may(role) for role in OFFICES):
        raise Forbidden
    if own and decision != DROPPED:
        raise Refusal("second_person", field="decision")


def _write_off(case: LossCase, bearer: str, actor: Actor, now: datetime) -> int:
    key = f"case:{case.key}"
    if bearer == HOUSEHOLD:
        loss = losses.Loss(
            lot_id=case.lot_id, grams=case.grams, reason=case.reason, note=case.evidence, key=key
        )
        first = Actor("user", user_id=case.put_by, roles=frozenset({case.put_as}))
        return losses.write_off_agreed(loss, second=first, actor=actor, now=now).id
    asked = (case.lot_id, case.grams, case.reason, bearer)
    return losses.write_off(*asked, note=case.evidence, key=key, actor=actor, now=now).id
