"""Two people at the packing table: one crate is one crate, on both databases."""

import pytest
from sqlalchemy import select

from storefront import db
from storefront.orders import table
from storefront.orders.models import Allocation, Parcel
from storefront.reports.check import check
from storefront.supply.models import Lot
from tests import factories as make
from tests.racing import at_once


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 20_000)
    return county


def parcel_with(*items):
    with db.transaction():
        order = make.order(*items)
        make.pay(order.id)
    return make.parcel_of(order.id).id


def read(c, parcel, number):
    crate, he = f"{db.session.scalar(select(Lot.code))}-{number}", c.cast.he.actor
    return lambda: table.put_in(parcel, crate, "scanned", actor=he, now=make.NOW)


def packed():
    return db.session.scalars(select(Allocation.crate).where(Allocation.state == "packed")).all()


def broken():
    return [one for one in check() if not one.ok]


def test_two_who_scan_the_same_crate_at_once_put_it_in_once(app, c):
    parcel = parcel_with((make.BOX, 1), (make.PAIR, 1))
    assert sorted(at_once(app, *[read(c, parcel, 1)] * 2)) == ["crate_is_in", "done"]
    assert len(packed()) == 1
    assert broken() == []


def test_two_packers_on_one_parcel_fill_it_once(app, c):
    parcel = parcel_with((make.BOX, 1), (make.PAIR, 1))
    acts = [read(c, parcel, number) for number in (1, 2, 3)]
    assert sorted(at_once(app, *acts)) == ["done", "done", "nothing_waits"]
    assert len(set(packed())) == 2
    assert db.get(Parcel, parcel).state == "packed"
    assert broken() == []


def test_one_crate_for_two_parcels_goes_into_one(app, c):
    """They hold different orders, and the crate's lot is what they meet at."""
    one, other = parcel_with((make.BOX, 1)), parcel_with((make.BOX, 1))
    said = at_once(app, read(c, one, 1), read(c, other, 1))
    assert sorted(said) == ["crate_of_another_parcel", "done"]
    assert len(packed()) == 1
    assert broken() == []
