"""Guards against lending a name: what stands out is listed, what does not is not."""

from datetime import UTC, datetime

import pytest

from storefront import clock, db
from storefront.catalogue.models import Grade
from storefront.reports import guards
from storefront.reports.agents import agents
from storefront.supply import merging, weighing
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW
TODAY = clock.china_day(NOW)
SEASON, LAST_YEAR = 2026, datetime(2025, 9, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


def bears(c, household):
    """Return what the orchard bears of the first grade, in grams."""
    ceiling = db.get(Grade, c.first).yield_ceiling_g_per_mu
    area = db.get(Household, household).orchard_tenth_mu
    assert ceiling is not None
    assert area is not None
    return int(ceiling) * area // 10


def earlier(lot, season=SEASON - 1):
    """Let a lot have come a season before: nobody can weigh in for the past."""
    db.get(Lot, lot.id).season = season


def test_who_brings_nearly_what_the_orchard_bears_is_listed_with_the_arithmetic(c):
    with db.transaction():
        make.weigh(c, c.lin, c.first, bears(c, c.lin) * 9 // 10)
        make.weigh(c, c.zhao, c.first, bears(c, c.zhao) * 8 // 10)
    (row,) = guards.above_yield(SEASON, today=TODAY)
    assert (row.household_code, row.bears) == ("H-LIN", Grams(bears(c, c.lin)))
    assert row.brought == Grams(bears(c, c.lin) * 9 // 10)
    assert guards.above_yield(SEASON - 1, today=TODAY) == ()


def test_an_orchard_without_an_area_is_counted_as_not_checked(c):
    with db.transaction():
        db.get(Household, c.zhao).orchard_tenth_mu = None
        make.weigh(c, c.lin, c.first, 5_000)
        make.weigh(c, c.zhao, c.first, 9_000_000)
    assert guards.above_yield(SEASON, today=TODAY) == ()
    assert guards.unchecked(SEASON, today=TODAY) == guards.Unchecked(2, 1)


def test_a_sudden_jump_is_one_in_part_and_in_weight(c):
    with db.transaction():
        for household, before, brought in (
            (c.lin, 400_000, 900_000),  # more than twice, 500 kg more
            (c.zhao, 100_000, 500_000),  # five times, 400 kg more
            (c.yang, 800_000, 1_400_000),  # 600 kg more, not twice
        ):
            earlier(make.weigh(c, household, c.first, before))
            make.weigh(c, household, c.first, brought)
    (row,) = guards.jumps(SEASON, today=TODAY)
    assert (row.household_code, row.before) == ("H-LIN", Grams(400_000))
    assert row.brought == Grams(900_000)


def test_what_a_merged_household_brought_counts_for_the_other_with_both_orchards(c):
    alone = bears(c, c.lin)
    with db.transaction():
        make.weigh(c, c.lin, c.first, alone)
        make.weigh(c, c.zhao, c.first, alone)
        merging.merge_household(c.zhao, c.lin, actor=c.cast.wu.actor, now=NOW)
    (row,) = guards.above_yield(SEASON, today=TODAY)
    assert (row.household_code, row.brought) == ("H-LIN", Grams(2 * alone))
    assert row.bears == Grams(2 * alone)


def test_one_account_for_two_is_listed_one_phone_only_for_many(c):
    with db.transaction():
        for household, phone, account in (
            (c.lin, "13800000001", "6216261000000000018"),
            (c.zhao, "13800000001", "6216261000000000018"),
            (c.yang, "13800000003", "6216261000000000026"),
        ):
            row = db.get(Household, household)
            row.phone, row.bank_account = phone, account
    found = guards.shared(today=TODAY)
    assert [(row.kind, row.household_code, row.households) for row in found] == [
        ("account", "H-LIN", 2),
        ("account", "H-ZHAO", 2),
    ]
    assert len({row.group for row in found}) == 1


def test_a_phone_of_three_households_is_listed(c):
    found = [row for row in guards.shared(today=TODAY) if row.kind == "phone"]
    assert [row.household_code for row in found] == ["H-LIN", "H-YANG", "H-ZHAO"]


def test_an_agent_whose_slips_nobody_confirms_stands_out(c):
    with db.transaction():
        make.weigh(c, c.lin, c.first, 60_000)
        lot = make.weigh(c, c.zhao, c.first, 40_000)
        make.weigh(c, c.yang, c.first, 10_000)
        assert lot.slip_id is not None
        weighing.confirm_slip(lot.slip_id, actor=c.cast.zhao.actor, now=NOW)
    sun, gao = agents(SEASON)
    assert (sun.slips, sun.received, sun.unconfirmed) == (2, Grams(100_000), Grams(60_000))
    assert sun.stands_out
    assert (gao.slips, gao.received) == (1, Grams(10_000))
    assert (gao.packed, gao.assumed) == (Grams(0), Grams(0))
