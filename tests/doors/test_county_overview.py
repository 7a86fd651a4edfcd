"""The county's first page: who was left behind, then where the income stands."""

import re

import pytest
import time_machine

from storefront import db
from storefront.money import Fen
from storefront.reports.income import Filter, income
from storefront.reports.standing import standing
from storefront.settlement import sales
from storefront.web import filters
from tests import factories as make
from tests import season as made
from tests.season import TODAY
from tests.visits import come_in


@pytest.fixture
def season(app):
    with time_machine.travel(TODAY, tick=False):
        yield made.season()


@pytest.fixture
def officer(english, season):
    come_in(english, season.county.cast.wu)
    return english


def left_behind(page):
    return page.text.partition('id="left-behind-list"')[2].partition("</section>")[0]


def test_who_was_left_behind_comes_first(officer, season):
    page = officer.get("/county/")
    first_section = page.text.partition("<section")[2].partition("</section>")[0]
    assert "杨样丁" in first_section
    assert "of 3 registered" in first_section
    assert "赵试丙" not in left_behind(page)


def test_nobody_is_left_behind_once_everybody_sold(officer, season):
    with db.transaction():
        make.weigh(season.county, season.county.yang, season.county.first, 60_000)
    for _ in range(8):
        made.sell_again(season.county)
    assert "Nobody was left behind" in officer.get("/county/").text


def test_the_figures_are_those_of_the_income_page(officer, season):
    totals = income(Filter("2026-08", "2027-07")).totals
    now = standing("2026-08", "2027-07")
    assert (now.booked, now.due, now.paid, now.confirmed, now.retail) == (
        totals.booked,
        totals.due,
        totals.paid,
        totals.confirmed,
        totals.retail,
    )
    assert now.pending == totals.income - totals.due > Fen(0)
    page = officer.get("/county/")
    for fen in (now.pending, now.due, now.paid, now.confirmed, now.retail):
        assert f'figure-card__value">{filters.money(fen)}<' in page.text


def test_pay_for_losses_does_not_flatter_the_households_part_of_retail(season):
    now = standing("2026-08", "2027-07")
    assert now.income - now.income_of_sales == Fen(1_050)


def test_what_nobody_read_is_a_figure(officer, season):
    """An assumed crate is on its household's record, and the page says how much is so."""
    assert standing("2026-08", "2027-07").by_weight_only == Fen(0)
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    with db.transaction():
        parcel = make.pack(season.county, order.id, how="assumed")
        he = season.county.cast.he.actor
        sales.dispatch(parcel.id, "SF", "SF9", actor=he, now=make.NOW)
    now = standing("2026-08", "2027-07")
    assert now.by_weight_only == Fen(1_750)
    part = filters.percent_of(now.by_weight_only, now.income_of_sales)
    assert f"{part} of it by weight only: nobody read the crate" in officer.get("/county/").text


def test_a_month_opens_down_to_its_income(officer, season):
    months = officer.get("/county/").text.partition('id="months"')[2]
    assert re.findall(r'href="(/county/income\?[^"]+)"', months)[0].replace("&amp;", "&") == (
        "/county/income?from=2026-09&to=2026-09"
    )
    assert "<svg" in months


def test_an_earlier_season_is_empty_and_a_later_one_is_not_asked(officer, season):
    assert "Nothing was booked in that season" in officer.get("/county/?season=2025").text
    assert "season=2025" not in officer.get("/county/").text
    for typed in ("2099", "x", "-1", "0"):
        assert "Season 2026: who earned" in officer.get(f"/county/?season={typed}").text
