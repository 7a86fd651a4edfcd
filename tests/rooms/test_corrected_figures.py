"""A correction lowers the same figures wherever they are shown (law 10, docs/books.md)."""

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.ledger import books
from storefront.ledger.models import Entry
from storefront.orders.models import Allocation
from storefront.reports.check import check
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter
from storefront.settlement import summary
from storefront.settlement.models import HouseholdMonth
from storefront.settlement.summary import AMOUNTS, Flow
from storefront.supply.households import Household
from tests import factories as make
from tests.histories import A_SEASON, History

YEAR = ("2026-01", "2027-12")


def sold(line):
    row = db.get(Allocation, line.allocation_id)
    return Flow(allocation_id=row.id, grams=row.grams, retail=row.retail_fen, booked=row.share_fen)


def of_row(line, **amounts):
    return Flow(allocation_id=line.allocation_id, movement_id=line.movement_id, **amounts)


# by kind and account: what a line of a household added to the summary when it was booked
ADDED = {
    ("dispatch", "share_pending"): sold,
    ("due", "share_due"): lambda line: of_row(line, due=-line.fen),
    ("loss", "share_due"): lambda line: of_row(line, booked=-line.fen, due=-line.fen),
    ("refund_dispatched", "share_pending"): lambda line: of_row(line, reversed=line.fen),
    ("refund_dispatched", "share_due"): lambda line: of_row(line, reversed=line.fen, due=-line.fen),
    ("pay_ok", "in_transit"): lambda line: of_row(line, paid=line.fen),
}


@pytest.fixture
def season(app):
    with db.transaction():
        history = History(make.county())
    history.walk(A_SEASON)
    return history


def correct(kind, now):
    """Reverse every entry of the kind and tell the summary, a month later."""
    with db.transaction():
        found = db.session.scalars(select(Entry.id).where(Entry.kind == kind)).all()
        for entry_id in found:
            lines = [line for line in books.lines_of(entry_id) if (kind, line.account) in ADDED]
            added = [ADDED[kind, line.account](line) for line in lines]
            month = books.reverse(entry_id, now=now).booked_month
            summary.record(month, [flow.turned for flow in added])
    assert found


def kept(household_id):
    sums = (func.coalesce(func.sum(getattr(HouseholdMonth, name)), 0) for name in AMOUNTS)
    query = select(*sums).where(HouseholdMonth.household_id == household_id)
    return tuple(int(fen) for fen in db.session.execute(query).one())


def opened(code, now):
    amounts = household_rows(code, Filter(*YEAR), today=clock.china_day(now)).totals
    return tuple(int(getattr(amounts, name.removesuffix("_fen"))) for name in AMOUNTS)


@pytest.mark.parametrize("kind", sorted({kind for kind, _account in ADDED}))
def test_a_correction_changes_shelves_rows_and_postings_alike(season, kind):
    correct(kind, season.now)
    assert [found for found in check() if found.law == 10 and not found.ok] == []
    for household_id, code in db.session.execute(select(Household.id, Household.code)):
        assert opened(code, season.now) == kept(household_id), code


def test_what_is_due_without_the_loss_is_less(season):
    due = AMOUNTS.index("due_fen")
    homes = db.session.scalars(select(Household.id)).all()
    before = sum(kept(home)[due] for home in homes)
    lost = sum(
        -int(line.fen)
        for entry in db.session.scalars(select(Entry.id).where(Entry.kind == "loss"))
        for line in books.lines_of(entry)
        if line.account == "share_due"
    )
    correct("loss", season.now)
    assert lost > 0
    assert sum(kept(home)[due] for home in homes) == before - lost
