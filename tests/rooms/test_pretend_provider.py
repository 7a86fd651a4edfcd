"""The stand-in behaves as a provider on another machine would."""

from datetime import timedelta

import pytest

from storefront import db
from storefront.money import Fen
from storefront.payments import gateway, pretend
from storefront.payments.gateway import Asked, BadSignature, GatewayRefused
from tests.factories import NOW

SECRET = b"known to both ends"
LATER = NOW + timedelta(minutes=31)


@pytest.fixture
def provider(app):
    return gateway.connect(pretend_secret=SECRET)["pretend"]


def asked(key="order-X-1", amount=4_790):
    return Asked(
        key=key,
        order_code="X",
        amount=Fen(amount),
        return_url="http://localhost/orders/token",
        expires_at=NOW + timedelta(minutes=30),
    )


@pytest.fixture
def opened(provider):
    return provider.open_session(asked(), now=NOW).reference


def test_the_same_key_is_the_same_page(provider, opened):
    assert provider.open_session(asked(), now=NOW).reference == opened
    assert provider.open_session(asked(key="order-X-2"), now=NOW).reference != opened


def test_the_same_key_for_another_page_is_an_error(provider, opened):
    with pytest.raises(GatewayRefused, match="key_reused"):
        provider.open_session(asked(amount=1), now=NOW)


def test_a_page_is_paid_once(provider, opened):
    assert pretend.pay(opened, now=NOW).state == "paid"
    with pytest.raises(pretend.PretendError, match="session_closed"):
        pretend.pay(opened, now=NOW)
    with pytest.raises(pretend.PretendError, match="session_closed"):
        pretend.fail(opened, now=NOW)


def test_a_page_closes_by_itself_but_money_on_its_way_still_arrives(provider, opened):
    assert provider.look_up(opened, now=LATER).state == "expired"
    with pytest.raises(pretend.PretendError, match="session_closed"):
        pretend.pay(opened, now=LATER)
    assert pretend.pay(opened, now=LATER, late=True).state == "paid"


def test_a_page_that_was_paid_cannot_be_closed(provider, opened):
    pretend.pay(opened, now=NOW)
    assert provider.expire(opened, now=LATER).state == "paid"


def test_closing_a_page_is_final(provider, opened):
    assert [provider.expire(opened, now=NOW).state for _ in range(2)] == ["expired", "expired"]


@pytest.mark.parametrize("ask", ["look_up", "expire"])
def test_an_unknown_page_is_refused(provider, ask):
    with pytest.raises(GatewayRefused, match="unknown_session"):
        getattr(provider, ask)("ps_nothing", now=NOW)


def test_a_refund_is_made_once_for_each_key(provider, opened):
    pretend.pay(opened, now=NOW)
    first = provider.refund("r1", opened, Fen(4_000), now=NOW)
    assert provider.refund("r1", opened, Fen(4_000), now=NOW) == first
    assert provider.refund("r2", opened, Fen(790), now=NOW) != first
    with pytest.raises(GatewayRefused, match="key_reused"):
        provider.refund("r1", opened, Fen(1), now=NOW)


def test_never_more_is_given_back_than_was_paid(provider, opened):
    with pytest.raises(GatewayRefused, match="not_paid"):
        provider.refund("r1", opened, Fen(1), now=NOW)
    pretend.pay(opened, now=NOW)
    provider.refund("r2", opened, Fen(4_000), now=NOW)
    with pytest.raises(GatewayRefused, match="more_than_paid"):
        provider.refund("r3", opened, Fen(791), now=NOW)


def test_a_provider_called_inside_a_transaction_is_a_mistake_we_hear_of(provider):
    with pytest.raises(RuntimeError), db.transaction():
        provider.open_session(asked(), now=NOW)
    with pytest.raises(RuntimeError), db.transaction():
        gateway.refuse_inside_transaction()


# events


@pytest.fixture
def paid(provider, opened):
    return pretend.event("session.paid", pretend.pay(opened, now=NOW), SECRET, now=NOW)


def test_an_event_says_what_happened(provider, opened, paid):
    message = provider.read_event(paid.body, paid.signature, now=NOW)
    assert (message.provider, message.kind, message.reference) == (
        "pretend",
        "payment_succeeded",
        opened,
    )
    assert (message.amount, message.currency) == (Fen(4_790), "cny")
    assert message.body["id"] == message.event_id


def test_every_event_has_its_own_name(provider, opened, paid):
    again = pretend.event("session.paid", pretend.look_up(opened, now=NOW), SECRET, now=NOW)
    assert again.body != paid.body


def test_a_changed_body_is_refused(provider, paid):
    cheaper = paid.body.replace(b"4790", b"4791")
    assert cheaper != paid.body
    with pytest.raises(BadSignature):
        provider.read_event(cheaper, paid.signature, now=NOW)


def test_another_secret_is_refused(provider, paid):
    with pytest.raises(BadSignature):
        provider.read_event(paid.body, pretend.sign(paid.body, b"guess", 0), now=NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_is_refused_and_so_is_one_from_the_future(provider, paid, minutes):
    now = NOW + timedelta(minutes=minutes)
    with pytest.raises(BadSignature):
        provider.read_event(paid.body, paid.signature, now=now)


@pytest.mark.parametrize(
    "signature", ["", "t=", "t=1", "t=x,v1=00", "v1=00", "t=²,v1=0", "t=" + "9" * 5_000, "t=1,v1=é"]
)
def test_a_garbled_signature_is_refused(provider, paid, signature):
    with pytest.raises(BadSignature):
        provider.read_event(paid.body, signature, now=NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"id": 1}', b"\xff"])
def test_a_signed_body_we_cannot_read_is_refused(provider, body):
    signature = pretend.sign(body, SECRET, int(NOW.timestamp()))
    with pytest.raises(BadSignature):
        provider.read_event(body, signature, now=NOW)


def test_what_we_looked_up_reads_like_an_event(provider, opened):
    pretend.pay(opened, now=NOW)
    message = gateway.message_of("pretend", provider.look_up(opened, now=NOW))
    assert (message.kind, message.reference, message.amount) == (
        "payment_succeeded",
        opened,
        Fen(4_790),
    )


def test_without_the_setting_no_provider_is_connected():
    assert gateway.connect(pretend_secret=None) == {}
