"""After the order: where its parcels are, the receipt, and ordering the same again."""

import re

import pytest
from sqlalchemy import select

from storefront import db, ids
from storefront.catalogue import drafting
from storefront.money import Fen
from storefront.orders import lifecycle, parcels, split
from storefront.orders.models import Line, Order
from storefront.payments import afterwards
from storefront.payments.afterwards import Asked
from storefront.reports.order_books import order_books
from storefront.supply import prices
from tests import factories as make
from tests.doors.shopping import put_in, stocked
from tests.visits import statements

MOST = 8


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def sold(county, *items, steps=("pay",)):
    """Sell an order; ``steps`` may go on to ``pack``, ``dispatch`` and ``close``."""
    with db.transaction():
        order = make.order(*(items or ((make.BOX, 1),)))
        key, token = order.id, order.token
    for step in steps:
        with db.transaction():
            make.pay(key) if step == "pay" else getattr(make, step)(county, key)
    return key, f"/orders/{token}"


def in_basket(client):
    """Return sku → packs of the visitor's basket, as the page shows them."""
    page = client.get("/cart").text
    tags = re.findall(r'<input[^>]*id="quantity-([^"]+)"([^>]*)>', page)
    return {sku: int(re.findall(r'value="(\d+)"', rest)[0]) for sku, rest in tags}


def test_the_number_leads_to_where_the_parcel_is(english, county):
    _key, address = sold(county, steps=("pay", "dispatch"))
    page = english.get(address).text
    link = "https://www.kuaidi100.com/chaxun?com=shunfeng&amp;nu=SF000000000001"
    assert f'href="{link}" rel="external noopener noreferrer"' in page


def test_a_paid_order_says_by_when_it_leaves(english, county):
    _key, address = sold(county)
    page = english.get(address).text
    assert page.count("by 22 Sep") == 2  # beside the parcel, and in what comes next


def test_what_happened_says_to_which_of_several_parcels(english, county):
    key, address = sold(county, (make.BOX, 2))
    parcel = make.parcel_of(key)
    assert "Parcel 1 of" not in english.get(address).text
    with db.transaction():
        facts = {"actor": county.cast.he.actor, "now": make.NOW}
        line = db.session.scalars(select(Line.id).where(Line.order_id == key)).one()
        split.split_boxes(parcel.id, {line: 1}, key=ids.new_key(), **facts)
    page = english.get(address).text
    assert "Parcel 1 of 2" in page
    assert "Parcel 2 of 2" in page


def test_the_receipt_has_the_figures_of_the_order(english, county):
    key, address = sold(county, (make.GIFT, 1), steps=("pay", "dispatch"))
    with statements() as asked:
        page = english.get(f"{address}/receipt")
    assert len(asked) <= MOST
    assert "no-store" in page.headers["Cache-Control"]
    for words in ("¥98.00", "¥9.00", "¥107.00", "安娜", "it is no tax invoice", "Households"):
        assert words in page.text, words
    books = order_books(db.get(Order, key).code)
    shares = int(books.right.shares)
    assert f"¥{shares // 100}.{shares % 100:02d}" in page.text
    assert f'href="{address}/receipt"' in english.get(address).text
    assert "13800000010" not in page.text


def test_before_anything_is_paid_there_is_no_receipt(english, county):
    _key, address = sold(county, steps=())
    assert "Print a receipt" not in english.get(address).text
    assert english.get(f"{address}/receipt").location == address
    assert english.get(f"/orders/{ids.new_token()}/receipt").status_code == 404


def test_what_was_refunded_afterwards_is_named_with_who_bears_it(english, county):
    key, address = sold(county, steps=("pay", "dispatch"))
    with db.transaction():
        facts = {"actor": county.cast.he.actor, "now": make.NOW}
        asked = Asked(amount=Fen(500), reason="damaged", key="k")
        afterwards.request_after_dispatch(key, asked, **facts)
    page = english.get(address).text
    assert "Refunded afterwards" in page
    assert "borne by: Brand fund" in page
    assert "−¥5.00" in page
    books = order_books(db.get(Order, key).code)
    assert books.agrees
    yuan, fen = divmod(int(books.split_right), 100)
    assert page.count(f"¥{yuan}.{fen:02d}") >= 2


