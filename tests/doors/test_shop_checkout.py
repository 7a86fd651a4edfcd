"""The checkout: one page, one key, one charge."""

import pytest
from sqlalchemy import func, select

from storefront import db
from storefront.catalogue import drafting
from storefront.money import Fen
from storefront.orders.models import Line, Order, Parcel
from storefront.payments.gateway import GatewayUnreachable
from storefront.payments.models import Payment
from storefront.supply import lots
from storefront.supply.models import Lot
from storefront.supply.prices import publish_offer
from storefront.web import gateway_steps
from tests import factories as make
from tests.doors.shopping import check_out, filled, full_width, hidden, put_in, stocked
from tests.pages import faults
from tests.visits import statements

MOST = 8
BEIJING = {"province": "110000", "city": "北京市", "district": "东城区"}


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


def orders():
    return list(db.session.scalars(select(Order).order_by(Order.id)))


def new_price(county, fen):
    with db.transaction():
        drafting.change_price(
            county.offers[make.BOX], Fen(fen), actor=county.cast.he.actor, now=make.NOW
        )
        publish_offer(county.offers[make.BOX], actor=county.cast.he.actor, now=make.NOW)


def test_the_page_is_whole_and_asks_little(client, county):
    put_in(client)
    for address in ("/checkout", "/checkout?province=140000", "/checkout?lang=en"):
        with statements() as asked:
            page = client.get(address)
        assert page.status_code == 200
        assert faults(page.text) == []
        assert len(asked) <= MOST


def test_an_empty_basket_has_no_checkout(client, county):
    answer = client.get("/checkout")
    assert (answer.status_code, answer.location) == (303, "/cart")


def test_an_order_is_placed_and_leads_to_the_payment_page(client, county):
    put_in(client, make.BOX, 2)
    answer = check_out(client)
    assert answer.status_code == 303
    assert answer.location.startswith("/pretend-pay/")
    (order,) = orders()
    assert (order.total_fen, order.state) == (Fen(7_980 + 1_100), "awaiting_payment")
    parcel = db.session.scalars(select(Parcel)).one()
    assert (parcel.recipient, parcel.phone, parcel.city) == ("安娜", "13800000010", "太原市")
    assert db.session.scalars(select(Payment)).one().amount_fen == order.total_fen
    assert client.get("/checkout").location == "/cart"  # the basket is empty now


