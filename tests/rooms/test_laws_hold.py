"""Whatever happens, in whatever order: every law holds of every row."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import select

from storefront import db
from storefront.orders.models import Order
from storefront.reports.check import check
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter, income
from storefront.reports.order_books import order_books
from tests import factories as make
from tests.histories import A_SEASON, HISTORIES, History


@pytest.fixture
def fresh(app, database):
    """Make the database fresh again for each history."""

    def again():
        db.session.remove()
        db.sa.engine.dispose()
        database.renew()

    return again


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(steps=A_SEASON)
@given(steps=HISTORIES)
def test_no_history_breaks_a_law(fresh, steps):
    fresh()
    with db.transaction():
        history = History(make.county())
    history.walk(steps)
    assert [finding for finding in check() if not finding.ok] == []
    codes = db.session.scalars(select(Order.code)).all()
    assert [code for code in codes if not order_books(code).agrees] == []
    assert opened_down() == added_up()


EVER = Filter("2026-01", "2027-12")
FIGURES = ("grams", "retail", "booked", "reversed", "due", "paid", "confirmed")


def added_up():
    """What the income report says of each household, from the kept summary."""
    sums: Counter[tuple[str, str]] = Counter()
    for row in income(EVER).rows:
        sums.update({(row.household_code, name): int(getattr(row, name)) for name in FIGURES})
    return +sums


def opened_down():
    """The same from the rows that each household's page shows."""
    sums: Counter[tuple[str, str]] = Counter()
    for code in ("H-LIN", "H-ZHAO", "H-YANG"):
        totals = household_rows(code, EVER, today=date(2026, 9, 20)).totals
        sums.update({(code, name): int(getattr(totals, name)) for name in FIGURES})
    return +sums


def test_the_season_above_does_what_it_says(app):
    with db.transaction():
        history = History(make.county())
    history.walk(A_SEASON)
    assert Counter(history.taken) == Counter(step[0] for step in A_SEASON)
    assert [finding.claim for finding in check() if finding.looked == 0] == [
        "a correction undoes exactly the entry it names"
    ]
