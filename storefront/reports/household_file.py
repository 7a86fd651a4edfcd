"""One household's file: every row that a figure of the income report is made of."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.catalogue.models import Grade
from storefront.errors import NotFound
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.orders.models import Allocation, Line, Order, Parcel
from storefront.settlement.models import BankResult, Confirmation, PayItem, PayItemRow, PayRun
from storefront.supply.households import Household, status_on
from storefront.supply.models import Lot, Movement
from storefront.supply.places import Village
from storefront.weight import Grams

EARNING = ("dispatch", "loss")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A share, a loss we bore, or the correction of one; ``amount`` is signed.

    Village and status are those frozen on the row; the state is where it stands
    today: booked, due, paid or confirmed.
    """

    kind: str
    month: str
    happened_at: datetime
    order_code: str | None
    parcel_code: str | None
    lot_code: str
    crate: str | None
    how: str | None
    reason: str | None
    product_zh: str | None
    product_en: str | None
    grade_zh: str
    grade_en: str
    village_zh: str
    village_en: str
    status: str
    grams: Grams
    retail: Fen
    amount: Fen
    state: str
    entry_id: int
    pay_run_code: str | None
    paid_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """A household today, and its rows of a period; their sum is its income there."""

    code: str
    head: str
    village_zh: str
    village_en: str
    status: str
    rows: tuple[FileRow, ...]

    @property
    def total_booked(self) -> Fen:
        """What the rows sum to: the income of the report's row."""
        return Fen.total(row.amount for row in self.rows)


def household_file(
    household_code: str, from_month: str, to_month: str, *, today: date
) -> HouseholdFile:
    """Return what a household earned from ``from_month`` to ``to_month``; three statements.

    Raises:
        NotFound: there is no such household.
    """
    query = select(
        Household.id, Household.code, Household.head, Village.name_zh, Village.name_en
    ).join(Village, Village.id == Household.village_id)
    found = db.session.execute(query.where(Household.code == household_code)).one_or_none()
    if found is None:
        raise NotFound
    household_id, code, head, village_zh, village_en = found
    rows = _rows().where(
        Lot.household_id == household_id, Entry.booked_month.between(from_month, to_month)
    )
    return HouseholdFile(
        code=code,
        head=head,
        village_zh=village_zh,
        village_en=village_en,
        status=status_on(household_id, today),
        rows=tuple(starmap(FileRow, db.session.execute(rows))),
    )


def _rows() -> Select[*tuple[Any, ...]]:
    """Return the postings that made or corrected income, with the rows they name."""
    corrected = aliased(Entry)
    earned = or_(
        and_(Entry.kind == "dispatch", Posting.account == "share_pending"),
        and_(Entry.kind == "loss", Posting.account == "share_due"),
        and_(
            corrected.kind.in_(EARNING),
            Posting.account.in_(("share_pending", "share_due")),
        ),
    )
    live = and_(PayItemRow.live, _same_row())
    return (
        select(*_columns())
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(corrected, corrected.id == Entry.reverses_id)
        .outerjoin(Allocation, Allocation.id == Posting.allocation_id)
        .outerjoin(Movement, Movement.id == Posting.movement_id)
        .join(Lot, Lot.id == func.coalesce(Allocation.lot_id, Movement.lot_id))
        .join(Grade, Grade.id == Lot.grade_id)
        .join(Village, Village.id == func.coalesce(Allocation.village_id, Movement.village_id))
        .outerjoin(Order, Order.id == Allocation.order_id)
        .outerjoin(Parcel, Parcel.id == Allocation.parcel_id)
        .outerjoin(Line, Line.id == Allocation.line_id)
        .outerjoin(PayItemRow, live)
        .outerjoin(PayItem, PayItem.id == PayItemRow.item_id)
        .outerjoin(PayRun, PayRun.id == PayItem.run_id)
        .outerjoin(BankResult, and_(BankResult.item_id == PayItem.id, BankResult.ok))
        .outerjoin(Confirmation, Confirmation.item_id == PayItem.id)
        .where(earned)
        .order_by(Entry.happened_at.desc(), Posting.id.desc())
    )


def _same_row() -> ColumnElement[bool]:
    return or_(
        PayItemRow.allocation_id == Posting.allocation_id,
        PayItemRow.movement_id == Posting.movement_id,
    )


def _columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns of a ``FileRow``; what a correction took back is not sold again."""
    kind = case(
        (Entry.kind == "dispatch", "share"), (Entry.kind == "loss", "loss"), else_="correction"
    )
    sold = Entry.kind == "dispatch"
    state = case(
        (Allocation.id.is_not(None), Allocation.state),
        (Confirmation.id.is_not(None), "confirmed"),
        (BankResult.id.is_not(None), "paid"),
        else_="due",
    )
    return (
        kind,
        Entry.booked_month.expression,
        Entry.happened_at.expression,
        Order.code.expression,
        Parcel.code.expression,
        Lot.code.expression,
        Allocation.crate.expression,
        Allocation.how_confirmed.expression,
        Movement.reason.expression,
        Line.name_zh.expression,
        Line.name_en.expression,
        Grade.name_zh.expression,
        Grade.name_en.expression,
        Village.name_zh.expression,
        Village.name_en.expression,
        func.coalesce(Allocation.status, Movement.status),
        case((sold, Allocation.grams), else_=Grams(0)),
        case((sold, Allocation.retail_fen), else_=Fen(0)),
        -Posting.fen,
        state,
        Entry.id.expression,
        PayRun.code.expression,
        BankResult.at.expression,
        Confirmation.at.expression,
    )
