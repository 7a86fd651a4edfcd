"""Pages of orders whose address or buyer was cut: they say so, and are whole."""

import pytest

from storefront import db
from storefront.orders import retention
from storefront.orders.models import Order
from tests import factories as make
from tests.doors.shopping import stocked
from tests.visits import come_in

LATER = make.NOW + 2000 * make.DAY
GONE = "The rest of the address was deleted"


@pytest.fixture
def order(app):
    county = stocked()
    with db.transaction():
        placed = make.order((make.BOX, 1))
        make.pay(placed.id)
    with db.transaction():
        make.dispatch(county, placed.id)
    with db.transaction():
        make.close(county, placed.id)
    with db.transaction():
        retention.cut_addresses(LATER, now=LATER, limit=9)
        retention.cut_buyers(LATER, now=LATER, limit=9)
    db.session.expire_all()
    return county, db.get(Order, placed.id), make.parcel_of(placed.id)


def test_the_order_page_shows_province_and_city_only(english, order):
    _county, placed, _parcel = order
    page = english.get(f"/orders/{placed.token}").text
    assert "Shanxi" in page
    assert "太原市" in page
    assert GONE in page
    assert "****" not in page


def test_the_brand_office_reads_that_it_was_deleted(english, order):
    county, placed, parcel = order
    come_in(english, county.cast.he)
    assert (
        "Deleted when it was no longer needed" in english.get(f"/brand/orders/{placed.code}").text
    )
    assert GONE in english.get(f"/brand/packing/{parcel.code}").text
    assert english.get("/brand/orders").status_code == 200
