"""What comes back on a pay run: the bank's answer to each item, the household's confirmation."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from storefront import audit, clock, db
from storefront.accounts import pins
from storefront.actors import AGENT, Actor
from storefront.errors import NotFound, Refusal
from storefront.ledger import books
from storefront.ledger.books import Line
from storefront.money import ZERO, Fen
from storefront.orders import parcels
from storefront.orders.models import Allocation
from storefront.settlement import summary
from storefront.settlement.models import (
    PAY_ITEM,
    PAY_RUN,
    BankResult,
    Confirmation,
    PayItem,
    PayItemRow,
    PayRun,
)
from storefront.settlement.summary import Flow
from storefront.supply import mergers
from storefront.supply.households import Household


def record_result(
    item_id: int, *, ok: bool, reason: str, actor: Actor, now: datetime
) -> BankResult:
    """Write down the bank's answer to one item and book it; the same answer again: no change.

    Paid: its rows are paid. Failed: they are still due, and the next draft takes
    them. The run is settled with its last answer.

    Raises:
        Refusal: ``pay_run_step`` before the export, ``pay_item_step`` when the bank
            answered otherwise before.
    """
    run, item, rows = _locked(item_id)
    answer = "paid" if ok else "failed"
    before = db.session.scalar(RESULT, {"item": item_id})
    if before is not None and item.state == answer:
        return before
    if run.state != "exported":
        raise Refusal("pay_run_step", state=run.state, run=run.code)
    PAY_ITEM.check(item.state, answer, run=run.code)
    result = BankResult(item_id=item_id, ok=ok, reason=reason, recorded_by=actor.user_id, at=now)
    db.session.add(result)
    db.session.flush()
    _book(result, rows, now)
    item.state = answer
    _settle(run, now)
    facts = {"household": item.household_code, "answer": answer}
    audit.record(actor, "record_result", "pay_run", run.code, now=now, **facts)
    return result


RESULT = select(BankResult).where(BankResult.item_id == bindparam("item"))
ROWS = select(PayItemRow).where(PayItemRow.item_id == bindparam("item")).order_by(PayItemRow.id)
ORDERS = select(Allocation.id, Allocation.order_id).where(
    Allocation.id.in_(bindparam("allocations", expanding=True))
)
_OPEN = select(PayItem.id).where(PayItem.run_id == bindparam("run"), PayItem.state == "open")
STILL_OPEN = _OPEN.limit(1)


def _locked(item_id: int) -> tuple[PayRun, PayItem, list[PayItemRow]]:
    """Lock the item's allocations, then its run, then itself."""
    rows = list(db.session.scalars(ROWS, {"item": item_id}))
    run_id = db.get(PayItem, item_id).run_id
    db.lock(Allocation, *_allocation_ids(rows))
    run = db.lock_one(PayRun, run_id)
    return run, db.lock_one(PayItem, item_id), rows


def _allocation_ids(rows: list[PayItemRow]) -> list[int]:
    return [row.allocation_id for row in rows if row.allocation_id is not None]


def _paid_first(rows: list[PayItemRow]) -> list[int]:
    """Return the allocations that are paid by these rows, not those that were before."""
    return _allocation_ids([row for row in rows if not row.recovers])


def _recovered(item_id: int) -> None:
    """A row that recovered is done: the share may fall again, and be recovered again."""
    query = update(PayItemRow).where(PayItemRow.item_id == item_id, PayItemRow.recovers)
    db.session.execute(query.values(live=False))


def _book(result: BankResult, rows: list[PayItemRow], now: datetime) -> None:
    orders = _orders(rows)
    about = [(orders.get(row.allocation_id), row.allocation_id, row.movement_id) for row in rows]
    arrived = [Line("in_transit", row.fen, *of) for row, of in zip(rows, about, strict=True)]
    if result.ok:
        went = [Line("bank", -Fen.total(row.fen for row in rows))]
    else:
        went = [Line("share_due", -row.fen, *of) for row, of in zip(rows, about, strict=True)]
    kind = "pay_ok" if result.ok else "pay_failed"
    entry = books.post(kind, f"bank_result:{result.id}", [*arrived, *went], now=now)
    if result.ok:
        parcels.advance(_paid_first(rows), "paid")
        _recovered(result.item_id)
        summary.record(entry.booked_month, [_flow(row, paid=row.fen) for row in rows])
    else:
        query = update(PayItemRow).where(PayItemRow.item_id == result.item_id)
        db.session.execute(query.values(live=False))


def _flow(row: PayItemRow, *, paid: Fen = ZERO, confirmed: Fen = ZERO) -> Flow:
    return Flow(
        allocation_id=row.allocation_id,
        movement_id=row.movement_id,
        paid=paid,
        confirmed=confirmed,
    )


def _orders(rows: list[PayItemRow]) -> dict[int | None, int]:
    found = db.session.execute(ORDERS, {"allocations": _allocation_ids(rows)})
    return {row.id: row.order_id for row in found}


def _settle(run: PayRun, now: datetime) -> None:
    if db.session.scalar(STILL_OPEN, {"run": run.id}) is None:
        PAY_RUN.check(run.state, "settled", run=run.code)
        run.state, run.closed_at = "settled", now


def confirm_received(item_id: int, how: str, *, actor: Actor, now: datetime) -> Confirmation:
    """A household says that an item's money arrived; said again it changes nothing.

    ``how`` is ``phone`` (a member of the household) or ``agent`` (through the agent
    of its station). Within seven days of a PIN that an agent gave the member, theirs
    counts as through the agent too.

    Raises:
        NotFound: the item is not the actor's to confirm.
        Refusal: ``pay_item_step`` when the bank has not paid it.
    """
    run, item, rows = _locked(item_id)
    _check_theirs(item, how, actor)
    before = db.session.scalar(select(Confirmation).where(Confirmation.item_id == item_id))
    if before is not None:
        return before
    if item.state != "paid":
        raise Refusal("pay_item_step", state=item.state, run=run.code)
    month = clock.china_month(now)
    how = pins.confirmed_how(actor, now=now) if how == "phone" else how
    row = Confirmation(item_id=item_id, how=how, actor_user_id=actor.user_id, month=month, at=now)
    db.session.add(row)
    parcels.advance(_paid_first(rows), "confirmed")
    summary.record(month, [_flow(each, confirmed=each.fen) for each in rows])
    facts = {"household": item.household_code, "how": how}
    audit.record(actor, "confirm_received", "pay_run", run.code, now=now, **facts)
    db.session.flush()
    return row


def _check_theirs(item: PayItem, how: str, actor: Actor) -> None:
    """The household's own people and agent may say so, and those of the one it is in today."""
    homes = (db.get(Household, item.household_id), mergers.heir_of(item.household_id))
    if how == "agent":
        stations = {home.station_id for home in homes} - {None}
        if actor.may(AGENT) and actor.station_id in stations:
            return
    elif actor.household_id in {home.id for home in homes}:
        return
    raise NotFound
