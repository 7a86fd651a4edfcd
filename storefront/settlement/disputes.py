"""A disputed slip is answered: refused with a reason, or upheld and put right by movements.

The slip stays as it was weighed. What is still here is put right: the difference of the
weight moves, and pears of another grade go into a lot of that grade, at the price of the
day they were weighed in. What has left is not touched: nobody takes it out of a parcel.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storefront import audit, clock, db
from storefront.actors import OFFICER, OPERATOR, Actor
from storefront.errors import Forbidden, Refusal
from storefront.settlement import losses
from storefront.supply import disputes, lots, mergers, prices, stock
from storefront.supply.disputes import REFUSED, UPHELD, DisputeAnswer, SlipDispute
from storefront.supply.households import Household
from storefront.supply.models import Lot, Movement, Slip
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Right:
    """How the line should have been: its grade, and its net in grams (0: never brought)."""

    grade_id: int
    net: Grams


def answer(
    dispute_id: int,
    decision: str,
    *,
    note: str,
    right: Right | None = None,
    actor: Actor,
    now: datetime,
) -> DisputeAnswer:
    """Answer a dispute, ``right`` where it is upheld; the same answer again: no change.

    Raises:
        Forbidden: neither an officer nor an operator.
        Refusal: ``dispute_answered`` otherwise before; ``own_slip`` by who weighed it;
            ``dispute_note_needed``; ``dispute_decision``; ``nothing_corrected``;
            ``correction_too_great``; ``no_purchase_price``; ``harvest_too_old``;
            ``household_merged``.
    """
    if actor.user_id is None or not (actor.may(OFFICER) or actor.may(OPERATOR)):
        raise Forbidden
    said = db.get(SlipDispute, dispute_id)
    slip = db.lock_one(Slip, said.slip_id)
    before = db.session.scalar(disputes.GIVEN, {"dispute": dispute_id})
    if before is not None:
        return _same(before, decision)
    _check(slip, decision, note, right, actor)
    movement, lot_id = _correct(said, right, note, actor, now) if right else (None, None)
    given = disputes.answer(
        said, decision, note, by=actor.user_id, now=now, movement_id=movement, lot_id=lot_id
    )
    lot = db.get(Lot, said.lot_id).code
    audit.record(actor, "answer_dispute", "slip", slip.code, now=now, lot=lot, decision=decision)
    return given


def _same(before: DisputeAnswer, decision: str) -> DisputeAnswer:
    if before.decision != decision:
        raise Refusal("dispute_answered")
    return before


def _check(slip: Slip, decision: str, note: str, right: Right | None, actor: Actor) -> None:
    if slip.weighed_by == actor.user_id:
        raise Refusal("own_slip", slip=slip.code)
    if decision not in {UPHELD, REFUSED} or (decision == UPHELD) != (right is not None):
        raise Refusal("dispute_decision", field="decision")
    if not note.strip():
        raise Refusal("dispute_note_needed", field="note")


def _correct(
    said: SlipDispute, right: Right, note: str, actor: Actor, now: datetime
) -> tuple[int | None, int | None]:
    """Move what has to be moved; returns the movement of the lot, and the lot it went into."""
    lot = db.get(Lot, said.lot_id)
    more = right.net - counted(lot)
    lots.check_weight(max(right.net, Grams(1)), "net")
    here = lot.state == "received" and right.grade_id == lot.grade_id
    if more == NOTHING and right.grade_id == lot.grade_id:
        raise Refusal("nothing_corrected", field="net", net=right.net)
    if lot.on_hand_g + more < NOTHING or (not here and lot.on_hand_g + more == NOTHING == more):
        raise Refusal("correction_too_great", field="net", lot=lot.code, left=lot.on_hand_g)
    change = more if here else -lot.on_hand_g
    cause = stock.Cause("correct", f"dispute:{said.id}", note=note.strip())
    moved = None
    if change != NOTHING:
        locked = losses.with_room_for(lot.id, -change, now) if change < NOTHING else None
        lot = locked or db.lock_one(Lot, lot.id)
        moved = stock.move(lot, "on_hand", change, cause, actor=actor, now=now).id
    over = NOTHING if here else more - change
    new = _other_lot(lot, right.grade_id, over, cause, actor, now) if over > NOTHING else None
    if lot.state == "received":
        losses.close_if_gone(lot, now)
    return moved, new


def counted(lot: Lot) -> Grams:
    """Return what was weighed in of a lot, with every correction since."""
    query = select(func.coalesce(func.sum(Movement.grams), 0)).where(
        Movement.lot_id == lot.id, Movement.reason.in_(("weigh_in", "correct"))
    )
    return Grams(int(db.session.scalar(query) or 0))


def _other_lot(
    old: Lot, grade_id: int, grams: Grams, cause: stock.Cause, actor: Actor, now: datetime
) -> int:
    """Put grams into a new lot of the same slip, at the price of the day of the delivery."""
    household = db.get(Household, old.household_id)
    mergers.check_open(household)
    table = prices.purchase_prices_on(clock.china_day(old.received_at or now))
    if grade_id not in table:
        raise Refusal("no_purchase_price", field="grade")
    lot = lots.new_lot(household, grade_id, old.harvested_on, actor=actor, now=now)
    lot.slip_id, lot.station_id, lot.received_at = old.slip_id, old.station_id, old.received_at
    lot.gross_g = lot.net_g = grams
    lot.tare_g = lot.deduction_g = NOTHING
    lot.purchase_price, lot.state = table[grade_id], "received"
    db.session.add(lot)
    db.session.flush()
    brought = stock.Cause("weigh_in", f"{cause.key}:new", note=cause.note)
    stock.move(lot, "on_hand", grams, brought, actor=actor, now=now)
    if lots.is_held(old.id):  # a doubt about the pears goes with them
        lots.hold(lot.id, cause.note, actor=actor, now=now)
    return lot.id
