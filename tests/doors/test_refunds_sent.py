"""Refunds after dispatch on the pretend provider: in parts, never more than was paid, once each."""

import pytest
from sqlalchemy import select, update

from storefront import db
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.money import ZERO, Fen
from storefront.orders.models import Order
from storefront.payments.afterwards import Asked, request_after_dispatch
from storefront.payments.models import Refund
from storefront.payments.pretend import PretendRefund, PretendSession
from storefront.reports.check import check
from storefront.web import gateway_steps
from tests import factories as make

NOW = make.NOW
TOTAL = 4_790


@pytest.fixture
def c(app, time_machine):
    time_machine.move_to(NOW, tick=False)
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 9_000)
    return county


@pytest.fixture
def order(c, client):
    """One box to Shanxi, paid on the provider's page and sent."""
    with db.transaction():
        placed = make.order((make.BOX, 1))
    client.post(gateway_steps.open_payment(placed.id), data={"do": "pay"})
    with db.transaction():
        make.dispatch(c, placed.id)
    assert db.get(Order, placed.id).total_fen == TOTAL
    return placed


def ask(c, order, fen, key):
    asked = Asked(amount=Fen(fen), reason="damaged", key=key)
    with db.transaction():
        return request_after_dispatch(order.id, asked, actor=c.cast.he.actor, now=NOW).id


def states():
    db.session.expire_all()
    return db.session.execute(select(Refund.amount_fen, Refund.state).order_by(Refund.id)).all()


def given():
    db.session.expire_all()
    return db.session.scalars(select(PretendRefund.amount_fen).order_by(PretendRefund.id)).all()


def test_one_payment_goes_back_in_parts_until_nothing_is_left(c, order):
    for number, fen in enumerate((1_000, 2_000, 1_790)):
        gateway_steps.send_refund(ask(c, order, fen, f"k{number}"))
    assert states() == [(1_000, "paid"), (2_000, "paid"), (1_790, "paid")]
    assert given() == [1_000, 2_000, 1_790]
    assert db.session.scalar(select(PretendSession.refunded_fen)) == TOTAL
    with pytest.raises(Refusal, match="refund_too_much"):
        ask(c, order, 1, "k4")
    assert books.balance("refund_due") == ZERO
    assert [finding for finding in check() if not finding.ok] == []


def test_a_part_that_is_sent_twice_is_given_once(c, order):
    refund = ask(c, order, 1_000, "k")
    for _ in range(2):
        gateway_steps.send_refund(refund)
    assert (states(), given()) == ([(1_000, "paid")], [1_000])


def test_a_part_the_provider_refused_is_owed_and_sent_anew(c, order):
    """Somebody gave it all back behind our back; later that is undone."""
    refund = ask(c, order, 1_000, "k")
    with db.transaction():
        db.session.execute(update(PretendSession).values(refunded_fen=TOTAL))
    gateway_steps.send_refund(refund)
    assert (states(), given()) == ([(1_000, "failed")], [])
    assert books.balance("refund_due") == Fen(-1_000)
    with db.transaction():
        db.session.execute(update(PretendSession).values(refunded_fen=0))
    gateway_steps.send_refund(refund)
    assert (states(), given()) == ([(1_000, "paid")], [1_000])
    assert books.balance("refund_due") == ZERO
    assert [finding for finding in check() if not finding.ok] == []
