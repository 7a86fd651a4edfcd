"""Pay runs: drafted by one person, approved by another, handed to the bank (flow 6)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, func, or_, select, update

from storefront import audit, db, ids
from storefront.accounts.posts import in_post
from storefront.actors import CHECKER, Actor
from storefront.errors import Forbidden, Refusal
from storefront.ledger import books
from storefront.ledger.books import Line
from storefront.ledger.models import Posting
from storefront.money import Fen
from storefront.orders.models import Allocation
from storefront.settlement.due import DueRow, by_household, due_rows, total
from storefront.settlement.models import PAY_RUN, PayItem, PayItemRow, PayRun
from storefront.settlement.payfile import PayFile, PayLine, pay_file
from storefront.supply import mergers
from storefront.supply.disputes import stands_on
from storefront.supply.households import Household
from storefront.supply.models import Movement


def draft(cutoff: date, *, actor: Actor, now: datetime) -> PayRun:
    """Put everything that fell due by the end of ``cutoff`` into a new run, an item a household.

    A row stands in one live item at most, so a second draft takes only what the
    first has left. A household whose rows together are not above nothing gets no item:
    they are carried to the next run.

    Raises:
        Refusal: ``nothing_due``.
        Forbidden: nobody in particular is asking.
    """
    drafted_by = _person(actor)
    payable = by_household(_locked_rows(cutoff))
    if not payable:
        raise Refusal("nothing_due", field="cutoff", cutoff=cutoff)
    run = PayRun(code=ids.new_code(), cutoff=cutoff, state="draft", drafted_at=now)
    run.drafted_by = drafted_by
    db.session.add(run)
    db.session.flush()
    for household_id, own in payable.items():
        _add_item(run, household_id, own)
    amount = Fen.total(total(own) for own in payable.values())
    facts = {"items": len(payable), "amount_fen": int(amount)}
    audit.record(actor, "draft", "pay_run", run.code, now=now, **facts)
    return run


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Forbidden
    return actor.user_id


def _locked_rows(cutoff: date) -> list[DueRow]:
    """Return what is due; held, so that a draft made at the same time finds it taken."""
    seen = due_rows(cutoff)
    db.lock(Allocation, *(row.allocation_id for row in seen if row.allocation_id is not None))
    db.lock(Movement, *(row.movement_id for row in seen if row.movement_id is not None))
    locked = set(seen)
    return [row for row in due_rows(cutoff) if row in locked]


def _add_item(run: PayRun, household_id: int, rows: Sequence[DueRow]) -> None:
    """Add an item under the household's code; the payee is that of the household it is in today."""
    household, heir = db.get(Household, household_id), mergers.heir_of(household_id)
    item = PayItem(
        run_id=run.id,
        household_id=household_id,
        household_code=household.code,
        payee=heir.payee,
        payee_relation=heir.payee_relation,
        bank_account=heir.bank_account,
        amount_fen=total(rows),
        state="open",
    )
    db.put(item)
    of_item = (
        PayItemRow(
            item_id=item.id,
            allocation_id=row.allocation_id,
            movement_id=row.movement_id,
            fen=row.amount,
            recovers=row.recovers,
        )
        for row in rows
    )
    db.put(*of_item)


def approve(run_id: int, *, actor: Actor, now: datetime) -> PayRun:
    """Approve a draft that someone else made; approved again by the same person: no change.

    Raises:
        Refusal: ``own_work``; ``too_few_checkers`` when nobody else could approve it
            either; ``pay_run_step``; ``pay_run_stale`` when what is due has changed;
            ``pay_run_disputed`` when a household disputes a slip of it since.
    """
    checker = _person(actor)
    run = _locked(run_id)
    if run.state == "approved" and run.approved_by == checker:
        return run
    PAY_RUN.check(run.state, "approved", run=run.code)
    if run.drafted_by == checker:
        raise Refusal("own_work" if in_post(CHECKER, besides=checker) else "too_few_checkers")
    _check_still_due(run)
    run.state, run.approved_by, run.approved_at = "approved", checker, now
    audit.record(actor, "approve", "pay_run", run.code, now=now)
    return run


def _locked(run_id: int) -> PayRun:
    """Lock the run's allocations, then the run: no refund can touch their shares meanwhile."""
    query = select(PayItemRow.allocation_id).join(PayItem, PayItem.id == PayItemRow.item_id)
    found = db.session.scalars(query.where(PayItem.run_id == run_id))
    db.lock(Allocation, *(key for key in found if key is not None))
    return db.lock_one(PayRun, run_id)


