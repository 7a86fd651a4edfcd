"""The way of the money through the doors: the pretend address, the hook, and back to the order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from storefront import create_app, db
from storefront.config import SettingsError, load
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import lifecycle
from storefront.orders.models import Order
from storefront.payments import pretend, refunds, sessions
from storefront.payments.gateway import GatewayUnreachable
from storefront.payments.models import Payment, ProviderEvent, Refund
from storefront.payments.pretend import PretendRefund, PretendSession
from storefront.web import gateway_steps, site
from tests import factories as make
from tests.conftest import settings_for
from tests.pages import faults

NOW = make.NOW


@pytest.fixture
def order(app, time_machine):
    time_machine.move_to(NOW, tick=False)
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 3_000)
    with db.transaction():
        return make.order((make.BOX, 1))


@pytest.fixture
def address(order):
    return gateway_steps.open_payment(order.id)


def state(order):
    db.session.expire_all()
    return db.get(Order, order.id).state


def states():
    db.session.expire_all()
    return list(db.session.scalars(select(Payment.state).order_by(Payment.id)))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def expire(time_machine):
    time_machine.shift(timedelta(minutes=31))


def lapse(order, time_machine):
    time_machine.move_to(order.hold_until, tick=False)
    with db.transaction():
        lifecycle.lapse_holds(now=order.hold_until)


def settle_all():
    for attempt in sessions.stale(now=NOW + make.DAY):
        gateway_steps.settle(attempt)


# the payment page


def test_the_page_says_what_it_is_in_both_languages(client, address, time_machine):
    for language, words in (("en", "Pretend payment page"), ("zh", "¥47.90")):
        answer = client.get(f"{address}?lang={language}")
        assert answer.status_code == 200
        assert words in answer.text
        assert faults(answer.text) == []
    expire(time_machine)
    assert faults(client.get(address).text) == []


def test_paying_there_pays_the_order_and_leads_back_to_it(client, order, address):
    answer = client.post(address, data={"do": "pay"})
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.token}")
    assert state(order) == "confirmed"
    assert faults(client.get(address).text) == []


def test_a_report_that_comes_twice_is_one_payment(client, order, address):
    client.post(address, data={"do": "pay-told-twice"})
    assert state(order) == "confirmed"
    assert (count(ProviderEvent), count(Refund)) == (1, 0)


def test_a_payment_that_fails_leaves_the_order_payable(client, order, address):
    client.post(address, data={"do": "fail"})
    assert state(order) == "awaiting_payment"
    second = gateway_steps.open_payment(order.id)
    assert second != address
    client.post(second, data={"do": "pay"})
    assert state(order) == "confirmed"


def test_a_report_that_is_lost_is_made_good_when_the_page_is_settled(client, order, address):
    client.post(address, data={"do": "pay-untold"})
    assert state(order) == "awaiting_payment"
    settle_all()
    assert state(order) == "confirmed"


def test_a_failure_that_was_not_reported_does_not_keep_the_shopper_on_a_dead_page(order, address):
    pretend.fail(address.rpartition("/")[2], now=NOW)
    assert gateway_steps.open_payment(order.id) != address
    assert states() == ["failed", "open"]


def test_a_payment_that_was_not_reported_is_found_before_it_is_asked_for_again(order, address):
    pretend.pay(address.rpartition("/")[2], now=NOW)
    with pytest.raises(Refusal, match="not_payable"):
        gateway_steps.open_payment(order.id)
    assert (state(order), states()) == ("confirmed", ["succeeded"])


def test_a_page_the_provider_has_forgotten_is_followed_by_a_new_one(order, address):
    with db.transaction():
        db.session.execute(update(Payment).values(reference="ps_forgotten"))
    assert gateway_steps.open_payment(order.id) != address
    assert states() == ["expired", "open"]


def test_late_money_is_taken_in_or_goes_back(client, order, address, time_machine):
    lapse(order, time_machine)
    client.post(address, data={"do": "pay-late"})
    assert state(order) == "confirmed"
    assert count(Refund) == 0


def test_nothing_is_charged_on_a_page_that_is_closed(english, order, address, time_machine):
    expire(time_machine)
    english.post(address, data={"do": "pay"})
    assert "nothing was charged" in english.get(address).text
    assert state(order) == "awaiting_payment"


def test_a_page_paid_in_two_windows_is_charged_once(client, order, address):
    client.post(address, data={"do": "pay"})
    assert client.post(address, data={"do": "pay"}).location == address
    assert count(ProviderEvent) == 1


@pytest.mark.parametrize("do", ["", "steal"])
def test_an_act_nobody_offered_is_refused(client, address, do):
    assert client.post(address, data={"do": do}).status_code == 400


def test_there_is_no_page_nobody_asked_for(client, order):
    assert client.get("/pretend-pay/ps_nothing").status_code == 404
    assert client.post("/pretend-pay/ps_nothing", data={"do": "pay"}).status_code == 404


# transaction, call, transaction


class Away:
    """A provider that does not answer; what it was asked may have happened all the same."""

    name = "pretend"

    def __init__(self, real, *, happens):
        self.real, self.happens = real, happens

    def __getattr__(self, asked):
        def call(*args, **kwargs):
            if self.happens:
                getattr(self.real, asked)(*args, **kwargs)
            raise GatewayUnreachable

        return call


@pytest.fixture
def away(app, monkeypatch):
    def leave(*, happens):
        known = gateway_steps.providers()
        monkeypatch.setitem(known, "pretend", Away(known["pretend"], happens=happens))

    yield leave
    monkeypatch.undo()


@pytest.mark.parametrize("happens", [False, True])
def test_a_gateway_that_is_away_leaves_the_order_waiting_with_the_same_attempt(
    order, away, monkeypatch, happens
):
    away(happens=happens)
    with pytest.raises(GatewayUnreachable):
        gateway_steps.open_payment(order.id)
    assert state(order) == "awaiting_payment"
    monkeypatch.undo()
    assert gateway_steps.open_payment(order.id).startswith("/pretend-pay/")
    assert (count(Payment), count(PretendSession)) == (1, 1)


@pytest.fixture
def owed(client, order, address):
    """A second payment whose refund waits to be sent."""
    first = db.session.scalars(select(Payment)).one()
    with db.transaction():
        sessions.expired(first.id)
    second = gateway_steps.open_payment(order.id)
    client.post(second, data={"do": "pay"})
    pretend.expire(str(first.reference), now=NOW)
    client.post(address, data={"do": "pay-late"})
    (refund_id,) = refunds.to_send(now=NOW)
    return refund_id


def refund(refund_id):
    db.session.expire_all()
    return db.get(Refund, refund_id)


def test_a_second_payment_is_given_back_by_the_provider(client, address, owed):
    gateway_steps.send_refund(owed)
    gateway_steps.send_refund(owed)
    assert refund(owed).state == "paid"
    assert count(PretendRefund) == 1
    assert faults(client.get(address).text) == []


@pytest.mark.parametrize("happens", [False, True])
def test_a_refund_whose_answer_is_lost_is_sent_again_and_made_once(
    owed, away, monkeypatch, happens
):
    away(happens=happens)
    with pytest.raises(GatewayUnreachable):
        gateway_steps.send_refund(owed)
    assert refund(owed).state == "sent"
    monkeypatch.undo()
    gateway_steps.send_refund(owed)
    assert refund(owed).state == "paid"
    assert count(PretendRefund) == 1


def test_a_refund_the_provider_refuses_waits_for_a_person(owed, address):
    reference = address.rpartition("/")[2]
    pretend.refund("behind our back", reference, Fen(1), now=NOW)
    gateway_steps.send_refund(owed)
    assert (refund(owed).state, refund(owed).fault) == ("failed", "more_than_paid")


def test_a_provider_that_is_away_leaves_a_stale_attempt_for_later(order, address, away):
    away(happens=False)
    with pytest.raises(GatewayUnreachable):
        settle_all()
    assert len(sessions.stale(now=NOW + make.DAY)) == 1


def test_an_attempt_that_was_never_opened_is_closed_without_asking(order):
    with db.transaction():
        sessions.start(order.id, provider="pretend", now=NOW)
    settle_all()
    assert db.session.scalars(select(Payment.state)).all() == ["expired"]


# the hook


def event(address, kind="session.paid", now=NOW):
    reference = address.rpartition("/")[2]
    secret = gateway_steps.pretend_secret(site.settings())
    seen = pretend.look_up(reference, now=now)
    return pretend.event(kind, seen, secret, now=now)


def report(client, told):
    headers = {"Pretend-Signature": told.signature, "X-CSRFToken": ""}
    return client.post("/hooks/pretend", data=told.body, headers=headers)


def test_an_event_needs_a_signature_and_no_form_token(client, order, address):
    told = event(address)
    assert report(client, told).status_code == 204
    assert state(order) == "confirmed"
    assert report(client, told).status_code == 204
    assert count(ProviderEvent) == 1


def test_a_tampered_event_is_refused_and_nothing_is_written(client, order, address):
    told = event(address)
    for lie in (
        replace(told, body=told.body.replace(b"4790", b"1")),
        replace(told, signature=""),
        replace(told, signature=told.signature.replace("v1=", "v1=0")),
    ):
        assert report(client, lie).status_code == 400
    assert (state(order), count(ProviderEvent)) == ("awaiting_payment", 0)


def test_an_old_event_cannot_be_played_again(client, order, address, time_machine):
    told = event(address)
    time_machine.shift(timedelta(minutes=6))
    assert report(client, told).status_code == 400


def test_an_event_about_somebody_else_is_taken_without_harm(client, order, address):
    told = event(address)
    secret = gateway_steps.pretend_secret(site.settings())
    body = told.body.replace(b"ps_", b"qs_")
    stray = pretend.Event(body, pretend.sign(body, secret, int(NOW.timestamp())))
    assert report(client, stray).status_code == 204
    assert state(order) == "awaiting_payment"


# where it may stand

PRODUCTION = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "sqlite:///unused.db",
    "SECRET_KEY": "k" * 40,
    "FIELD_KEYS": "Zm9yIGRldmVsb3BtZW50IG9ubHk6IG5vIHNlY3JldC4=",
    "PUBLIC_URL": "https://shop.example",
    "TRUSTED_HOSTS": "shop.example",
    "MAIL_FROM": "shop@shop.example",
}


def test_the_pretend_page_cannot_stand_in_production():
    with pytest.raises(SettingsError, match="PRETEND_PAYMENTS"):
        load({**PRODUCTION, "PRETEND_PAYMENTS": "yes"})
    assert load(PRODUCTION).pretend_payments is False


def test_without_the_setting_there_is_no_page_no_hook_and_no_provider(var, database):
    app = create_app(settings_for(var, database.url, PRETEND_PAYMENTS="no"))
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert not {name for name in endpoints if name.startswith(("pretend.", "hooks."))}
    with app.app_context():
        assert gateway_steps.providers() == {}
        with pytest.raises(GatewayUnreachable):
            gateway_steps.open_payment(1)
