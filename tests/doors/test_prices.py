"""The pages of prices: what the brand office and the county may say, and what both can read."""

from io import BytesIO

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import db
from storefront.supply.price_models import FarmGatePrice, FloorPrice, PurchasePrice
from tests import factories as make
from tests.access import only, only_post
from tests.filed import csv_of
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


ROWS = [["等级", "日期", "收购价(元/斤)"], ["YL-T", "2026-10-01", "4.80"]]


def sent(client, rows=ROWS, door=BRAND):
    content = csv_of(rows, "gb18030")
    return client.post(
        door.replace("prices", "price-files"), data={"file": (BytesIO(content), "a.csv")}
    )


def test_a_file_of_prices_is_sent_looked_at_and_taken_in(operator, c):
    page = sent(operator)
    assert page.status_code == 303
    shown = operator.get(page.location).text
    assert "¥4.80/jin" in shown
    before = number(PurchasePrice)
    seen = {"seen": shown.partition('name="seen" value="')[2].partition('"')[0]}
    assert operator.post(f"{page.location}/take-in", data={"seen": "9-9-9"}).status_code == 409
    assert operator.post(f"{page.location}/take-in", data=seen).status_code == 303
    assert operator.post(f"{page.location}/take-in", data=seen).status_code == 409
    assert number(PurchasePrice) == before + 1
    again = operator.get(sent(operator).location).text
    assert "Everything in this file is known already." in again


def test_faults_of_a_file_are_shown_with_place_and_sentence(operator, officer, c):
    officer.post(COUNTY, data=typed(c))
    page = sent(operator, [*ROWS, ["YL-1", "2026-10-01", "viel"], ["YL-1", "2026-10-01", "1.00"]])
    shown = operator.get(page.location).text
    assert "row 3 · C 收购价(元/斤)" in shown
    assert "“viel” is no price in yuan" in shown
    below = operator.get(sent(operator).location).text
    assert "Take in the whole file" in below
    low = sent(operator, [ROWS[0], ["YL-T", "2026-10-01", "4.00"]])
    assert "¥0.80/jin below the county&#39;s floor" in operator.get(low.location).text


def test_each_office_has_its_own_files(app, operator, officer, c):
    brand = sent(operator).location
    county = sent(
        officer, [["等级", "日期", "地头价"], ["YL-T", "2026-09-20", "2"]], COUNTY
    ).location
    only(app, c.cast, {"he"}, ["/brand/price-files", brand])
    only(app, c.cast, {"wu", "qiao"}, ["/county/price-files", county])
    only_post(app, c.cast, {"he"}, [f"{brand}/take-in", f"{brand}/put-away"])
    only_post(app, c.cast, {"wu", "qiao"}, [f"{county}/take-in", f"{county}/put-away"])
    assert officer.get(brand.replace("brand", "county")).status_code == 404
    assert operator.post(f"{brand}/put-away").status_code == 303
    assert "Put away" in operator.get(brand).text


def test_what_is_no_table_is_refused_at_its_field(operator):
    answer = operator.post("/brand/price-files", data={"file": (BytesIO(b"<html>"), "a.csv")})
    assert answer.status_code == 422
    assert operator.post("/brand/price-files").status_code == 422