def _check_still_due(run: PayRun) -> None:
    """Refuse to pay what a refund or a correction has changed since it was drafted."""
    about = or_(
        Posting.allocation_id == PayItemRow.allocation_id,
        Posting.movement_id == PayItemRow.movement_id,
    )
    due = (
        select(func.coalesce(-func.sum(Posting.fen), 0))
        .where(Posting.account == "share_due", about)
        .correlate(PayItemRow)
        .scalar_subquery()
    )
    query = (
        select(PayItem.household_code)
        .join(PayItemRow, PayItemRow.item_id == PayItem.id)
        .where(PayItem.run_id == run.id, PayItemRow.fen != due)
        .order_by(PayItem.household_code)
    )
    stale = db.session.scalar(query.limit(1))
    if stale is not None:
        raise Refusal("pay_run_stale", run=run.code, household=stale)
    disputed = db.session.scalar(DISPUTED, {"run": run.id})
    if disputed is not None:
        raise Refusal("pay_run_disputed", run=run.code, household=disputed)


# a household of a run that disputes a slip behind it since the draft
DISPUTED = (
    select(PayItem.household_code)
    .join(PayItemRow, PayItemRow.item_id == PayItem.id)
    .outerjoin(Allocation, Allocation.id == PayItemRow.allocation_id)
    .outerjoin(Movement, Movement.id == PayItemRow.movement_id)
    .where(PayItem.run_id == bindparam("run"), PayItemRow.recovers.is_(False))
    .where(stands_on(func.coalesce(Allocation.lot_id, Movement.lot_id)))
    .order_by(PayItem.household_code)
    .limit(1)
)


def abandon(run_id: int, *, actor: Actor, now: datetime) -> PayRun:
    """Give up a run that was not exported: its rows can be drafted again.

    Raises:
        Refusal: ``pay_run_step``.
    """
    run = db.lock_one(PayRun, run_id)
    if run.state == "abandoned":
        return run
    PAY_RUN.check(run.state, "abandoned", run=run.code)
    run.state, run.closed_at = "abandoned", now
    items = select(PayItem.id).where(PayItem.run_id == run.id)
    db.session.execute(update(PayItemRow).where(PayItemRow.item_id.in_(items)).values(live=False))
    audit.record(actor, "abandon", "pay_run", run.code, now=now)
    return run


def export(run_id: int, *, actor: Actor, now: datetime) -> PayFile:
    """Return the bank's file; the first time the pay is booked as in transit.

    Exported again, the same file comes and nothing is booked.

    Raises:
        Refusal: ``pay_run_step`` when the run is not approved; ``pay_run_stale`` when what
            is due has changed since the draft; ``pay_run_disputed``.
        RuntimeError: the file is not the one that was exported first.
    """
    run = _locked(run_id)
    made = _file(run)
    if run.file_hash is None:
        PAY_RUN.check(run.state, "exported", run=run.code)
        _check_still_due(run)
        _book_export(run, now)
        run.state, run.exported_by, run.exported_at = "exported", actor.user_id, now
        run.file_hash = made.sha256
        audit.record(actor, "export", "pay_run", run.code, now=now, sha256=made.sha256)
    elif run.file_hash != made.sha256:
        message = f"pay run {run.code} would not give the file of {run.exported_at} again"
        raise RuntimeError(message)
    return made


def _file(run: PayRun) -> PayFile:
    query = (
        select(PayItem.household_code, PayItem.payee, PayItem.bank_account, PayItem.amount_fen)
        .where(PayItem.run_id == run.id)
        .order_by(PayItem.household_code, PayItem.id)
    )
    lines = [
        PayLine(code, payee, account or "", amount)
        for code, payee, account, amount in db.session.execute(query)
    ]
    return pay_file(run.code, lines)


def _book_export(run: PayRun, now: datetime) -> None:
    query = (
        select(PayItemRow, Allocation.order_id)
        .join(PayItem, PayItem.id == PayItemRow.item_id)
        .outerjoin(Allocation, Allocation.id == PayItemRow.allocation_id)
        .where(PayItem.run_id == run.id, PayItemRow.fen != 0)
        .order_by(PayItemRow.id)
    )
    for row, order_id in db.session.execute(query):
        about = (order_id, row.allocation_id, row.movement_id)
        lines = [Line("share_due", row.fen, *about), Line("in_transit", -row.fen, *about)]
        books.post("pay_exported", f"pay_item_row:{row.id}", lines, now=now)
