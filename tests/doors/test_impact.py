"""What a season brought, for everybody to read: the county's own figures, and nobody's."""

import re

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.reports.impact import impact
from storefront.reports.income import Filter, totals
from storefront.reports.townships import by_township
from storefront.supply import registry
from storefront.supply.households import Household
from storefront.supply.places import Township, Village
from storefront.supply.registry import HouseholdDraft
from tests import factories as make
from tests import season as made
from tests.visits import statements

MOST = 8
FEN = re.compile(r"¥[\d,]+\.\d\d")
SINCE = make.NOW.date() - 60 * make.DAY
HOMES = {"甲乡": 6, "乙乡": 3, "丙乡": 7, "丁乡": 1}  # households that sell, by township


@pytest.fixture
def county(app):
    """The small county, with four townships more in which so many households sell."""
    with time_machine.travel(make.NOW, tick=False):
        with db.transaction():
            c = make.county()
            homes = [home for place, name in enumerate(HOMES) for home in settle(c, place, name)]
        for home in homes:
            sell(c, home)
        yield c


def settle(c, place, name):
    """Add a township with one village and its households; returns their ids."""
    town = registry.add_township(
        Township(code=f"14103190{place}", name_zh=name, name_en=name, valid_from=SINCE)
    )
    village = registry.add_village(
        Village(
            code=f"14103190{place}200",
            name_zh=f"{name}村",
            name_en=f"{name}村",
            kind="village",
            township_id=town.id,
            valid_from=SINCE,
        )
    )
    return [home(f"H-{place}-{number}", village.id, c.stations[0]) for number in range(HOMES[name])]


def home(code, village, station):
    draft = HouseholdDraft(
        code=code,
        head=f"样户{code}",
        payee=f"样户{code}",
        payee_relation="self",
        village_id=village,
        station_id=station,
        members=3,
        status="general",
        status_from=SINCE,
        orchard_tenth_mu=None,
        display_name=None,
        consented_at=None,
        phone="13800000099",
        bank_account="6216261000000000018",
    )
    return registry.register_household(draft, actor=make.OFFICE, now=make.NOW).id


def sell(c, household):
    """Weigh one box in and sell it: it is theirs, nothing else is in store."""
    with db.transaction():
        make.weigh(c, household, c.first, 2_500)
        key = make.order((make.BOX, 1)).id
    with db.transaction():
        make.pay(key)
    with db.transaction():
        make.dispatch(c, key)


def move(household, village_of):
    with db.transaction():
        village = db.session.scalars(select(Village).where(Village.name_zh == village_of)).one()
        db.get(Household, household).village_id = village.id


def test_small_townships_stand_together_and_every_row_is_of_enough(county):
    found = by_township(2026)
    assert [(row.name_zh, row.households) for row in found.rows] == [("丙乡", 7)]
    assert found.together == 3  # three and one are four: the next smallest joins them
    assert all(row.households >= 5 for row in found.rows)
    assert found.others is not None
    assert found.others.households >= 5
    assert found.together >= 2


def test_the_sums_are_the_county_s_own(county):
    found, whole = by_township(2026), impact(2026)
    own = totals(Filter("2026-08", "2027-07"))
    assert found.total is not None
    assert found.total.households == whole.households == own.households == sum(HOMES.values())
    assert found.total.earned == whole.booked == own.income
    assert found.total.grams == whole.grams == own.grams
    parts = [*found.rows, found.others]
    for name in ("earned", "paid", "unpaid", "grams", "households"):
        amounts = [int(getattr(each, name)) for each in parts]
        assert sum(amounts) == int(getattr(found.total, name)), name


def test_no_hidden_township_is_named_and_no_household(client, english, county):
    hidden = ("甲乡", "乙乡", "丁乡")
    for visitor in (client, english):
        page = visitor.get("/impact")
        assert page.status_code == 200
        assert not [name for name in (*hidden, "样户", "H-0-0", "林果甲") if name in page.text]
        assert "丙乡" in page.text


def test_a_household_that_moved_counts_once(county):
    before = by_township(2026).total
    move(county.lin, "丙乡村")
    sell(county, county.lin)
    move(county.lin, "甲乡村")
    sell(county, county.lin)
    after = by_township(2026)
    assert before is not None
    assert after.total is not None
    assert after.total.households == before.households + 1


def test_while_too_few_have_sold_nothing_is_shown(app, english):
    with time_machine.travel(made.TODAY, tick=False):
        made.season()
        page = english.get("/impact").text
        home_page = english.get("/").text
    assert "Nothing to show yet" in page
    assert FEN.findall(page) == []
    assert "This season so far" not in home_page


def test_paid_and_not_yet_paid_stand_side_by_side(english, county):
    page = english.get("/impact").text
    found = by_township(2026).total
    assert found is not None
    assert int(found.paid) == 0
    assert found.unpaid == found.earned
    yuan, fen = divmod(int(found.earned), 100)
    assert page.count(f"¥{yuan}.{fen:02d}") == 4  # earned and unpaid, above and in the table
    assert "Paid and not yet paid" in page
    assert "Aug 2026" in page


@pytest.mark.parametrize("asked", ["", "?season=2026", "?season=1999", "?season=x", "?season="])
def test_a_season_without_figures_leads_to_this_one(english, county, asked):
    page = english.get(f"/impact{asked}")
    assert page.status_code == 200
    assert "What the 2026 season brought" in page.text


def test_it_asks_little_however_much_was_sold(english, county):
    english.get("/impact")
    with statements() as few:
        english.get("/impact")
    for _ in range(3):
        sell(county, county.lin)
    with statements() as many:
        english.get("/impact")
    assert len(few) <= len(many) <= MOST  # of the same books nothing is asked again


def test_home_and_footer_lead_there(english, county):
    page = english.get("/").text
    assert page.count('href="/impact"') == 2
    assert 'href="/find-order"' in page
