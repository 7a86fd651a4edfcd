"""The counter: a telephone order through the shop's own verbs."""

from html import unescape

import pytest

from storefront import db
from storefront.catalogue import drafting
from storefront.orders.models import Allocation, Cart, Order, OrderEvent
from storefront.outbox import Letter
from storefront.settlement.models import CountyMonth
from tests import factories as make
from tests.doors.shopping import DOOR, hidden, put_in, stocked
from tests.pages import faults
from tests.visits import come_in, statements

LINES = "/brand/counter/lines"


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


@pytest.fixture
def he(english, county):
    come_in(english, county.cast.he)
    return english


def take(client, sku=make.BOX, count=1, **others):
    return client.post(LINES, data={"add": sku, f"more-{sku}": str(count), **others})


def change(client, sku, count):
    return client.post(LINES, data={"sku": sku, f"count-{sku}": str(count)})


def filled(page, **others):
    carried = {name: hidden(page.text, name) for name in ("key", "seen_total", "agreed")}
    return {**DOOR, **carried, **others}


def place(client, **others):
    page = client.get(f"/brand/counter?province={DOOR['province']}")
    return client.post("/brand/counter", data=filled(page, **others))


def orders():
    return db.session.query(Order).order_by(Order.id).all()


@pytest.mark.parametrize("typed", ["PEAR-5J", "pear-5", "pear-box", "box name"])
def test_a_pack_is_found_by_its_number_and_by_its_name(he, county, typed):
    page = he.get("/brand/counter", query_string={"q": typed})
    assert f'value="{make.BOX}"' in page.text
    assert f'value="{make.PASTE}"' not in page.text
    assert faults(page.text) == []


def test_as_the_operator_types_only_what_was_found_is_sent(he, county):
    page = he.fragment("/brand/counter?q=paste")
    assert "<html" not in page.text
    assert 'id="counter-found"' in page.text
    assert f'value="{make.PASTE}"' in page.text


@pytest.mark.parametrize("typed", ["%", "_", "\\", "🍐", "no such pack", "x" * 500])
def test_what_is_not_there_is_said(he, county, typed):
    page = he.get("/brand/counter", query_string={"q": typed})
    assert page.status_code == 200
    assert f'value="{make.BOX}"' not in page.text


def test_a_telephone_order_is_an_order_like_any_other(he, county):
    take(he, make.BOX, 2)
    answer = place(he, email="ana@example.com")
    (order,) = orders()
    assert (answer.status_code, answer.location) == (303, f"/brand/orders/{order.code}")
    assert (order.channel, order.state, order.total_fen) == ("counter", "awaiting_payment", 9_080)
    assert order.buyer_name == DOOR["recipient"]
    placed = db.session.query(OrderEvent).filter_by(order_id=order.id, kind="placed").one()
    assert placed.actor_kind == "user"
    assert {row.state for row in db.session.query(Allocation)} == {"planned"}
    assert [letter.recipient for letter in db.session.query(Letter)] == ["ana@example.com"]


def test_the_operator_reads_out_the_link_and_the_caller_pays_by_it(app, he, county):
    take(he)
    page = he.get(place(he).location)
    (order,) = orders()
    link = f"http://localhost/orders/{order.token}"
    assert link in page.text
    assert "At the counter" in page.text
    caller = app.test_client()
    assert caller.post(f"/orders/{order.token}/pay").status_code == 303
    with db.transaction():
        make.pay(order.id)
    assert link not in he.get(f"/brand/orders/{order.code}").text


def test_the_channel_is_kept_in_the_county_s_figures(he, county):
    take(he)
    place(he)
    (order,) = orders()
    with db.transaction():
        make.pay(order.id)
    with db.transaction():
        make.dispatch(county, order.id)
    assert {row.channel for row in db.session.query(CountyMonth)} == {"counter"}


def test_a_double_click_is_one_order(he, county):
    take(he)
    page = he.get(f"/brand/counter?province={DOOR['province']}")
    first, second = (he.post("/brand/counter", data=filled(page)) for _ in range(2))
    assert first.location == second.location
    assert len(orders()) == 1


def test_the_price_said_is_the_price_charged(he, county):
    take(he, make.BOX, 3)
    page = he.get(f"/brand/counter?province={DOOR['province']}")
    make.reduce(county, make.BOX, (3, 200))
    answer = he.post("/brand/counter", data=filled(page))
    assert (answer.status_code, orders()) == (422, [])
    assert "Prices have changed" in answer.text
    assert he.post("/brand/counter", data=filled(answer)).status_code == 303
    assert orders()[0].discount_fen == 600


@pytest.mark.parametrize(
    ("field", "typed"),
    [("phone", "12"), ("recipient", ""), ("province", ""), ("address", ""), ("email", "at home")],
)
def test_a_refusal_keeps_what_was_typed(he, county, field, typed):
    take(he)
    answer = place(he, **{field: typed})
    assert (answer.status_code, orders()) == (422, [])
    assert f'id="{field}-error"' in answer.text
    kept = {**DOOR, field: typed}
    for name in ("recipient", "city", "address"):
        assert kept[name] in unescape(answer.text)
    assert faults(answer.text) == []


def test_a_region_we_do_not_send_to_is_refused_at_its_field(he, county):
    take(he)
    page = he.get(f"/brand/counter?province={make.TAIWAN}")
    assert "We do not send fresh fruit to Taiwan." in page.text
    answer = he.post("/brand/counter", data=filled(page, province=make.TAIWAN))
    assert (answer.status_code, orders()) == (422, [])


