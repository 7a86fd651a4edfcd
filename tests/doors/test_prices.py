"""The pages of prices: what the brand office and the county may say, and what both can read."""

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import db
from storefront.supply.price_models import FarmGatePrice, FloorPrice, PurchasePrice
from tests import factories as make
from tests.access import only
from tests.visits import come_in, statements

COUNTY, BRAND = "/county/prices", "/brand/prices"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def officer(english, c):
    come_in(english, c.cast.wu)
    return english


@pytest.fixture
def operator(app, c):
    client = app.test_client()
    client.set_cookie("lang", "en")
    come_in(client, c.cast.he)
    return client


def typed(c, **others):
    return {"kind": "floor", "grade": c.top, "price": "4.80", "from_day": "2026-09-20", **others}


def number(model):
    return db.session.scalar(select(func.count(model.id)))


def test_each_office_reads_its_own_pages(app, c):
    only(app, c.cast, {"wu", "qiao"}, [COUNTY, f"{COUNTY}/YL-T"])
    only(app, c.cast, {"he"}, [BRAND, f"{BRAND}/YL-T"])


def test_a_checker_reads_and_says_nothing(app, c):
    client = app.test_client()
    come_in(client, c.cast.qiao)
    assert '<form class="form"' not in client.get(COUNTY).text
    assert client.post(COUNTY, data=typed(c)).status_code == 403
    assert number(FloorPrice) == 0


def test_a_floor_and_a_farm_gate_price_are_written_down_once(officer, c):
    for _ in range(2):
        assert officer.post(COUNTY, data=typed(c)).status_code == 303
        noted = typed(c, kind="farm_gate", price="2.10")
        assert officer.post(COUNTY, data=noted).status_code == 303
    assert (number(FloorPrice), number(FarmGatePrice)) == (1, 1)
    page = officer.get(COUNTY).text
    assert "¥4.80/jin" in page
    assert "the floor; the table says ¥4.70/jin" in page
    history = officer.get(f"{COUNTY}/YL-T").text
    assert "吴县办" in history
    assert "Floor of the county" in history
    assert "<polyline" in history


def test_a_purchase_price_below_the_floor_is_refused_at_its_field(operator, officer, c):
    officer.post(COUNTY, data=typed(c))
    before = number(PurchasePrice)
    answer = operator.post(BRAND, data=typed(c, price="4.50"))
    assert answer.status_code == 422
    assert "¥4.50/jin is ¥0.30/jin below the county&#39;s floor" in answer.text
    assert 'value="4.50"' in answer.text
    assert number(PurchasePrice) == before


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ""},
        {"kind": "purchase"},
        {"price": "4.805"},
        {"price": ""},
        {"grade": 999},
        {"from_day": "2026-09-19"},
        {"kind": "farm_gate", "from_day": "2026-09-21"},
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_lost(officer, c, change):
    answer = officer.post(COUNTY, data=typed(c, **change))
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert f'value="{change.get("price", "4.80")}"' in answer.text
    assert (number(FloorPrice), number(FarmGatePrice)) == (0, 0)


def test_a_long_history_costs_no_more_statements(officer, c):
    for day in range(20, 29):
        officer.post(COUNTY, data=typed(c, from_day=f"2026-09-{day}"))
    for page in (COUNTY, f"{COUNTY}/YL-T"):
        with statements() as asked:
            assert officer.get(page).status_code == 200
        assert len(asked) <= 6


def test_a_grade_that_is_none_is_no_page(officer, operator):
    assert officer.get(f"{COUNTY}/NONE").status_code == 404
    assert operator.get(f"{BRAND}/NONE").status_code == 404
