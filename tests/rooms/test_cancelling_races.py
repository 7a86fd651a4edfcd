"""Cancel against cancel, dispatch and packing at the same moment: one of them wins whole."""

import pytest
from sqlalchemy import select

from storefront import db
from storefront.orders import packing
from storefront.orders.models import Order
from storefront.payments import cancelling
from storefront.payments.models import Refund
from storefront.reports.check import check
from storefront.settlement import sales
from storefront.supply.models import Lot
from tests import factories as make
from tests.racing import at_once

NOW = make.NOW


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 9_000)
    return county


@pytest.fixture
def order_id(c):
    with db.transaction():
        order = make.order((make.BOX, 1), (make.PAIR, 1))
        make.pay(order.id)
    return order.id


def cancel(c, order_id):
    he = c.cast.he.actor
    return lambda: cancelling.cancel_order(order_id, "shopper_asked", actor=he, now=NOW)


def cancel_line(c, order_id, position):
    he = c.cast.he.actor
    return lambda: cancelling.cancel_line(order_id, position, "pears_gone", actor=he, now=NOW)


def refunds():
    return db.session.scalars(select(Refund.amount_fen)).all()


def lot():
    return db.session.execute(select(Lot.on_hand_g, Lot.available_g, Lot.allocated_g)).one()


def broken():
    return [finding for finding in check() if not finding.ok]


def test_an_order_that_two_people_cancel_is_refunded_once(app, c, order_id):
    assert at_once(app, *[cancel(c, order_id)] * 3) == ["done"] * 3
    assert refunds() == [db.get(Order, order_id).total_fen]
    assert lot() == (9_000, 9_000, 0)
    assert broken() == []


def test_a_line_that_two_people_cancel_is_refunded_once(app, c, order_id):
    assert at_once(app, *[cancel_line(c, order_id, 1)] * 3) == ["done"] * 3
    assert len(refunds()) == 1
    assert broken() == []


def test_two_lines_cancelled_at_once_cancel_the_order_and_give_all_back(app, c, order_id):
    assert at_once(app, cancel_line(c, order_id, 1), cancel_line(c, order_id, 2)) == ["done"] * 2
    order = db.get(Order, order_id)
    assert order.state == "cancelled"
    assert sum(map(int, refunds())) == int(order.total_fen)
    assert broken() == []


@pytest.mark.parametrize("_again", range(3))
def test_cancelled_and_dispatched_at_once_is_one_of_the_two(app, c, order_id, _again):
    with db.transaction():
        parcel_id = make.pack(c, order_id).id
    he = c.cast.he.actor
    said = at_once(
        app,
        cancel(c, order_id),
        lambda: sales.dispatch(parcel_id, "SF", "SF1", actor=he, now=NOW),
    )
    state = db.get(Order, order_id).state
    if state == "cancelled":
        assert said == ["done", "order_not_confirmed"]
        assert lot() == (9_000, 9_000, 0)
    else:
        assert said == ["refund_dispatched", "done"]
        assert refunds() == []
    assert broken() == []


@pytest.mark.parametrize("_again", range(3))
def test_a_line_cancelled_while_its_crate_is_packed_is_back_in_its_lot(app, c, order_id, _again):
    box = make.allocations(order_id)[0]
    crate, he = make.crate_of(box), c.cast.he.actor
    said = at_once(
        app,
        cancel_line(c, order_id, 1),
        lambda: packing.confirm_crate(box.id, crate, "typed", actor=he, now=NOW),
    )
    assert said[0] == "done"
    assert said[1] in {"done", "allocation_step"}
    assert lot() == (9_000, 8_000, 1_000)
    assert broken() == []


def test_the_pears_of_a_cancelled_order_go_to_one_of_two_buyers(app, c, order_id):
    """What comes back is on sale at once, and never twice."""
    with db.transaction():
        make.order((make.BOX, 2))  # 500 g stay

    def buy():
        make.order((make.BOX, 1))

    said = at_once(app, cancel(c, order_id), buy, buy)
    assert said[0] == "done"
    assert said.count("done") <= 2
    assert lot().available_g >= 0
    assert broken() == []
