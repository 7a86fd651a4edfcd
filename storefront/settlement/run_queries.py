"""What the county asks of pay runs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.accounts.models import User
from storefront.errors import NotFound
from storefront.money import Fen
from storefront.settlement.due import by_household, due_rows, total
from storefront.settlement.models import BankResult, Confirmation, PayItem, PayItemRow, PayRun
from storefront.supply.households import Household


@dataclass(frozen=True, slots=True)
class DuePreview:
    """What a draft with this cut-off would take.

    ``carried`` is what it would leave: of households that are owed nothing together, or less.
    """

    households: int
    rows: int
    amount: Fen
    carried: Fen


@dataclass(frozen=True, slots=True)
class PayRunRow:
    """A run in the list; the people by name."""

    id: int
    code: str
    cutoff: date
    state: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str | None
    items: int
    paid: int
    failed: int
    amount: Fen


@dataclass(frozen=True, slots=True)
class PayItemLine:
    """What one household gets in a run; the bank account itself stays in the file."""

    id: int
    household_code: str
    head: str
    payee: str
    relation: str | None
    has_account: bool
    amount: Fen
    rows: int
    state: str
    reason: str | None
    answered_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PayRunPage:
    """A run with its items, by household code."""

    run: PayRunRow
    drafted_by_id: int
    approved_at: datetime | None
    exported_at: datetime | None
    file_hash: str | None
    closed_at: datetime | None
    items: tuple[PayItemLine, ...]


def due_now(cutoff: date) -> DuePreview:
    """Return what fell due by the end of ``cutoff`` and stands in no live item."""
    every = due_rows(cutoff)
    payable = by_household(every)
    taken = [row for own in payable.values() for row in own]
    return DuePreview(len(payable), len(taken), total(taken), total(every) - total(taken))


def pay_runs(*, limit: int = 50) -> tuple[PayRunRow, ...]:
    """Return the runs, newest first."""
    query = _runs().order_by(PayRun.id.desc()).limit(limit)
    return tuple(_run(row) for row in db.session.execute(query))


def pay_run_page(code: str) -> PayRunPage:
    """Return one run with its items.

    Raises:
        NotFound: there is no such run.
    """
    found = db.session.execute(_runs().where(PayRun.code == code)).one_or_none()
    run = db.session.scalar(select(PayRun).where(PayRun.code == code))
    if found is None or run is None:
        raise NotFound
    return PayRunPage(
        run=_run(found),
        drafted_by_id=run.drafted_by,
        approved_at=run.approved_at,
        exported_at=run.exported_at,
        file_hash=run.file_hash,
        closed_at=run.closed_at,
        items=_items(run.id),
    )


def pay_run_id(code: str) -> int:
    """Return the id of the run called ``code``, or raise ``NotFound``."""
    return _found(select(PayRun.id).where(PayRun.code == code))


def pay_item_of_run(code: str, household_code: str) -> int:
    """Return the id of a household's item in the run called ``code``, or raise ``NotFound``."""
    query = select(PayItem.id).join(PayRun, PayRun.id == PayItem.run_id)
    return _found(query.where(PayRun.code == code, PayItem.household_code == household_code))


def _found(query: Select[int]) -> int:
    key = db.session.scalar(query)
    if key is None:
        raise NotFound
    return key


def _runs() -> Select[*tuple[Any, ...]]:
    drafter, approver = aliased(User), aliased(User)
    return (
        select(
            PayRun.id,
            PayRun.code,
            PayRun.cutoff,
            PayRun.state,
            drafter.name,
            PayRun.drafted_at,
            approver.name,
            func.count(PayItem.id),
            func.count(case((PayItem.state == "paid", 1))),
            func.count(case((PayItem.state == "failed", 1))),
            func.coalesce(func.sum(PayItem.amount_fen), 0),
        )
        .join(drafter, drafter.id == PayRun.drafted_by)
        .outerjoin(approver, approver.id == PayRun.approved_by)
        .outerjoin(PayItem, PayItem.run_id == PayRun.id)
        .group_by(PayRun.id, drafter.name, approver.name)
    )


def _run(row: Row[*tuple[Any, ...]]) -> PayRunRow:
    known: list[Any] = list(row)
    known[-1] = Fen(int(known[-1]))
    return PayRunRow(*known)


def _items(run_id: int) -> tuple[PayItemLine, ...]:
    rows = select(func.count()).where(PayItemRow.item_id == PayItem.id).scalar_subquery()
    query = (
        select(
            PayItem.id,
            PayItem.household_code,
            Household.head,
            PayItem.payee,
            PayItem.payee_relation,
            PayItem.bank_account.is_not(None),
            PayItem.amount_fen,
            rows,
            PayItem.state,
            BankResult.reason,
            BankResult.at,
            Confirmation.at,
        )
        .join(Household, Household.id == PayItem.household_id)
        .outerjoin(BankResult, BankResult.item_id == PayItem.id)
        .outerjoin(Confirmation, Confirmation.item_id == PayItem.id)
        .where(PayItem.run_id == run_id)
        .order_by(PayItem.household_code, PayItem.id)
    )
    return tuple(PayItemLine(*row) for row in db.session.execute(query))
