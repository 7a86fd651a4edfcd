"""The basket."""

import pytest

from storefront import db
from storefront.catalogue import drafting
from storefront.money import Fen
from storefront.orders.models import Cart, CartLine
from storefront.supply.prices import publish_offer
from tests import factories as make
from tests.doors.shopping import full_width, put_in, stocked
from tests.pages import faults
from tests.visits import statements

BAD = ["0", "-1", "1000000000", "999999999999999999999999", "two", "1.5", "", "1 2", "1e3"]


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def lines():
    return {line.offer_id: line.quantity for line in db.session.query(CartLine)}


def new_price(county, fen):
    with db.transaction():
        drafting.change_price(
            county.offers[make.BOX], Fen(fen), actor=county.cast.he.actor, now=make.NOW
        )
        publish_offer(county.offers[make.BOX], actor=county.cast.he.actor, now=make.NOW)


def test_an_empty_basket_leads_to_the_shelf(english, county):
    page = english.get("/cart")
    assert "Your basket is empty" in page.text
    assert 'href="/products"' in page.text
    assert faults(page.text) == []


def test_what_is_put_in_is_there_and_counted(english, county):
    answer = put_in(english, make.BOX, 2)
    assert (answer.status_code, answer.location) == (303, "/cart")
    page = english.get("/cart")
    assert "¥79.80" in page.text
    assert '<span class="tool__count" id="cart-count">2</span>' in page.text
    assert faults(page.text) == []
    assert '<span class="tool__count" id="cart-count">2</span>' in english.get("/").text


@pytest.mark.parametrize("slug", ["gift", "no-such-product"])
def test_a_pack_is_put_in_from_its_own_product_only(client, county, slug):
    answer = client.post(f"/products/{slug}", data={"sku": make.BOX, "quantity": 1})
    assert (answer.status_code, lines()) == (404, {})


def test_full_width_digits_are_digits(client, county):
    assert put_in(client, make.BOX, full_width("3")).status_code == 303
    assert lines() == {county.offers[make.BOX]: 3}


@pytest.mark.parametrize("quantity", BAD)
def test_a_quantity_that_is_none_is_refused_at_its_field(english, county, quantity):
    answer = put_in(english, make.BOX, quantity)
    assert answer.status_code == 422
    assert 'id="quantity-error"' in answer.text
    assert faults(answer.text) == []
    assert lines() == {}


@pytest.mark.parametrize("quantity", [item for item in BAD if item != "0"])
def test_a_line_keeps_its_quantity_when_a_bad_one_comes(english, county, quantity):
    put_in(english, make.BOX, 2)
    answer = english.post(f"/cart/lines/{make.BOX}", data={"quantity": quantity})
    assert answer.status_code == 422
    assert f'id="quantity-{make.BOX}-error"' in answer.text
    assert faults(answer.text) == []
    assert lines() == {county.offers[make.BOX]: 2}


def test_more_than_one_order_may_have_is_refused(english, county):
    assert put_in(english, make.BOX, 21).status_code == 422
    assert put_in(english, make.BOX, 20).status_code == 303
    again = put_in(english, make.BOX, 1)
    assert again.status_code == 422
    assert "Choose between 1 and 20." in again.text


def test_a_quantity_is_changed_and_a_line_taken_out(client, county):
    put_in(client)
    put_in(client, make.GIFT)
    assert client.post(f"/cart/lines/{make.BOX}", data={"quantity": "3"}).status_code == 303
    assert client.post(f"/cart/lines/{make.GIFT}", data={"quantity": "0"}).status_code == 303
    assert lines() == {county.offers[make.BOX]: 3}


def test_the_same_change_sent_twice_changes_nothing_more(client, county):
    put_in(client)
    for _ in range(2):
        client.post(f"/cart/lines/{make.BOX}", data={"quantity": "3"})
    assert lines() == {county.offers[make.BOX]: 3}


