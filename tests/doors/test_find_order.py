"""Finding an order without its link: code and four digits, and nothing for whoever tries."""

import re

import pytest

from storefront import create_app, db, ids
from storefront.orders import retention
from storefront.orders.models import Order, Parcel
from tests import factories as make
from tests.conftest import Client, settings_for
from tests.doors.shopping import full_width, stocked
from tests.visits import statements

DIGITS = "0010"
SENTENCE = "We find no order with this code and these digits."
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


@pytest.fixture
def order(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    stocked()
    with db.transaction():
        return make.order((make.BOX, 1))


def look(client, code, digits=DIGITS):
    return client.post("/find-order", data={"code": code, "digits": digits})


def test_code_and_digits_lead_to_the_order(english, order):
    with statements() as asked:
        answer = look(english, order.code)
    assert len(asked) == 1
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.token}")
    assert english.get(answer.location).status_code == 200


@pytest.mark.parametrize("how", [str.lower, full_width, lambda code: f" {code[:4]}-{code[4:]} "])
def test_however_it_is_typed(english, order, how):
    assert look(english, how(order.code), full_width(DIGITS)).status_code == 303


def test_a_wrong_code_and_wrong_digits_get_the_same_answer(english, order):
    answers = {}
    for name, code, digits in (
        ("nobody's", ids.new_code(), DIGITS),
        ("not a code", "ABCDEFGH", DIGITS),
        ("wrong digits", order.code, "0011"),
    ):
        answer = look(english, code, digits)
        assert answer.status_code == 422
        assert SENTENCE in answer.text
        assert code in answer.text  # what was typed is kept
        plain = TOKEN.sub("", answer.text).replace(code, "").replace(digits, "")
        answers[name] = (plain, sorted(answer.headers.keys()))
    assert len({str(answer) for answer in answers.values()}) == 1


def test_the_recipient_of_a_present_does_not_find_what_it_cost(english, order):
    with db.transaction():
        parcel = db.get(Parcel, make.parcel_of(order.id).id)
        parcel.phone = "13800000077"
    assert look(english, order.code, "0077").status_code == 422


def test_an_order_whose_buyer_was_forgotten_is_not_found_and_that_is_said(english, order):
    code, later = order.code, make.NOW + 2_000 * make.DAY
    with db.transaction():
        db.get(Order, order.id).state = "expired"
    with db.transaction():
        assert retention.cut_buyers(later, now=later, limit=9) == 1
    for digits in (DIGITS, "", "0000"):
        assert look(english, code, digits).status_code == 422
    assert "we delete its phone number" in look(english, code).text


def test_fields_that_are_empty_or_no_digits_are_asked_again(english, order):
    page = english.post("/find-order", data={})
    assert page.status_code == 422
    assert "Type the code of the order." in page.text
    assert SENTENCE not in page.text
    for typed in ("12", "12345", "十二三四", "12a4", "' OR"):
        assert "Type four digits" in look(english, order.code, typed).text
    assert look(english, "x" * 4_000).status_code == 422


@pytest.fixture
def limited(app, database, var):
    shop = create_app(settings_for(var, database.url, LIMIT_FACTOR="1"))
    shop.test_client_class = Client
    yield shop
    with shop.app_context():
        db.session.remove()
        db.sa.engine.dispose()


def test_one_order_is_tried_ten_times_an_hour_from_wherever(limited, order, time_machine):
    client = limited.test_client()
    client.set_cookie("lang", "en")
    code = order.code

    def tries(place, digits):
        facts = {"code": code.lower() if place % 2 else code, "digits": digits}
        where = {"REMOTE_ADDR": f"203.0.113.{place}"}
        return client.post("/find-order", data=facts, environ_base=where)

    assert [tries(place, "0011").status_code for place in range(10)] == [422] * 10
    waiting = tries(11, DIGITS)  # the right digits too: nobody learns that they are
    assert waiting.status_code == 429
    assert re.search(r"Wait \d\d? minutes", waiting.text)
    assert 120 < int(waiting.headers["Retry-After"]) <= 3_600
    time_machine.shift(3_601)
    assert tries(12, DIGITS).status_code in {303, 429}  # a window of the clock, not of the order


def test_looking_at_many_traces_from_one_address_has_an_end(limited, order):
    client = limited.test_client()
    seen = {client.get(f"/t/{ids.new_trace_code()}").status_code for _ in range(300)}
    assert seen == {404}
    assert client.get(f"/t/{make.parcel_of(order.id).trace_code}").status_code == 429
