"""Income by household: one set of figures, down to the rows and up again."""

import re

import pytest
import time_machine

from storefront.money import Fen
from storefront.reports.income import Filter, income
from storefront.web import filters
from tests import season as made
from tests.season import MONTHS, TODAY
from tests.visits import come_in

BOTH = Filter("2026-09", "2026-10")
STRANGE = (
    "from=2026-13",
    "from=x&to=y",
    "status=rich",
    "village=-1",
    "product=1e9",
    "township=99999999999999999999",
    "after=~~",
    "after=H-LIN~x~lifted",
)


@pytest.fixture
def season(app):
    with time_machine.travel(TODAY, tick=False):
        yield made.season()


@pytest.fixture
def officer(english, season):
    come_in(english, season.county.cast.wu)
    return english


def money_in(cells):
    return re.findall(r"−?¥[\d,]+\.\d\d", cells)


def foot(page):
    return page.text.partition("<tfoot>")[2].partition("</tfoot>")[0]


def body(page):
    return page.text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_the_screen_shows_the_reports_totals(officer, season):
    totals = income(BOTH).totals
    shown = foot(officer.get(f"/county/income?{MONTHS}"))
    expected = (
        totals.retail,
        totals.booked,
        totals.reversed,
        totals.due,
        totals.paid,
        totals.confirmed,
    )
    assert money_in(shown) == [filters.money(fen) for fen in expected]
    assert totals.booked > Fen(0)


def test_the_filter_stands_above_in_words_and_in_every_link(officer, season):
    page = officer.get(f"/county/income?{MONTHS}&status=lifted")
    assert "Sep 2026 to Oct 2026 · Household lifted out of poverty" in page.text
    links = re.findall(r'href="(/county/households/[^"]+)"', page.text)
    assert links
    assert all("from=2026-09" in link and "status=lifted" in link for link in links)
    assert "H-ZHAO" not in body(page)


def test_figures_of_a_filter_are_the_same_whichever_way_one_came(officer, season):
    page = officer.get(f"/county/income?{MONTHS}&status=lifted")
    [down] = set(re.findall(r'href="(/county/households/[^"]+)"', page.text))
    assert money_in(foot(officer.get(down.replace("&amp;", "&")))) == money_in(foot(page))


def test_the_next_page_keeps_the_totals_of_the_whole(officer, season):
    first = officer.get(f"/county/income?{MONTHS}")
    after = income(BOTH, limit=1).next
    second = officer.get(f"/county/income?{MONTHS}&after={after}")
    assert ("H-LIN" in body(first), "H-LIN" in body(second)) == (True, False)
    assert "H-ZHAO" in body(second)
    assert foot(second) == foot(first)


def test_a_strange_address_is_read_as_not_asked(officer, season):
    for typed in STRANGE:
        page = officer.get(f"/county/income?{typed}")
        assert (typed, page.status_code) == (typed, 200)
        assert "Aug 2026 to Jul 2027" in page.text


def test_months_the_wrong_way_round_are_turned(officer, season):
    assert "Sep 2026 to Oct 2026" in officer.get("/county/income?from=2026-10&to=2026-09").text


def test_an_empty_selection_says_so_and_offers_the_way_out(officer, season):
    page = officer.get("/county/income?from=2025-01&to=2025-02")
    assert "No income in this selection" in page.text
    assert 'href="/county/income"' in page.text


def test_the_table_alone_comes_as_a_fragment(officer, season):
    answer = officer.fragment(f"/county/income?{MONTHS}")
    assert answer.text.lstrip().startswith('<section class="stack" id="income"')


def test_the_registry_finds_by_code_name_and_village(officer, season):
    for typed in ("H-LI", "h-li", "林果", "Xili"):
        assert "H-LIN" in body(officer.get("/county/households", query_string={"q": typed}))
    assert "No such household" in officer.get("/county/households?q=%25").text
    poor = officer.get("/county/households?status=registered_poor&q=x")
    assert "H-ZHAO" in body(poor)
    assert "H-LIN" not in body(poor)


def test_a_status_of_today_changes_no_figure_of_yesterday(officer, season):
    before = money_in(foot(officer.get(f"/county/income?{MONTHS}&status=lifted")))
    made.change_status(season.county, season.county.lin, "general")
    page = officer.get(f"/county/households/H-LIN?{MONTHS}&status=lifted")
    assert "General household" in page.text
    assert money_in(foot(page)) == before
