"""The demonstration's season: every state, every law, the same again from the same seed."""

import hashlib

from flask import Flask
from sqlalchemy import inspect, select

from storefront import db
from storefront.ledger.models import Posting
from storefront.orders.models import Allocation, Order, Parcel
from storefront.payments.models import Payment, ProviderEvent, Refund
from storefront.reports import check
from storefront.settlement.models import Confirmation, PayItem, PayRun
from storefront.supply.models import Lot, LotHold, Movement
from tests.databases import Database
from tests.telling import NOW, tell

HAPPENED: tuple[type[db.Base], ...] = (
    Order,
    Parcel,
    Allocation,
    Lot,
    Movement,
    Payment,
    Posting,
    PayItem,
)


def found(column) -> set[str]:
    return set(db.session.scalars(select(column).distinct()))


def fingerprint() -> str:
    """Return a hash of every row of the tables that say what happened."""
    seen = hashlib.sha256()
    for model in HAPPENED:
        mapped = inspect(model)
        query = select(*mapped.columns).order_by(*mapped.primary_key)
        for row in db.session.execute(query):
            seen.update(repr(tuple(row)).encode())
    return seen.hexdigest()


def test_every_state_is_there_and_every_law_holds(app: Flask) -> None:
    tell()
    _every_state_is_there()
    _nothing_lies_in_the_future()
    assert [finding for finding in check.check() if finding.broken] == []


def test_the_same_seed_tells_the_same_season(app: Flask, database: Database) -> None:
    tell()
    first = fingerprint()
    db.session.remove()
    db.sa.engine.dispose()
    database.renew()
    tell()
    assert fingerprint() == first


def _every_state_is_there() -> None:
    lives = (
        (Order.state, "awaiting_payment expired cancelled confirmed completed"),
        (Parcel.state, "planned packed dispatched delivered closed cancelled"),
        (Allocation.state, "planned short packed booked due paid confirmed freed"),
        (Lot.state, "declared received closed"),
        (Payment.state, "open succeeded failed expired"),
        (Refund.state, "paid"),
        (PayRun.state, "draft exported settled abandoned"),
        (PayItem.state, "open paid failed"),
    )
    for column, states in lives:
        assert set(states.split()) <= found(column), column
    assert {"kept", "second_refunded", "late_kept", "late_refunded"} <= found(ProviderEvent.outcome)
    assert {"scanned", "typed"} <= found(Allocation.how_confirmed)
    assert {"rot", "take_back", "sold_out", "receive"} <= found(Movement.reason)
    assert {"brand_fund", "household"} <= found(Movement.bearer)
    assert {"self", "agent", "office"} <= found(Lot.channel)
    assert {"phone", "agent"} <= found(Confirmation.how)
    assert db.session.scalars(select(LotHold)).all()
    partly = select(Allocation.parcel_id).where(Allocation.state == "packed")
    planned = select(Allocation.id).where(
        Allocation.state == "planned", Allocation.parcel_id.in_(partly)
    )
    assert db.session.scalars(planned).all()


def _nothing_lies_in_the_future() -> None:
    assert max(row.placed_at for row in db.session.scalars(select(Order))) <= NOW
    assert db.session.scalars(select(Movement.id).where(Movement.at > NOW)).all() == []
