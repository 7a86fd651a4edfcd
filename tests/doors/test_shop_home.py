"""The first page: what is sold, where the season stands, why these pears, whose the money is."""

import pytest

from storefront import db
from storefront.reports.impact import impact
from storefront.reports.seasons import this_season
from storefront.supply import lots
from storefront.supply.models import Lot
from tests import factories as make
from tests.doors.shopping import stocked
from tests.pages import faults


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def stage(page):
    """Return the words of the stage the almanac marks."""
    return page.text.partition('aria-current="step">')[2].partition("<")[0]


def test_the_almanac_names_the_solar_term_and_the_day(client, english, county):
    page = english.get("/")
    assert "White Dew" in page.text  # 7 to 22 September
    assert "20 Sep" in page.text
    assert "白露" in client.get("/?lang=zh").text


def test_fresh_from_the_trees_it_is_picking(english, county):
    page = english.get("/")
    assert stage(page) == "Picking"
    assert "by 3 households in" in page.text


def test_weeks_after_the_last_picking_it_comes_from_the_cold_store(english, county, time_machine):
    time_machine.move_to(make.NOW + 30 * make.DAY, tick=False)
    page = english.get("/")
    assert stage(page) == "From the cold store"
    assert "kept cool until you order" in page.text


def test_with_nothing_left_the_season_rests(english, county):
    with db.transaction():
        for lot in db.session.query(Lot):
            lots.hold(lot.id, "recall", actor=county.cast.he.actor, now=make.NOW)
    page = english.get("/")
    assert stage(page) == "Resting"
    assert faults(page.text) == []


def test_sums_of_a_few_households_are_nobody_s_business(english, county):
    with db.transaction():
        order = make.order((make.BOX, 2))
        make.pay(order.id)
    with db.transaction():
        make.dispatch(county, order.id)
    season = impact(this_season(make.NOW))
    assert 0 < season.households < 5
    assert "is on record for them" not in english.get("/").text


def test_a_season_without_an_order_says_no_figure(english, county):
    assert "This season so far" not in english.get("/").text


def test_each_shelf_is_one_step_away(english, county):
    page = english.get("/").text
    assert page.count('href="/products?category=pears"') == 2  # the header, and above the cards
    assert page.count('href="/products?category=paste"') == 2


def test_the_county_says_in_its_own_words_why(client, county):
    page = client.get("/?lang=zh").text
    assert "为什么是这里的梨" in page
    assert "薄皮，小核，满口汁" in page
