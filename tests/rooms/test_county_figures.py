"""The county's figures open down to the rows they are the sum of."""

from typing import Any

import pytest

from storefront.money import Fen
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter, income
from tests import season as made
from tests.season import TODAY

AMOUNTS = ("grams", "retail", "booked", "reversed", "due", "paid", "confirmed")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"status": "lifted"},
    {"village_id": 1},
    {"township_id": 1},
    {"product_id": 1},
)


@pytest.fixture
def season(app):
    return made.season()


def wanted(**others):
    return Filter("2026-09", "2026-10", **others)


def amounts(row):
    return {name: getattr(row, name) for name in AMOUNTS}


@pytest.mark.parametrize("others", FILTERS, ids=str)
def test_each_row_is_the_sum_of_the_rows_it_opens_to(season, others):
    rows = income(wanted(**others)).rows
    assert rows
    for row in rows:
        down = wanted(**others | {"village_id": row.village_id, "status": row.status})
        file = household_rows(row.household_code, down, today=TODAY.date())
        assert amounts(file.totals) == amounts(row)
        assert file.rows


def test_pay_and_confirmation_are_in_the_rows_of_their_month(season):
    run = made.run_id(season)
    made.settle(season.county, run)
    for month, paid in (("2026-09", False), ("2026-10", True)):
        only = Filter(month, month)
        for row in income(only).rows:
            file = household_rows(row.household_code, only, today=TODAY.date())
            assert amounts(file.totals) == amounts(row)
            assert (row.paid > Fen(0)) == paid


def test_a_loss_we_bear_is_income_without_retail(season):
    file = household_rows("H-LIN", wanted(), today=TODAY.date())
    [loss] = [row for row in file.rows if row.reason]
    assert (loss.order_code, loss.reason, loss.sums.booked) == (None, "rot", Fen(1_050))
    assert (loss.sums.retail, int(loss.sums.grams), int(loss.grams)) == (Fen(0), 0, 1_500)


def test_confirmed_pay_counts_in_the_month_it_was_said(season):
    items = made.settle(season.county, made.run_id(season))
    made.confirm(season.county, items[0])
    only = Filter("2026-10", "2026-10")
    totals = income(only).totals
    assert totals.paid > totals.confirmed > Fen(0)
    for row in income(only).rows:
        file = household_rows(row.household_code, only, today=TODAY.date())
        assert amounts(file.totals) == amounts(row)
