"""What is forgotten of people, and what must not be."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from storefront import db, outbox
from storefront.cli import chores
from storefront.county import Rules
from storefront.orders import lifecycle, retention
from storefront.orders.models import Order, Parcel
from storefront.outbox import Letter
from storefront.reports.check import check
from storefront.reports.order_books import order_books
from tests import factories as make

KEPT = Rules().address_kept
CLOSED = make.NOW + 4 * make.DAY


@pytest.fixture
def county(app):
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 20_000)
    return c


def completed(county):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    with db.transaction():
        make.dispatch(county, order.id)
    with db.transaction():
        make.close(county, order.id)
    return db.get(Order, order.id)


def cut(after, limit=50):
    with db.transaction():
        return retention.cut_addresses(after - KEPT, now=after, limit=limit)


def parcel_of(order):
    db.session.expire_all()
    return db.session.scalars(select(Parcel).where(Parcel.order_id == order.id)).one()


def test_an_address_is_cut_to_province_and_city_after_its_term(county):
    order = completed(county)
    ended = order.completed_at
    assert cut(ended + KEPT) == 0
    assert cut(ended + KEPT + timedelta(seconds=1)) == 1
    parcel = parcel_of(order)
    assert (parcel.recipient, parcel.phone, parcel.district, parcel.address) == ("", "", "", "")
    assert (parcel.province, parcel.city) == (make.SHANXI, "太原市")
    assert cut(ended + 2 * KEPT) == 0  # once is enough


def test_an_order_that_is_under_way_keeps_its_address(county):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    assert cut(make.NOW + 300 * make.DAY) == 0
    assert parcel_of(order).recipient


def test_the_address_of_an_order_nobody_paid_is_cut_too(county):
    with db.transaction():
        order = make.order((make.BOX, 1))
    with db.transaction():
        lifecycle.lapse_holds(now=make.NOW + make.DAY)
    assert cut(make.NOW + KEPT + 2 * make.DAY) == 1
    assert parcel_of(order).address == ""


def test_no_figure_and_no_law_needs_an_address(county):
    order = completed(county)
    before = order_books(order.code)
    cut(order.completed_at + 2 * KEPT)
    with db.transaction():
        retention.cut_buyers(order.completed_at + KEPT, now=CLOSED + 4 * KEPT, limit=9)
    assert order_books(order.code) == before
    assert [finding for finding in check() if not finding.ok] == []


def test_a_buyer_is_kept_three_years(county):
    order = completed(county)
    with db.transaction():
        three_years = order.completed_at + Rules().buyer_kept
        assert retention.cut_buyers(three_years - Rules().buyer_kept, now=three_years, limit=9) == 0
    with db.transaction():
        assert retention.cut_buyers(CLOSED + make.DAY, now=three_years, limit=9) == 1
    db.session.expire_all()
    row = db.get(Order, order.id)
    assert (row.buyer_name, row.buyer_phone, row.buyer_email) == ("", "", None)


def test_letters_forget_whom_they_went_to(county):
    with db.transaction():
        for key in ("a", "b"):
            outbox.write(key, "paid", recipient="ana@example.org", locale="zh", now=make.NOW)
    with db.transaction():
        first = db.session.scalars(select(Letter.id).order_by(Letter.id)).all()[0]
        outbox.mark_sent(first, now=make.NOW)
    with db.transaction():
        assert outbox.forget_recipients(make.NOW + make.DAY, limit=9) == 1
        assert outbox.forget_recipients(make.NOW + make.DAY, limit=9) == 0
    letters = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert [letter.recipient for letter in letters] == ["", "ana@example.org"]


def test_the_chore_takes_batch_after_batch(county):
    orders = [completed(county) for _ in range(3)]
    assert cut(CLOSED + 2 * KEPT, limit=2) == 2
    with time_machine.travel(CLOSED + 2 * KEPT, tick=False):
        assert chores.forget_people() == 1
    assert [parcel_of(order).address for order in orders] == ["", "", ""]
    assert [order.buyer_name for order in orders] == ["安娜"] * 3


@pytest.mark.parametrize("column", ["recipient", "phone", "address"])
def test_where_it_goes_is_unreadable_in_the_database(county, column):
    with db.transaction():
        order = make.order((make.BOX, 1))
    said = getattr(parcel_of(order), column)
    stored = db.session.scalar(text(f"SELECT {column} FROM parcel"))  # noqa: S608  ours
    assert said
    assert said not in stored
