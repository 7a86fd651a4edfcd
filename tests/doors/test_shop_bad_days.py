"""Bad days of whoever buys: each ends in a clear sentence, and nothing is ordered by mistake."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import db
from storefront.orders import lifecycle
from storefront.orders.models import Order
from storefront.supply import lots
from storefront.supply.models import Lot
from tests import factories as make
from tests.doors.shopping import check_out, filled, found, hidden, put_in, stocked
from tests.pages import faults

MOST_VIEWS, MOST_FIELDS = 5, 9
# shown to those who say that it is a gift, or that they need an invoice
FOLDED = {"giver", "giver_phone", "message", "invoice_title", "tax_number", "invoice_email"}


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def orders():
    db.session.rollback()
    return list(db.session.scalars(select(Order).order_by(Order.id)))


def sell_out(county):
    with db.transaction():
        for lot in db.session.scalars(select(Lot).where(Lot.grade_id == county.first)):
            lots.hold(lot.id, "recall", actor=county.cast.he.actor, now=make.NOW)


def test_from_home_to_the_order_it_is_five_pages_and_nine_fields_at_most(english, county):
    views = [english.get("/"), english.get("/products/pear-box")]
    put_in(english)
    views += [english.get("/cart"), english.get("/checkout")]
    placed = check_out(english)
    views.append(english.get(placed.location))
    assert len(views) <= MOST_VIEWS
    assert len(orders()) == 1
    form = found(r'<form class="form" id="checkout".*?</form>', views[3].text)[0]
    fields = re.findall(r"<(?:input|select|textarea)[^>]*name=\"(\w+)\"[^>]*>", form)
    folded = "".join(re.findall(r'<div class="reveal__more">.*', form, re.DOTALL))
    assert all(f'name="{name}"' in folded for name in FOLDED)
    typed = {*fields} - {"csrf_token", "gift", "invoice", *FOLDED, *_hidden(form)}
    needed = {"recipient", "phone", "province", "city", "district", "address"}
    assert needed < typed
    assert len(typed) <= MOST_FIELDS


def _hidden(html):
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", html)
    return {found(r'name="(\w+)"', each)[1] for each in inputs}


def test_what_sold_out_in_the_basket_is_said_before_anything_is_typed(english, county):
    put_in(english, make.BOX, 2)
    sell_out(county)
    page = english.get("/checkout")
    assert "Not all of it can be had now" in page.text
    assert "pear-box name: sold out" in page.text
    assert 'href="/cart"' in page.text
    assert faults(page.text) == []
    answer = check_out(english)
    assert answer.status_code == 422
    assert "Of pear-box name only 0 can still be filled" in answer.text
    assert orders() == []


def test_a_basket_changed_in_another_window_is_shown_and_asked_about(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    english.post(f"/cart/lines/{make.BOX}", data={"quantity": 3})
    answer = english.post("/checkout", data=filled(page))
    assert answer.status_code == 422
    assert "The basket was changed meanwhile" in answer.text
    assert "安娜" in answer.text
    assert orders() == []
    assert english.post("/checkout", data=filled(answer)).status_code == 303
    assert orders()[0].goods_fen == 3 * 3_990


def test_another_basket_that_costs_the_same_is_not_taken_for_this_one(english, county):
    put_in(english, make.BOX)
    page = english.get("/checkout?province=140000")
    english.post(f"/cart/lines/{make.BOX}", data={"quantity": 0})
    put_in(english, make.PASTE)
    data = filled(page, seen_total=hidden(english.get("/checkout").text, "seen_total"))
    assert english.post("/checkout", data=data).status_code == 422
    assert orders() == []


def test_a_form_of_another_window_after_the_order_leads_to_the_order(english, county):
    put_in(english)
    first, second = (english.get("/checkout?province=140000") for _ in range(2))
    english.post("/checkout", data=filled(first))
    answer = english.post("/checkout", data=filled(second))
    assert (answer.status_code, answer.location) == (303, "/cart")
    page = english.get("/cart")
    assert "The basket is empty, so nothing was ordered this time." in page.text
    assert f'href="/orders/{orders()[0].token}"' in page.text
    assert len(orders()) == 1


def test_back_after_placing_leads_to_the_order(english, county):
    put_in(english)
    check_out(english)
    assert english.get("/checkout").location == "/cart"
    page = english.get("/cart")
    assert "Your order is placed" in page.text
    assert "Nothing is ordered twice." in page.text
    assert faults(page.text) == []


def test_a_second_press_is_the_same_order(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    answers = [english.post("/checkout", data=filled(page)) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert len(orders()) == 1


def test_a_region_we_do_not_send_to_is_said_at_once(english, county):
    put_in(english)
    answer = english.fragment(f"/checkout?province={make.TAIWAN}")
    assert "We do not send fresh fruit to Taiwan" in answer.text
    assert "not sent there" in answer.text
    assert hidden(answer.text, "seen_total") == ""


def test_a_hold_that_lapses_while_typing_at_the_till_is_said(english, county, time_machine):
    put_in(english)
    page = check_out(english)
    over = make.NOW + timedelta(hours=1)
    time_machine.move_to(over, tick=False)
    with db.transaction():
        lifecycle.lapse_holds(now=over)
    assert english.get(page.location).status_code in {200, 303}
    said = english.get(f"/orders/{orders()[0].token}").text
    assert "The time to pay is over" in said
    assert "Nothing was charged" in said


def test_a_day_that_filled_up_meanwhile_is_shown_and_asked_about(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    data = filled(page, seen_day="2026-09-21")
    answer = english.post("/checkout", data=data)
    assert answer.status_code == 422
    assert "it was to leave by 21 Sep and can leave by 22 Sep now" in answer.text
    assert hidden(answer.text, "seen_day") == "2026-09-22"
    assert english.post("/checkout", data=filled(answer)).status_code == 303


def test_a_browser_without_cookies_is_told_what_to_do(app, county):
    nobody = FlaskClient(app, app.response_class, use_cookies=False)
    bare = {"X-CSRFToken": "", "Origin": "http://localhost", "Accept-Language": "en"}
    data = {"sku": make.BOX, "quantity": "1"}
    answer = nobody.post("/products/pear-box?lang=en", data=data, headers=bare)
    assert answer.status_code == 400
    assert "Your browser sent us no cookie" in answer.text
    assert "0357-0000000" in answer.text
    assert faults(answer.text) == []
    for address in ("/cart", "/checkout"):
        assert nobody.get(address).status_code in {200, 303}


def test_whoever_placed_nothing_finds_an_empty_basket(english, county):
    page = english.get("/cart")
    assert "Your basket is empty" in page.text
    assert "Your order is placed" not in page.text


def test_the_total_is_never_another_than_the_one_charged(english, county):
    """Whatever changes between, the order costs what the page it came from showed."""
    put_in(english)
    page = english.get("/checkout?province=140000")
    seen = int(hidden(page.text, "seen_total"))
    assert english.post("/checkout", data=filled(page, seen_total=str(seen - 1))).status_code == 422
    english.post("/checkout", data=filled(page))
    assert [order.total_fen for order in orders()] == [seen]