def test_the_total_shown_is_the_total_charged(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    assert "¥47.90" in page.text
    assert hidden(page.text, "seen_total") == "4790"
    english.post("/checkout", data=filled(page))
    assert orders()[0].total_fen == Fen(4_790)


def test_htmx_gets_the_totals_of_the_province_it_chose(english, county):
    put_in(english)
    answer = english.fragment("/checkout?province=110000")
    assert "<html" not in answer.text
    assert "¥10.00" not in answer.text
    assert hidden(answer.text, "seen_total") == str(3_990 + 800 + 2 * 150)
    assert faults(answer.text) == []


def test_without_script_the_total_with_freight_is_shown_before_it_is_charged(english, county):
    put_in(english)
    page = english.get("/checkout")
    assert hidden(page.text, "seen_total") == ""
    first = english.post("/checkout", data=filled(page))
    assert first.status_code == 422
    assert "The total now includes freight" in first.text
    assert "¥47.90" in first.text
    assert orders() == []
    again = english.post("/checkout", data=filled(first))
    assert again.status_code == 303
    assert orders()[0].total_fen == Fen(4_790)


def test_a_province_chosen_at_the_last_moment_asks_again(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    answer = english.post("/checkout", data=filled(page, **BEIJING))
    assert answer.status_code == 422
    assert "¥47.90" in answer.text
    assert "¥50.90" in answer.text
    assert orders() == []
    assert english.post("/checkout", data=filled(answer, **BEIJING)).status_code == 303


def test_the_same_form_sent_twice_is_one_order(client, county):
    put_in(client)
    page = client.get("/checkout?province=140000")
    first, second = (client.post("/checkout", data=filled(page)) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(orders()) == 1
    assert db.session.scalar(select(func.count()).select_from(Payment)) == 1


def test_a_form_sent_again_after_paying_leads_to_the_order(client, county):
    put_in(client)
    page = client.get("/checkout?province=140000")
    address = client.post("/checkout", data=filled(page)).location
    client.post(address, data={"do": "pay"})
    again = client.post("/checkout", data=filled(page))
    assert (again.status_code, again.location) == (303, f"/orders/{orders()[0].token}")


def test_a_price_that_changed_on_the_way_is_shown_and_asked(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    new_price(county, 4_290)
    answer = english.post("/checkout", data=filled(page))
    assert answer.status_code == 422
    assert "¥39.90" in answer.text
    assert "¥42.90" in answer.text
    assert "安娜" in answer.text
    assert faults(answer.text) == []
    assert orders() == []
    agreed = english.post("/checkout", data=filled(answer))
    assert agreed.status_code == 303
    assert orders()[0].goods_fen == Fen(4_290)


def test_a_price_that_changed_before_the_page_is_asked_on_it(english, county):
    put_in(english)
    new_price(county, 4_290)
    page = english.get("/checkout?province=140000")
    assert "Prices have changed" in page.text
    assert "¥39.90" in page.text
    assert english.post("/checkout", data=filled(page)).status_code == 303


def test_what_sold_out_on_the_way_is_said_by_its_name(english, county):
    put_in(english, make.BOX, 2)
    page = english.get("/checkout?province=140000")
    with db.transaction():
        for lot in db.session.query(Lot).filter(Lot.grade_id == county.first):
            lots.hold(lot.id, "recall", actor=county.cast.he.actor, now=make.NOW)
    answer = english.post("/checkout", data=filled(page))
    assert answer.status_code == 422
    assert "pear-box name" in answer.text
    assert "安娜" in answer.text
    assert orders() == []


@pytest.mark.parametrize("province", [make.TAIWAN, "999999", "", "<b>"])
def test_a_province_we_do_not_send_to_is_refused_before_paying(english, county, province):
    put_in(english)
    page = english.get("/checkout?province=140000")
    answer = english.post("/checkout", data=filled(page, province=province))
    assert answer.status_code == 422
    assert 'id="province-error"' in answer.text
    assert "示例路" in answer.text
    assert faults(answer.text) == []
    assert orders() == []


@pytest.mark.parametrize(
    "phone",
    [
        "13800000010",
        "138 0000 0010",
        "+86 138-0000-0010",
        full_width("13800000010"),
        "008613800000010",
    ],
)
def test_a_phone_is_read_kindly(client, county, phone):
    put_in(client)
    assert check_out(client, phone=phone).status_code == 303
    assert orders()[0].buyer_phone == "13800000010"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phone", "12800000010"),
        ("phone", "1380000001"),
        ("phone", "a pear"),
        ("recipient", "   "),
        ("recipient", "梨" * 41),
        ("city", ""),
        ("district", ""),
        ("address", ""),
        ("email", "ana at example"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_the_form_kept(english, county, field, typed):
    put_in(english)
    answer = check_out(english, **{field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert "小店区" in answer.text or field == "district"
    assert faults(answer.text) == []
    assert orders() == []


def test_a_broken_key_or_total_places_nothing(client, county):
    put_in(client)
    page = client.get("/checkout?province=140000")
    for broken in ({"key": "x"}, {"seen_total": "-1"}, {"seen_total": "1"}, {"seen_total": "pear"}):
        assert client.post("/checkout", data=filled(page, **broken)).status_code == 422
    assert orders() == []


def test_an_expired_form_gives_back_the_address(english, county):
    put_in(english)
    page = english.get("/checkout?province=140000")
    bare = {"X-CSRFToken": "", "Origin": "http://localhost"}
    answer = english.post("/checkout", data=filled(page), headers=bare)
    assert answer.status_code == 400
    assert "示例路 1 号" in answer.text
    assert hidden(answer.text, "key") == hidden(page.text, "key")
    assert orders() == []


def test_a_gateway_that_does_not_answer_loses_nothing(english, county, monkeypatch):
    def silent(*_order):
        raise GatewayUnreachable

    put_in(english)
    monkeypatch.setattr(gateway_steps, "open_payment", silent)
    answer = check_out(english)
    (order,) = orders()
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.token}")
    monkeypatch.undo()
    page = english.get(answer.location)
    assert "The payment page does not answer" in page.text
    again = english.post(f"/orders/{order.token}/pay")
    assert again.location.startswith("/pretend-pay/")


def test_the_order_remembers_the_language_it_was_placed_in(english, county):
    put_in(english)
    check_out(english)
    assert orders()[0].locale == "en"
    assert db.session.scalars(select(Line)).one().name_zh == "pear-box name"