def test_htmx_gets_the_basket_and_the_count_beside_it(client, county):
    put_in(client)
    answer = client.post(
        f"/cart/lines/{make.BOX}",
        data={"quantity": "4"},
        headers={"HX-Request": "true"},
    )
    page = client.fragment(answer.location)
    assert "<html" not in page.text
    assert 'id="cart-count" hx-swap-oob="true">4<' in page.text
    assert faults(page.text) == []


def test_a_basket_is_only_its_own_visitor_s(app, client, county):
    put_in(client)
    stranger = app.test_client()
    assert "¥39.90" not in stranger.get("/cart").text
    assert stranger.post(f"/cart/lines/{make.BOX}", data={"quantity": "0"}).status_code == 422
    assert lines() == {county.offers[make.BOX]: 1}


def test_a_line_nobody_put_in_is_not_there(client, county):
    put_in(client)
    assert client.post("/cart/lines/NO-SUCH", data={"quantity": "1"}).status_code == 404


def test_a_new_price_is_shown_beside_the_old_until_it_is_seen(english, county):
    put_in(english)
    new_price(county, 4_290)
    page = english.get("/cart")
    assert "¥39.90" in page.text
    assert "¥42.90" in page.text
    assert "Prices have changed" in page.text
    assert faults(page.text) == []
    assert english.post("/cart/prices").status_code == 303
    page = english.get("/cart")
    assert "¥39.90" not in page.text
    assert "Prices have changed" not in page.text


def test_what_is_off_sale_or_gone_is_said_in_the_basket(english, county):
    put_in(english)
    with db.transaction():
        drafting.withdraw(county.offers[make.BOX], actor=county.cast.he.actor, now=make.NOW)
    assert "No longer on sale" in english.get("/cart").text


def test_what_is_left_is_said_when_more_is_wanted(app, english, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    stocked(2_500)
    put_in(english, make.BOX, 5)
    assert "Only 3 left" in english.get("/cart").text


def test_the_basket_asks_the_same_for_one_line_and_for_many(client, county):
    put_in(client)
    client.get(f"/cart?province={make.SHANXI}")
    with statements() as few:
        client.get("/cart")
    put_in(client, make.GIFT)
    put_in(client, make.PAIR)
    put_in(client, make.PASTE)
    client.get("/cart")  # what these packs are packed from is kept from here on
    with statements() as many:
        client.get("/cart")
    assert len(few) == len(many) <= 4


def test_an_expired_form_changes_nothing_and_keeps_what_was_typed(app, english, county):
    bare = {"X-CSRFToken": "", "Origin": "http://localhost"}
    form = {"sku": make.BOX, "quantity": "7"}
    answer = english.post("/products/pear-box", data=form, headers=bare)
    assert answer.status_code == 400
    assert 'value="7"' in answer.text
    assert db.session.query(Cart).count() == 0


def test_the_basket_says_what_sending_it_costs_and_remembers_where_to(english, county):
    put_in(english, make.BOX, 2)
    assert "without freight" in english.get("/cart").text
    page = english.get(f"/cart?province={make.SHANXI}")
    for said in ("¥11.00", "¥90.80", "Add ¥19.20 more and the freight is free."):
        assert said in page.text
    assert "¥90.80" in english.get("/cart").text
    put_in(english, make.BOX, 1)
    free = english.get("/cart").text
    assert "Free" in free
    assert "Add ¥" not in free


def test_a_refused_region_is_said_in_the_basket(english, county):
    put_in(english)
    page = english.get(f"/cart?province={make.TAIWAN}")
    assert page.status_code == 200
    assert "We do not send fresh fruit to Taiwan." in page.text
    assert "without freight" in page.text


@pytest.mark.parametrize("province", ["999999", "", "山西", "140000' OR 1=1"])
def test_a_province_that_is_none_is_not_asked_about(english, county, province):
    put_in(english)
    page = english.get("/cart", query_string={"province": province})
    assert (page.status_code, "without freight" in page.text) == (200, True)
