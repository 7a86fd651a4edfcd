"""Law 6 under any order of events: an order keeps one payment, every other fen goes back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from storefront import db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.ledger.models import Posting
from storefront.money import ZERO, Fen
from storefront.orders import lifecycle
from storefront.orders.models import Order
from storefront.payments import inbox, refunds, sessions
from storefront.payments.gateway import Message
from storefront.payments.models import Payment, ProviderEvent, Refund
from tests import factories as make

KINDS = ("payment_succeeded", "payment_failed", "payment_expired", "something.else")


class Paying(RuleBasedStateMachine):
    """One order of one box, of which the lot holds just one; money comes as it likes."""

    attempts = Bundle("attempts")
    events = Bundle("events")

    @initialize()
    def place(self):
        self.now = make.NOW
        self.event = 0
        with db.transaction():
            county = make.county()
            make.weigh(county, county.lin, county.first, 2_600)
        with db.transaction():
            self.order_id = make.order((make.BOX, 1)).id

    def order(self):
        db.session.rollback()
        return db.get(Order, self.order_id)

    @rule(target=attempts)
    def begin(self):
        try:
            with db.transaction():
                return make.attempt(self.order_id, now=self.now)
        except Refusal:
            return multiple()

    @rule(made=attempts)
    def give_up(self, made):
        with db.transaction():
            sessions.expired(made[0].payment_id)

    @rule(
        target=events,
        made=attempts,
        kind=st.sampled_from(KINDS),
        amount=st.sampled_from((None, None, None, Fen(1))),
    )
    def happen(self, made, kind, amount):
        attempt, reference = made
        self.event += 1
        return Message(
            provider="pretend",
            event_id=f"e{self.event}",
            kind=kind,
            reference=reference,
            amount=amount or attempt.amount,
            currency="cny",
            body={},
        )

    @rule(event=events)
    def hear(self, event):
        seen = self.count(ProviderEvent, ProviderEvent.event_id == event.event_id)
        with db.transaction():
            outcome = inbox.receive(event, now=self.now)
        assert (outcome == "again") or not seen

    @rule(minutes=st.sampled_from((1, 15, 40)))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def lapse(self):
        with db.transaction():
            lifecycle.lapse_holds(now=self.now)

    @precondition(lambda self: self.order().state == "expired")
    @rule()
    def sell_the_pears_to_another(self):
        try:
            with db.transaction():
                make.order((make.BOX, 1), now=self.now)
        except Refusal:
            return

    @precondition(lambda self: self.order().state == "awaiting_payment")
    @rule()
    def cancel(self):
        with db.transaction():
            lifecycle.cancel_unpaid(self.order_id, actor=Actor.guest(), now=self.now)

    @rule(ok=st.booleans())
    def answer_refunds(self, ok):
        for refund_id in refunds.to_send(now=self.now):
            with db.transaction():
                refunds.mark_sent(refund_id, now=self.now)
            with db.transaction():
                refunds.record_result(
                    refund_id, ok=ok, reference=f"re-{refund_id}", fault=None, now=self.now
                )

    def count(self, model, *where):
        return db.session.scalar(select(func.count()).select_from(model).where(*where))

    def total(self, column, *where):
        return Fen(int(db.session.scalar(select(func.sum(column)).where(*where)) or 0))

    @invariant()
    def an_order_keeps_at_most_one_payment(self):
        kept = self.count(Payment, Payment.order_id == self.order_id, Payment.kept)
        assert kept <= 1
        assert (self.order().state == "confirmed") == (kept == 1)

    @invariant()
    def every_other_fen_goes_back(self):
        mine = Payment.order_id == self.order_id
        came = self.total(Payment.amount_fen, mine, Payment.state == "succeeded")
        kept = self.total(Payment.amount_fen, mine, Payment.kept)
        assert self.total(Refund.amount_fen, Refund.order_id == self.order_id) == came - kept

    @invariant()
    def the_books_say_the_same(self):
        mine = Payment.order_id == self.order_id
        came = self.total(Payment.amount_fen, mine, Payment.state == "succeeded")
        kept = self.total(Payment.amount_fen, mine, Payment.kept)
        back = self.total(
            Refund.amount_fen, Refund.order_id == self.order_id, Refund.state == "paid"
        )
        balance = {
            account: books.balance(account, order_id=self.order_id)
            for account in ("provider", "shopper", "refund_due")
        }
        assert balance == {
            "provider": came - back,
            "shopper": -kept,
            "refund_due": back - (came - kept),
        }
        assert self.total(Posting.fen) == ZERO

    @invariant()
    def no_pear_is_promised_twice(self):
        assert len(make.allocations(self.order_id, "planned")) <= 1


@pytest.mark.usefixtures("shop")
def test_an_order_keeps_one_payment_whatever_comes_in_whatever_order(shop, database):
    class Fresh(Paying):
        """Each run on a database of its own."""

        def __init__(self):
            database.renew()
            self.context = shop.app_context()
            self.context.push()
            super().__init__()

        def teardown(self):
            db.session.remove()
            db.sa.engine.dispose()
            self.context.pop()

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=12 if database.url.startswith("sqlite") else 5,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