def test_without_javascript_the_total_is_seen_before_the_order_is_placed(he, county):
    """No province was chosen when the page was made: the first press shows the freight."""
    take(he)
    page = he.get("/brand/counter")
    answer = he.post("/brand/counter", data=filled(page))
    assert answer.status_code == 422
    assert "The total now includes freight" in answer.text
    assert DOOR["address"] in answer.text
    assert he.post("/brand/counter", data=filled(answer)).status_code == 303


def test_nothing_is_placed_from_an_empty_counter(he, county):
    answer = place(he)
    assert (answer.status_code, orders()) == (422, [])
    assert "There is nothing in the basket." in answer.text


def test_more_than_is_left_is_refused_and_said(he, county):
    for sku, count in ((make.BOX, 20), (make.GIFT, 20)):
        take(he, sku, count)
    page = he.get(f"/brand/counter?province={DOOR['province']}")
    with db.transaction():
        make.order((make.BOX, 20), (make.PAIR, 20))
        make.order((make.BOX, 20))
    answer = he.post("/brand/counter", data=filled(page))
    assert (answer.status_code, len(orders())) == (422, 2)
    assert "can still be filled" in answer.text


@pytest.mark.parametrize("count", ["", "-1", "two", "1.5", "9" * 30, "1000"])
def test_a_count_that_is_none_changes_nothing(he, county, count):
    take(he, make.BOX, 2)
    assert change(he, make.BOX, count).status_code == 422
    assert 'value="2"' in he.get("/brand/counter").text


def test_a_line_is_changed_and_taken_out(he, county):
    take(he, make.BOX, 2)
    change(he, make.BOX, 5)
    assert "¥199.50" in he.get("/brand/counter").text
    change(he, make.BOX, 0)
    assert "Nothing yet" in he.get("/brand/counter").text


def test_a_pack_that_is_not_on_sale_is_not_taken(he, county):
    with db.transaction():
        drafting.withdraw(county.offers[make.BOX], actor=make.OFFICE, now=make.NOW)
    for sku in (make.BOX, "NO-SUCH", "x" * 39):
        assert take(he, sku).status_code == 409
    assert "Nothing yet" in he.get("/brand/counter").text


def test_the_counter_is_apart_from_the_operator_s_own_basket(he, county):
    put_in(he, make.PASTE, 2)
    take(he, make.BOX, 1)
    assert make.PASTE not in he.get("/brand/counter").text
    place(he)
    assert db.session.query(Cart).count() == 2
    assert "¥79.80" in he.get("/cart").text


def test_each_operator_has_a_counter_of_their_own(app, he, county):
    take(he, make.BOX, 1)
    other = app.test_client()
    come_in(other, county.cast.he)
    assert f'value="{make.BOX}"' not in other.get("/brand/counter").text


def test_htmx_gets_the_lines_and_what_they_cost_there(he, county):
    sent = {"sku": make.BOX, f"count-{make.BOX}": "2", "province": make.SHANXI, "q": "pear"}
    answer = he.post(LINES, data=sent, headers={"HX-Request": "true"})
    page = he.fragment(answer.location)
    assert "<html" not in page.text
    assert 'id="counter-lines"' in page.text
    assert "¥90.80" in page.text


def test_the_counter_asks_at_most_eight_times(he, county):
    take(he, make.BOX, 2)
    take(he, make.PASTE, 1)
    he.get("/brand/counter")
    with statements() as asked:
        he.get(f"/brand/counter?q=pear&province={make.SHANXI}")
    assert len(asked) <= 8


HALF = {"recipient": "样小梨", "phone": "1380000", "province": make.SHANXI, "city": "临汾市"}


@pytest.mark.parametrize(
    "pressed",
    [
        {"q": "pear"},
        {"q": "pear", "add": make.BOX, f"more-{make.BOX}": "2"},
        {"q": "pear", "add": make.BOX, f"more-{make.BOX}": "many"},
        {"q": "pear", "sku": make.PASTE, f"count-{make.PASTE}": "3"},
        {"q": "pear", "add": "NO-SUCH", "more-NO-SUCH": "1"},
    ],
)
def test_a_pack_that_is_searched_for_or_added_loses_nothing_of_a_half_typed_address(
    he, county, pressed
):
    take(he, make.PASTE)
    page = he.get("/brand/counter?q=pear")
    answer = he.post(LINES, data={**HALF, "key": hidden(page.text, "key"), **pressed})
    for name in ("recipient", "phone"):
        assert f'value="{HALF[name]}"' in answer.text
    assert "<option selected>临汾市" in answer.text
    assert 'value="pear"' in answer.text
    assert hidden(answer.text, "key") == hidden(page.text, "key")
    assert f'name="more-{make.BOX}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert faults(answer.text) == []


def test_enter_works_out_what_was_changed_and_places_nothing(he, county):
    take(he, make.BOX, 2)
    sent = {f"count-{make.BOX}": "3", "q": "", **DOOR}
    for _time in (1, 2):
        answer = he.post(LINES, data=sent)
        assert (answer.status_code, orders()) == (200, [])
        assert "¥119.70" in answer.text


LINE = "样小梨，13800000012，山西省临汾市隰县龙泉镇样街1号"


def test_what_a_caller_says_in_one_line_fills_the_fields_as_in_the_shop(he, county):
    take(he)
    page = he.get("/brand/counter")
    answer = he.post(
        "/brand/counter/address", data={"pasted": LINE, "key": hidden(page.text, "key")}
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'value="样小梨"' in answer.text
    assert "<option selected>隰县" in answer.text
    assert hidden(answer.text, "seen_total") == "4790"
    assert faults(answer.text) == []


def test_names_are_chosen_one_after_the_other_with_the_total_beside(he, county):
    take(he)
    answer = he.fragment("/brand/counter/names?province=140000&city=临汾市")
    assert "<option>隰县" in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert "¥47.90" in answer.text