def test_ordering_again_fills_the_basket_once_however_often_it_is_pressed(english, county):
    _key, address = sold(county, (make.BOX, 2), (make.PASTE, 1))
    for _tap in range(2):
        answer = english.post(f"{address}/again")
        assert (answer.status_code, answer.location) == (303, "/cart")
    assert "The same is in your basket, at today" in english.get("/cart").text
    assert in_basket(english) == {make.BOX: 2, make.PASTE: 1}


def test_ordering_again_takes_nothing_out_of_the_basket(english, county):
    _key, address = sold(county, (make.BOX, 2))
    put_in(english, make.BOX, 5)
    put_in(english, make.GIFT, 1)
    english.post(f"{address}/again")
    assert in_basket(english) == {make.BOX: 5, make.GIFT: 1}


def test_ordering_again_is_at_today_s_price(english, county):
    _key, address = sold(county, (make.BOX, 1))
    with db.transaction():
        box = county.offers[make.BOX]
        drafting.change_price(box, Fen(4_490), actor=make.OFFICE, now=make.NOW)
        prices.publish_offer(box, actor=make.OFFICE, now=make.NOW)
    english.post(f"{address}/again")
    page = english.get("/cart").text
    assert "¥44.90" in page
    assert "Prices have changed" not in page


def test_ordering_again_says_what_is_not_to_be_had(english, county):
    _key, address = sold(county, (make.BOX, 1), (make.GIFT, 1))
    with db.transaction():
        drafting.withdraw(county.offers[make.GIFT], actor=make.OFFICE, now=make.NOW)
    assert english.post(f"{address}/again").location == "/cart"
    assert "Not to be had now: gift name." in english.get("/cart").text
    assert in_basket(english) == {make.BOX: 1}


def test_ordering_again_what_is_sold_out_leads_to_what_there_is(app, english, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 5_000)
    _key, address = sold(county, (make.BOX, 1))
    assert english.post(f"{address}/again").location == "/cart"
    _other, _address = sold(county, (make.BOX, 1))  # the last of it
    visitor = app.test_client()
    visitor.set_cookie("lang", "en")
    assert visitor.post(f"{address}/again").location == "/products"
    assert "Not to be had now: pear-box name." in visitor.get("/products").text


def test_ordering_again_with_less_left_takes_what_there_is(app, english, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 10_000)
    _key, address = sold(county, (make.BOX, 3))
    assert english.post(f"{address}/again").location == "/cart"
    assert "Fewer than you had then: pear-box name." in english.get("/cart").text
    assert in_basket(english) == {make.BOX: 1}


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (parcels.mark_lost, "we get in touch with you about your money"),
        (parcels.mark_returned, "Fresh fruit cannot be sent a second time"),
    ],
)
def test_a_parcel_that_did_not_arrive_says_what_comes_next(english, county, end, sentence):
    key, address = sold(county, steps=("pay", "dispatch"))
    assert sentence not in english.get(address).text
    with db.transaction():
        end(make.parcel_of(key).id, actor=county.cast.he.actor, now=make.NOW)
    assert sentence in english.get(address).text


def test_an_order_that_lapsed_offers_to_order_again(english, county):
    key, address = sold(county, steps=())
    with db.transaction():
        lifecycle.lapse_holds(now=make.NOW + make.DAY)
    page = english.get(address).text
    assert page.count("Order again") == 1
    assert f'action="{address}/again"' in page
    assert db.get(Order, key).state == "expired"


def test_a_link_nobody_was_given_orders_nothing(client, county):
    assert client.post(f"/orders/{ids.new_token()}/again").status_code == 404
