"""A parcel leaves and arrives; what is booked is read on the household's page."""

import pytest
import time_machine

from storefront import db
from tests import factories as make
from tests.harvest import harvest, parcel_of
from tests.visits import come_in

LEAVES = {"carrier": "SF", "number": "SF1234567890"}


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        made = harvest()
        with db.transaction():
            make.pack(made.county, parcel_of(made.parcel).order_id)
        yield made


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def dispatch(client, h, **typed):
    return client.post(f"/brand/packing/{h.parcel}/dispatch", data={**LEAVES, **typed})


def test_a_dispatched_parcel_is_booked_to_its_household(he, h, app):
    answer = dispatch(he, h, number=" sf 1234-567890 ")
    assert "SF1234567890" in he.get(answer.location).text
    assert dispatch(he, h).status_code == 303
    lin = app.test_client()
    lin.set_cookie("lang", "en")
    come_in(lin, h.county.cast.lin)
    assert "¥24.50" in lin.get("/producers/").text  # 3.5 kg of the first grade at ¥7.00


def test_a_number_that_looks_wrong_is_asked_about_once(he, h):
    odd = dispatch(he, h, number="123")
    assert odd.status_code == 422
    assert "This does not look like a number of this carrier." in odd.text
    assert 'value="123"' in odd.text
    assert 'name="sure"' in odd.text
    assert parcel_of(h.parcel).state == "packed"
    assert dispatch(he, h, number="123", sure="y").status_code == 303
    assert parcel_of(h.parcel).number == "123"


@pytest.mark.parametrize("typed", [{"number": ""}, {"carrier": "NOBODY"}, {"number": "9" * 60}])
def test_a_carrier_and_a_number_are_needed(he, h, typed):
    assert dispatch(he, h, **typed).status_code == 422
    assert parcel_of(h.parcel).state == "packed"


def test_who_comes_second_is_told_that_the_parcel_has_left(he, h):
    dispatch(he, h)
    second = dispatch(he, h, number="SF9999999999")
    assert second.status_code == 422
    assert 'role="alert"' in second.text
    assert parcel_of(h.parcel).number == "SF1234567890"


def test_what_is_collected_has_no_number(he, h):
    assert dispatch(he, h, carrier="SELF", number="").status_code == 303


def test_delivered_is_said_once(he, h):
    address = f"/brand/packing/{h.parcel}/delivered"
    assert he.post(address).status_code == 409
    dispatch(he, h)
    assert "after-sale window" in he.get(he.post(address).location).text
    delivered_at = parcel_of(h.parcel).delivered_at
    with time_machine.travel(make.NOW + make.DAY, tick=False):
        come_in(he, h.county.cast.he)
        assert he.post(address).status_code == 303
    assert (parcel_of(h.parcel).state, parcel_of(h.parcel).delivered_at) == (
        "delivered",
        delivered_at,
    )


def test_a_closed_parcel_is_not_delivered_again(he, h):
    dispatch(he, h)
    with db.transaction():
        make.close(h.county, parcel_of(h.parcel).order_id)
    answer = he.post(f"/brand/packing/{h.parcel}/delivered")
    assert answer.status_code == 409
    assert "“Closed”" in answer.text


def test_the_order_page_tells_the_whole_story(he, h):
    dispatch(he, h)
    page = he.get(f"/brand/orders/{h.order}").text
    for said in ("林果甲 · H-LIN", "Typed", "pays the order", "Dispatched", "SF SF1234567890"):
        assert said in page
