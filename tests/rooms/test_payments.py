"""Paying an order, and every bad day of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.ledger.models import Entry
from storefront.money import ZERO, Fen
from storefront.orders import lifecycle
from storefront.orders.models import Order, OrderEvent
from storefront.outbox import Letter
from storefront.payments import inbox, refunds, sessions
from storefront.payments.models import Payment, ProviderEvent, Refund
from storefront.supply.models import Lot
from tests import factories as make

NOW = make.NOW
TOO_LATE = NOW + timedelta(minutes=40)
TOTAL = Fen(3_990 + 800)


@pytest.fixture
def county(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 3_000)
    return county


@pytest.fixture
def order(county):
    """One box that waits to be paid; the lot holds no second one."""
    with db.transaction():
        return make.order((make.BOX, 1))


def begin(order, now=NOW):
    with db.transaction():
        return make.attempt(order.id, now=now)


def receive(message, now=NOW):
    with db.transaction():
        return inbox.receive(message, now=now)


def lapse(now=TOO_LATE):
    with db.transaction():
        return lifecycle.lapse_holds(now=now)


def close(attempt):
    with db.transaction():
        sessions.expired(attempt.payment_id)


def read(model, key):
    db.session.rollback()
    return db.get(model, key)


def timeline(order):
    query = select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    return list(db.session.scalars(query))


def outcomes():
    return list(db.session.scalars(select(ProviderEvent.outcome).order_by(ProviderEvent.id)))


def balances(order):
    accounts = ("provider", "shopper", "refund_due")
    return tuple(int(books.balance(account, order_id=order.id)) for account in accounts)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def all_refunds():
    return db.session.scalars(select(Refund).order_by(Refund.id)).all()


# sessions


def test_a_second_click_on_pay_goes_to_the_same_attempt(order):
    (first, reference), (second, _) = begin(order), begin(order)
    assert second.payment_id == first.payment_id
    assert (second.key, second.reference, second.url) == (first.key, reference, "/pretend")


def test_an_attempt_the_gateway_never_answered_is_taken_up_again_with_its_key(order):
    with db.transaction():
        lost = sessions.start(order.id, provider="pretend", now=NOW)
    with db.transaction():
        again = sessions.start(order.id, provider="pretend", now=NOW)
    assert (again.payment_id, again.key, again.url) == (lost.payment_id, lost.key, None)


def test_the_page_closes_before_the_hold_does(order):
    attempt, _ = begin(order)
    assert attempt.expires_at == order.hold_until - timedelta(minutes=5)


def test_a_refused_attempt_is_followed_by_a_new_one(order):
    with db.transaction():
        first = sessions.start(order.id, provider="pretend", now=NOW)
    with db.transaction():
        sessions.failed_to_open(first.payment_id, "no such currency", now=NOW)
    second, _ = begin(order)
    assert second.key != first.key
    assert read(Payment, first.payment_id).state == "failed"


def test_an_order_that_is_over_cannot_be_paid(order):
    lapse()
    with pytest.raises(Refusal, match="not_payable"):
        begin(order)


def test_an_order_whose_time_to_pay_is_over_cannot_be_paid_though_its_hold_stands(order):
    with pytest.raises(Refusal, match="not_payable"):
        begin(order, now=order.hold_until - timedelta(minutes=4))


def test_an_answer_that_came_twice_changes_nothing(order):
    attempt, reference = begin(order)
    with db.transaction():
        sessions.opened(attempt.payment_id, "another", "/other", now=NOW)
    assert read(Payment, attempt.payment_id).reference == reference


def test_only_attempts_whose_time_is_over_are_stale(order):
    attempt, reference = begin(order)
    assert sessions.stale(now=NOW) == []
    (stale,) = sessions.stale(now=attempt.expires_at)
    assert (stale.payment_id, stale.reference) == (attempt.payment_id, reference)
    close(attempt)
    assert sessions.stale(now=attempt.expires_at) == []


# the inbox


def test_money_in_time_is_kept_and_confirms_the_order(order):
    attempt, reference = begin(order)
    assert receive(make.success(attempt, reference)) == "kept"
    payment = read(Payment, attempt.payment_id)
    assert (payment.state, payment.kept, payment.succeeded_at) == ("succeeded", True, NOW)
    assert read(Order, order.id).state == "confirmed"
    assert balances(order) == (TOTAL, -TOTAL, 0)
    assert timeline(order) == ["placed", "confirmed", "paid"]
    assert "paid" in set(db.session.scalars(select(Letter.kind)))


def test_the_same_event_again_changes_nothing(order):
    attempt, reference = begin(order)
    message = make.success(attempt, reference)
    assert [receive(message) for _ in range(3)] == ["kept", "again", "again"]
    assert outcomes() == ["kept"]
    assert (balances(order), len(timeline(order))) == ((TOTAL, -TOTAL, 0), 3)


def test_another_event_about_the_same_success_changes_nothing_but_is_written_down(order):
    attempt, reference = begin(order)
    receive(make.success(attempt, reference, event="completed"))
    assert receive(make.success(attempt, reference, event="async")) == "again"
    assert outcomes() == ["kept", "again"]
    assert balances(order) == (TOTAL, -TOTAL, 0)


def test_a_failure_reported_after_the_success_changes_nothing(order):
    attempt, reference = begin(order)
    message = make.success(attempt, reference)
    receive(message)
    failure = replace(message, event_id="later", kind="payment_failed")
    assert receive(failure) == "ignored"
    assert read(Payment, attempt.payment_id).state == "succeeded"


def test_a_failed_attempt_leaves_the_order_payable(order):
    attempt, reference = begin(order)
    failure = replace(make.success(attempt, reference), kind="payment_failed")
    assert receive(failure) == "failed"
    assert read(Order, order.id).state == "awaiting_payment"
    assert timeline(order) == ["placed", "payment_failed"]
    second, reference = begin(order)
    assert receive(make.success(second, reference)) == "kept"


def test_money_on_an_attempt_that_had_failed_is_set_aside_for_a_person(order):
    attempt, reference = begin(order)
    message = make.success(attempt, reference)
    receive(replace(message, kind="payment_failed", event_id="first"))
    assert receive(message) == "contradicted"
    assert read(Order, order.id).state == "awaiting_payment"
    verbs = db.session.scalars(select(audit.AuditEvent.verb).order_by(audit.AuditEvent.id))
    assert list(verbs)[-1] == "set_aside"


@pytest.mark.parametrize("wrong", [{"amount": Fen(1)}, {"currency": "usd"}])
def test_another_amount_or_currency_is_set_aside_for_a_person(order, wrong):
    attempt, reference = begin(order)
    message = make.success(attempt, reference)
    assert receive(replace(message, **wrong)) == "wrong_amount"
    assert read(Payment, attempt.payment_id).state == "open"
    assert read(Order, order.id).state == "awaiting_payment"
    assert balances(order) == (0, 0, 0)
    assert receive(replace(message, event_id="right")) == "kept"


def test_an_event_about_nothing_we_know_is_written_down_once(order):
    attempt, _ = begin(order)
    stray = make.success(attempt, "somebody else's")
    assert [receive(stray), receive(stray)] == ["unknown_reference", "again"]
    assert outcomes() == ["unknown_reference"]
    assert read(Order, order.id).state == "awaiting_payment"


def test_a_word_we_do_not_act_on_is_written_down(order):
    attempt, reference = begin(order)
    message = replace(make.success(attempt, reference), kind="customer.updated")
    assert receive(message) == "ignored"
    assert read(Payment, attempt.payment_id).state == "open"


def test_a_crash_between_placing_and_paying_gives_the_pears_back(county, order):
    assert read(Lot, make.allocations(order.id)[0].lot_id).available_g == 500
    assert lapse() == 1
    assert read(Lot, make.allocations(order.id)[0].lot_id).available_g == 3_000
    assert read(Order, order.id).state == "expired"


def test_late_money_is_kept_when_the_pears_are_still_there(order):
    attempt, reference = begin(order)
    close(attempt)
    lapse()
    assert receive(make.success(attempt, reference), now=TOO_LATE) == "late_kept"
    assert read(Order, order.id).state == "confirmed"
    assert [row.state for row in make.allocations(order.id)] == ["freed", "planned"]
    assert balances(order) == (TOTAL, -TOTAL, 0)


def test_late_money_goes_back_at_once_when_the_pears_are_gone(order):
    attempt, reference = begin(order)
    lapse()
    with db.transaction():
        make.order((make.BOX, 1), now=TOO_LATE)
    message = make.success(attempt, reference)
    assert receive(message, now=TOO_LATE) == "late_refunded"
    assert read(Order, order.id).state == "expired"
    assert read(Payment, attempt.payment_id).kept is False
    (refund,) = all_refunds()
    assert (refund.amount_fen, refund.state, refund.reason) == (TOTAL, "requested", "late_payment")
    assert balances(order) == (TOTAL, 0, -TOTAL)
    assert timeline(order)[-2:] == ["late_payment", "refund_requested"]
    assert receive(message, now=TOO_LATE) == "again"
    assert count(Refund) == 1


def test_money_for_a_cancelled_order_goes_back_at_once(order):
    attempt, reference = begin(order)
    with db.transaction():
        lifecycle.cancel_unpaid(order.id, actor=Actor.guest(), now=NOW)
    assert receive(make.success(attempt, reference)) == "late_refunded"
    assert read(Order, order.id).state == "cancelled"
    assert balances(order) == (TOTAL, 0, -TOTAL)


def test_a_second_payment_goes_back_at_once_and_both_stand_on_the_order(order):
    first, first_reference = begin(order)
    close(first)
    second, second_reference = begin(order)
    assert receive(make.success(second, second_reference)) == "kept"
    assert receive(make.success(first, first_reference)) == "second_refunded"
    assert [payment.kept for payment in both(order)] == [False, True]
    (refund,) = all_refunds()
    assert (refund.payment_id, refund.amount_fen) == (first.payment_id, TOTAL)
    assert balances(order) == (TOTAL * 2, -TOTAL, -TOTAL)
    assert timeline(order)[-2:] == ["second_payment", "refund_requested"]


def both(order):
    query = select(Payment).where(Payment.order_id == order.id).order_by(Payment.attempt)
    return db.session.scalars(query).all()


def test_the_database_itself_keeps_one_payment_of_an_order(order):
    first, first_reference = begin(order)
    close(first)
    second, second_reference = begin(order)
    receive(make.success(first, first_reference))
    receive(make.success(second, second_reference))
    with pytest.raises(Exception, match=r"uq_payment_kept|UNIQUE"), db.transaction():
        db.lock_one(Payment, second.payment_id).kept = True


# refunds


@pytest.fixture
def refund(order):
    """A refund that waits to be sent: the second payment of an order."""
    first, first_reference = begin(order)
    close(first)
    second, second_reference = begin(order)
    receive(make.success(first, first_reference))
    receive(make.success(second, second_reference))
    return all_refunds()[0]


def send(refund, now=NOW):
    with db.transaction():
        return refunds.mark_sent(refund.id, now=now)


def answer(refund, now=NOW, **result):
    given = {"ok": True, "reference": "re-1", "fault": None, **result}
    with db.transaction():
        refunds.record_result(refund.id, **given, now=now)


def failed(refund, now=NOW):
    answer(refund, now, ok=False, reference=None, fault="card_closed")


def test_a_refund_that_was_paid_leaves_the_books_even(order, refund):
    send(refund)
    answer(refund)
    assert read(Refund, refund.id).state == "paid"
    assert balances(order) == (TOTAL, -TOTAL, 0)
    assert timeline(order)[-1] == "refund_paid"
    assert "refunded" in set(db.session.scalars(select(Letter.kind)))


def test_the_same_answer_again_changes_nothing(order, refund):
    send(refund)
    for _ in range(2):
        answer(refund)
    assert balances(order) == (TOTAL, -TOTAL, 0)
    assert send(refund) is None


def test_a_refund_without_an_answer_is_sent_again_with_the_same_key(refund):
    assert refunds.to_send(now=NOW) == [refund.id]
    first = send(refund)
    assert refunds.to_send(now=NOW) == []
    later = NOW + timedelta(minutes=3)
    assert refunds.to_send(now=later) == [refund.id]
    assert send(refund, later).key == first.key


def test_a_refund_that_failed_is_still_owed_and_waits_for_a_person(order, refund):
    first = send(refund)
    failed(refund)
    assert balances(order) == (TOTAL * 2, -TOTAL, -TOTAL)
    assert refunds.to_send(now=NOW + timedelta(days=1)) == []
    assert timeline(order)[-1] == "refund_failed"
    assert send(refund).key == f"{first.key}-again"


def test_a_refund_that_fails_after_it_was_paid_is_owed_again_until_it_is_paid_anew(order, refund):
    send(refund)
    answer(refund)
    failed(refund)
    assert balances(order) == (TOTAL * 2, -TOTAL, -TOTAL)
    send(refund)
    answer(refund, reference="re-2")
    assert balances(order) == (TOTAL, -TOTAL, 0)


def request(order, payment_id, amount):
    with db.transaction():
        return refunds.request(
            order.id, payment_id, Fen(amount), "asked for", actor=Actor.shop(), now=NOW
        )


@pytest.mark.parametrize("amount", [1, -1, 0, TOTAL + Fen(1)])
def test_never_more_goes_back_than_was_paid(order, refund, amount):
    with pytest.raises(Refusal, match="refund_too_much") as refusal:
        request(order, refund.payment_id, amount)
    assert refusal.value.facts["left"] == ZERO
    assert count(Refund) == 1


def test_parts_of_a_payment_may_go_back_up_to_all_of_it(order):
    attempt, reference = begin(order)
    receive(make.success(attempt, reference))
    request(order, attempt.payment_id, 4_000)
    request(order, attempt.payment_id, 790)
    with pytest.raises(Refusal, match="refund_too_much"):
        request(order, attempt.payment_id, 1)
    assert balances(order) == (TOTAL, 0, -TOTAL)


def test_a_payment_that_brought_nothing_gives_nothing_back(order):
    attempt, _ = begin(order)
    with pytest.raises(Refusal, match="refund_step"):
        request(order, attempt.payment_id, 1)


def test_the_kept_payment_of_a_parcel_that_left_is_not_refunded_here(county, order):
    attempt, reference = begin(order)
    receive(make.success(attempt, reference))
    with db.transaction():
        make.dispatch(county, order.id)
    with pytest.raises(Refusal, match="refund_dispatched"):
        request(order, attempt.payment_id, 1)


def test_nothing_is_booked_for_what_came_to_nothing(order):
    attempt, reference = begin(order)
    for number, kind in enumerate(("payment_failed", "payment_expired", "customer.updated")):
        receive(replace(make.success(attempt, reference), event_id=f"e{number}", kind=kind))
    assert count(Entry) == 0
