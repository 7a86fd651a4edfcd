"""A card that was drawn before is drawn anew as soon as anything it says has changed."""

import pytest

from storefront import db
from storefront.catalogue import drafting, offers
from storefront.money import Fen
from storefront.supply import prices
from storefront.web import alike, drawing, holes
from tests import factories as make
from tests.doors.shopping import filled, put_in, stocked
from tests.visits import statements


@pytest.fixture
def county(app):
    drawing.pieces.clear()
    return stocked()


def test_the_same_card_is_drawn_once(english, county):
    alike.pages.clear()  # another test's page may be the same
    first = english.get("/products").text
    drawn = drawing.pieces.size
    assert english.get("/products").text == first
    assert drawing.pieces.size == drawn > 0


def test_a_new_price_is_seen_at_once(english, county):
    assert "¥39.90" in english.get("/products").text
    with db.transaction():
        drafting.change_price(county.offers[make.BOX], Fen(4_490), actor=make.OFFICE, now=make.NOW)
        paid = prices.purchase_prices_on(make.NOW.date())
        offers.publish(county.offers[make.BOX], paid, actor=make.OFFICE, now=make.NOW)
    assert "¥44.90" in english.get("/products").text


def test_the_last_box_is_seen_to_be_gone(english, app):
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 2_500)
    assert english.get("/products").text.count("Sold out") == 1  # the gift wants the top grade
    with db.transaction():
        make.order((make.BOX, 1))
    assert english.get("/products").text.count("Sold out") == 3


@pytest.mark.parametrize("address", ["/", "/products", "/search?q=pear", "/products/pear-box"])
def test_of_a_shop_where_nobody_writes_nothing_is_asked_twice(english, county, address):
    first = english.get(address).text
    with statements() as asked:
        assert english.get(address).text == first
    assert asked == []
    with db.transaction():
        make.order((make.BOX, 1))
    with statements() as asked:
        english.get(address)
    assert 1 <= len(asked) <= 3


def test_what_is_said_to_one_visitor_is_kept_for_nobody(app, english, county):
    english.get("/products")
    with english.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "Only for you")]
    assert "Only for you" in english.get("/products").text
    assert "Only for you" not in english.get("/products").text
    assert "Only for you" not in app.test_client().get("/products?lang=en").text


def test_no_hole_is_left_open(english, county):
    for address in ("/", "/products", "/products/pear-box", "/cart", "/nowhere", "/sign-in"):
        assert holes.MARK not in english.get(address).text


def test_each_language_has_cards_of_its_own(client, english, county):
    assert "to households" in english.get("/products").text
    assert "to households" not in client.get("/products?lang=zh").text


def test_what_one_shopper_wrote_is_shown_to_nobody_else(english, app, county):
    put_in(english)
    wrong = {"recipient": "Zhang Test", "phone": "12", "province": "140000", "address": "Atlantis"}
    typed = english.post("/checkout", data={**filled(english.get("/checkout")), **wrong})
    assert typed.status_code == 422
    assert all(word in typed.text for word in ("Zhang Test", "Atlantis"))
    other = app.test_client()
    put_in(other)
    for address in ("/checkout?lang=en", "/checkout?province=140000"):
        page = other.get(address).text
        assert not any(word in page for word in ("Zhang Test", "Atlantis"))
    assert "Zhang Test" not in str(vars(drawing.pieces))
    assert "Atlantis" not in str(vars(drawing.pieces))


def test_blank_fields_are_drawn_once_for_each_place_and_language(english, county):
    put_in(english)
    shanxi = english.get("/checkout?province=140000")
    drawn = drawing.pieces.size
    assert "太原市" in shanxi.text
    english.get("/checkout?province=140000")
    assert drawing.pieces.size == drawn
    assert "东城区" in english.get("/checkout?province=110000&city=北京市").text
    assert drawing.pieces.size > drawn
