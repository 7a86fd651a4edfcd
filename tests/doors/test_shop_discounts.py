"""A discount by quantity as a shopper meets it: said, counted, charged."""

import pytest

from storefront import db
from storefront.orders.models import Line, Order
from tests import factories as make
from tests.doors.shopping import filled, put_in, stocked
from tests.visits import come_in


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    stocked_county = stocked()
    make.reduce(stocked_county, make.BOX, (3, 200))
    return stocked_county


def test_the_product_s_page_says_from_how_many_on(english, county):
    assert "from 3: ¥37.90 each" in english.get("/products/pear-box").text
    assert "each" not in english.get("/products/paste").text


def test_the_basket_says_what_comes_off_and_why(english, county):
    put_in(english, make.BOX, 3)
    page = english.get("/cart").text
    for said in ("¥2.00 off each, because it is 3", "−¥6.00", "¥113.70"):
        assert said in page


def test_the_total_seen_at_the_checkout_is_the_total_charged(english, county):
    put_in(english, make.BOX, 3)
    page = english.get(f"/checkout?province={make.SHANXI}")
    assert "−¥6.00" in page.text
    answer = english.post("/checkout", data=filled(page))
    assert answer.status_code == 303
    order, line = db.session.query(Order).one(), db.session.query(Line).one()
    assert (order.total_fen, line.discount_fen) == (11_370, 600)
    assert "−¥6.00" in english.get(f"/orders/{order.token}").text


def test_the_office_and_the_county_see_the_discount(app, english, county):
    put_in(english, make.BOX, 3)
    english.post("/checkout", data=filled(english.get(f"/checkout?province={make.SHANXI}")))
    code = db.session.query(Order).one().code
    for person, address in ((county.cast.he, "/brand/orders"), (county.cast.wu, "/county/orders")):
        client = app.test_client()
        come_in(client, person)
        page = client.get(f"{address}/{code}?lang=en").text
        assert "Discount" in page
        assert "−¥6.00" in page


def test_a_step_that_changed_at_the_checkout_is_agreed_to_first(english, county):
    put_in(english, make.BOX, 3)
    page = english.get(f"/checkout?province={make.SHANXI}")
    make.reduce(county, make.BOX)
    answer = english.post("/checkout", data=filled(page))
    assert answer.status_code == 422
    assert db.session.query(Order).count() == 0
    assert "cost ¥37.90 when you chose it and costs ¥39.90 now" in answer.text
    again = english.post("/checkout", data=filled(answer))
    assert again.status_code == 303
    assert db.session.query(Order).one().discount_fen == 0
