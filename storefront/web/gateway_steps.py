"""Where a provider is called: transaction, call, transaction (flows 1 to 3).

Nothing is locked while the provider thinks about it. A crash between two steps
leaves a row that says how far it got; the worker, or the shopper's next try,
goes on from there with the same key. Used by doors and by the worker.
"""

import hashlib
import hmac
import logging
from functools import partial
from typing import cast

from flask import Flask, current_app

from storefront import clock, db
from storefront.config import Settings
from storefront.errors import NotFound, Refusal
from storefront.payments import gateway, inbox, refunds, sessions
from storefront.payments.gateway import (
    Asked,
    BadSignature,
    GatewayRefused,
    GatewayUnreachable,
    Message,
    Provider,
)
from storefront.web import site

log = logging.getLogger("storefront.payments")
EXTENSION = "payment_providers"

__all__ = ["BadSignature", "GatewayUnreachable"]


def init_app(app: Flask) -> None:
    """Connect ``app`` to the providers its settings name."""
    settings = site.of(app)
    secret = pretend_secret(settings) if settings.pretend_payments else None
    app.extensions[EXTENSION] = gateway.connect(pretend_secret=secret)


def pretend_secret(settings: Settings) -> bytes:
    """Return what the pretend provider signs its events with."""
    key = settings.secret_key.encode()
    return hmac.digest(key, b"the pretend provider's events", hashlib.sha256)


def providers() -> dict[str, Provider]:
    """Return the connected providers by name, the one for new payments first."""
    return cast("dict[str, Provider]", current_app.extensions[EXTENSION])


def _provider(name: str) -> Provider:
    known = providers().get(name)
    if known is None:
        raise GatewayUnreachable(name)
    gateway.refuse_inside_transaction()
    return known


def begin_payment(order_id: int) -> sessions.Attempt | None:
    """Begin to pay an order in the transaction that places it; its page is opened afterwards.

    None where no provider is connected, or the hold is too short to pay in.
    """
    name = next(iter(providers()), None)
    try:
        begins = partial(sessions.start, order_id, now=clock.now(), first=True)
        return begins(provider=name) if name else None
    except Refusal:
        return None


def open_payment(order_id: int, begun: sessions.Attempt | None = None) -> str:
    """Return the address where the order can be paid; the same page while it is open.

    A page we opened before is looked up first: if its report got lost, it is made
    good here, and a page that failed is followed by a new one.

    Raises:
        Refusal: ``not_payable``, perhaps because it turns out to be paid.
        GatewayUnreachable: no page now; the order waits, the shopper may try again.
    """
    provider = _provider(next(iter(providers()), ""))
    attempt = begun or _start(order_id, provider)
    if attempt.reference is not None and not _still_open(provider, attempt):
        attempt = _start(order_id, provider)
    return attempt.url or _open(provider, attempt)


def _start(order_id: int, provider: Provider) -> sessions.Attempt:
    with db.transaction():
        return sessions.start(order_id, provider=provider.name, now=clock.now())


def _still_open(provider: Provider, attempt: sessions.Attempt) -> bool:
    """Whether the attempt's page can be paid; if not, take in what it came to."""
    try:
        seen = provider.look_up(attempt.reference or "", now=clock.now())
    except GatewayRefused:
        with db.transaction():
            sessions.expired(attempt.payment_id)
        return False
    if seen.state != "open":
        _receive(gateway.message_of(provider.name, seen))
    return seen.state == "open"


def _open(provider: Provider, attempt: sessions.Attempt) -> str:
    asked = Asked(
        key=attempt.key,
        order_code=attempt.order_code,
        amount=attempt.amount,
        return_url=f"{site.settings().public_url}/orders/{attempt.order_token}",
        expires_at=attempt.expires_at,
    )
    try:
        opened = provider.open_session(asked, now=clock.now())
    except GatewayRefused as fault:
        with db.transaction():
            sessions.failed_to_open(attempt.payment_id, str(fault), now=clock.now())
        raise GatewayUnreachable from fault
    with db.transaction():
        sessions.opened(attempt.payment_id, opened.reference, opened.url, now=clock.now())
    return opened.url


def take_in(provider: str, body: bytes, signature: str) -> str:
    """Take in one event as it came over the wire; return what came of it.

    Raises:
        BadSignature: it is not from the provider; nothing was written.
        NotFound: no such provider is connected.
    """
    known = providers().get(provider)
    if known is None:
        raise NotFound
    return _receive(known.read_event(body, signature, now=clock.now()))


def _receive(message: Message) -> str:
    with db.transaction():
        outcome = inbox.receive(message, now=clock.now())
    facts = {"provider": message.provider, "kind": message.kind, "outcome": outcome}
    level = logging.WARNING if outcome in inbox.SUSPICIOUS else logging.INFO
    log.log(level, "payment event", extra={"facts": facts})
    return outcome


def settle(stale: sessions.Stale) -> None:
    """Close an attempt whose time is over: close its page, and believe what the provider says.

    An event that got lost is made good here: a page that was paid after all
    comes in as if it had been reported.

    Raises:
        GatewayUnreachable: nothing is known; the attempt stays as it is.
    """
    seen = None
    if stale.reference is not None:
        try:
            seen = _provider(stale.provider).expire(stale.reference, now=clock.now())
        except GatewayRefused as fault:
            log.warning("expire refused", extra={"facts": {"reason": str(fault)}})
    if seen is not None and seen.state != "open":
        _receive(gateway.message_of(stale.provider, seen))
        return
    with db.transaction():
        sessions.expired(stale.payment_id)


def send_refund(refund_id: int) -> None:
    """Send a refund to its provider and write down the answer; safe to repeat.

    Raises:
        GatewayUnreachable: no answer; it is sent again later with the same key.
    """
    with db.transaction():
        wanted = refunds.mark_sent(refund_id, now=clock.now())
    if wanted is None:
        return
    reference = fault = None
    try:
        provider = _provider(wanted.provider)
        reference = provider.refund(wanted.key, wanted.reference, wanted.amount, now=clock.now())
    except GatewayRefused as refused:
        fault = str(refused)
    with db.transaction():
        refunds.record_result(
            refund_id, ok=fault is None, reference=reference, fault=fault, now=clock.now()
        )
