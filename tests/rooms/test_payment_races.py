"""Payment events that arrive at the same moment, from real threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from storefront import db
from storefront.ledger import books
from storefront.ledger.models import Entry
from storefront.money import Fen
from storefront.orders import lifecycle
from storefront.orders.models import Order
from storefront.payments import inbox, pretend, refunds, sessions
from storefront.payments.models import Payment, Refund
from tests import factories as make

NOW = make.NOW
AT_ONCE = 4


@pytest.fixture
def order(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 3_000)
    with db.transaction():
        return make.order((make.BOX, 1))


def attempts(order, number):
    """Open so many attempts to pay, each after the last one's time was over."""
    made = []
    for _ in range(number):
        with db.transaction():
            made.append(make.attempt(order.id))
        with db.transaction():
            sessions.expired(made[-1][0].payment_id)
    return made


def at_once(app, *acts):
    """Run each act in a thread of its own, all from the same moment; return what they said."""
    start = Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait()
            return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def receive(message):
    with db.transaction():
        return inbox.receive(message, now=NOW)


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def test_one_event_delivered_many_times_at_once_is_booked_once(app, order):
    ((attempt, reference),) = attempts(order, 1)
    message = make.success(attempt, reference)
    said = at_once(app, *[lambda: receive(message)] * AT_ONCE)
    assert sorted(said) == ["again", "again", "again", "kept"]
    assert count(Entry) == 1
    assert count(Payment, Payment.kept) == 1


def test_of_many_payments_at_once_one_is_kept_and_the_others_go_back(app, order):
    messages = [make.success(*made) for made in attempts(order, AT_ONCE)]
    said = at_once(app, *[lambda it=it: receive(it) for it in messages])
    assert sorted(said) == ["kept", *["second_refunded"] * (AT_ONCE - 1)]
    assert count(Refund) == AT_ONCE - 1
    assert books.balance("shopper", order_id=order.id) == -order.total_fen
    assert books.balance("refund_due", order_id=order.id) == order.total_fen * -(AT_ONCE - 1)


def test_money_and_the_end_of_the_hold_at_once_end_in_one_truth(app, order):
    ((attempt, reference),) = attempts(order, 1)

    def lapse():
        with db.transaction():
            return lifecycle.lapse_holds(now=order.hold_until)

    said = at_once(app, lambda: receive(make.success(attempt, reference)), lapse)
    assert said[0] in {"kept", "late_kept"}
    db.session.expire_all()
    assert db.get(Order, order.id).state == "confirmed"
    assert len(make.allocations(order.id, "planned")) == 1


def test_clicking_pay_many_times_at_once_is_one_attempt(app, order):
    def start():
        with db.transaction():
            return sessions.start(order.id, provider="pretend", now=NOW).payment_id

    assert len(set(at_once(app, *[start] * AT_ONCE))) == 1


def test_one_key_sent_many_times_at_once_is_one_page(app):
    page = pretend.Page(order_code="X", amount=Fen(1), currency="cny", return_url="/")

    def create():
        made = pretend.create_session("key", page, expires_at=NOW + make.DAY, now=NOW)
        return made.reference

    assert len(set(at_once(app, *[create] * AT_ONCE))) == 1


def test_one_refund_answered_many_times_at_once_is_booked_once(app, order):
    for made in attempts(order, 2):
        receive(make.success(*made))
    (refund_id,) = refunds.to_send(now=NOW)
    with db.transaction():
        refunds.mark_sent(refund_id, now=NOW)

    def answer():
        with db.transaction():
            refunds.record_result(refund_id, ok=True, reference="re-1", fault=None, now=NOW)

    at_once(app, *[answer] * AT_ONCE)
    assert books.balance("provider", order_id=order.id) == order.total_fen
    assert count(Entry, Entry.kind == "refund_paid") == 1
