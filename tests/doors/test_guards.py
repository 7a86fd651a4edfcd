"""The county's list of what to look into: who may read it, what it says, and the file of it."""

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.audit import AuditEvent
from tests import factories as make
from tests.access import only, only_post
from tests.visits import come_in, statements

ADDRESS = "/county/guards"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 9_500_000)
        make.weigh(county, county.zhao, county.first, 40_000)
    return county


@pytest.fixture
def officer(english, c):
    come_in(english, c.cast.wu)
    return english


def test_only_the_county_reads_it(app, c):
    only(app, c.cast, {"wu", "qiao"}, [ADDRESS])
    only_post(app, c.cast, {"wu", "qiao"}, [ADDRESS])


def test_what_stands_out_is_said_with_its_arithmetic(officer):
    page = officer.get(ADDRESS).text
    assert "Does somebody lend a name?" in page
    above = page.partition('id="above"')[2].partition("</section>")[0]
    assert "H-LIN" in above
    assert "H-ZHAO" not in above
    assert "95%" in above
    assert "19,000" in above  # jin brought, of 20,000 that 5.0 mu bear
    assert "20,000" in above
    phones = page.partition('id="phones"')[2].partition("</section>")[0]
    assert phones.count("H-") >= 3
    agents = page.partition('id="agents"')[2]
    assert "Stands out" in agents
    assert "13800000099" not in page
    assert "6216261" not in page


def test_a_season_before_the_shop_says_that_nothing_stands_out(officer):
    page = officer.get(f"{ADDRESS}?season=2020").text
    assert page.count("Nothing stands out.") == 2
    assert "No agent received anything" in page


def test_the_page_asks_no_more_than_eight(officer):
    officer.get(ADDRESS)
    with statements() as asked:
        officer.get(ADDRESS)
    assert len(asked) <= 8


def test_the_file_says_what_the_page_says_and_is_noted(officer):
    answer = officer.post(f"{ADDRESS}?season=2026")
    lines = answer.text.splitlines()
    assert answer.mimetype == "text/csv"
    assert any("H-LIN" in line and "9,500" in line for line in lines)
    assert any(line.startswith("One account for several") for line in lines)
    assert "13800000099" not in answer.text
    (noted,) = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "guards"))
    assert (noted.verb, noted.facts["rows"]) == ("download", len(lines) - 1)
