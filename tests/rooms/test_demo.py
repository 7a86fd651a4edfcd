"""The demonstration's season: every state, every law, the same again from the same seed."""

import hashlib
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from storefront import clock, db
from storefront.accounts.models import Address
from storefront.catalogue.models import Product, QuantityStep
from storefront.catalogue.windows import Season, season_on, window
from storefront.cli.demo import data, shelf
from storefront.cli.demo.scene import OPENING
from storefront.orders.lives import ALLOCATION, ORDER, PARCEL
from storefront.orders.models import (
    ORDER_CHANNELS,
    Allocation,
    KeptOrder,
    Line,
    Order,
    Parcel,
)
from storefront.orders.requests import Gift, InvoiceRequest
from storefront.payments.models import BEARERS, PAYMENT, REFUND, Payment, ProviderEvent, Refund
from storefront.reports import check
from storefront.settlement.models import PAY_ITEM, PAY_RUN, Confirmation, PayItem, PayRun
from storefront.supply.households import STATUSES, HouseholdStatus
from storefront.supply.models import LOT, Lot, LotHold, Movement
from tests.databases import Database
from tests.telling import NOW, tell

# random by its nature: the password's salt, and the mark of the catalogue's edition
RANDOM = {"users.password_hash", "edition.mark"}


def found(column) -> set[str]:
    return set(db.session.scalars(select(column).distinct()))


def rows() -> dict[str, str]:
    """Return a hash of every row of every table, secrets decrypted, by the table's name."""
    hashes = {}
    for mapper in db.Base.registry.mappers:
        kept = [column for column in mapper.columns if str(column) not in RANDOM]
        seen = hashlib.sha256()
        for row in db.session.execute(select(*kept).order_by(*mapper.primary_key)):
            seen.update(repr(tuple(row)).encode())
        hashes[str(mapper.local_table)] = seen.hexdigest()
    return hashes


def test_every_state_is_there_from_the_opening_on_and_every_law_holds(app: Flask) -> None:
    tell(OPENING, everybody=True)
    _every_state_is_there()
    _nothing_lies_in_the_future()
    _a_season_is_to_be_seen()
    assert [finding for finding in check.check() if finding.broken] == []


def test_the_same_seed_tells_the_same_season(app: Flask, database: Database) -> None:
    tell()
    first = rows()
    db.session.remove()
    db.sa.engine.dispose()
    database.renew()
    tell()
    assert rows() == first


def _every_state_is_there() -> None:
    lives = (
        (Order.state, ORDER),
        (Parcel.state, PARCEL),
        (Allocation.state, ALLOCATION),
        (Lot.state, LOT),
        (Payment.state, PAYMENT),
        (Refund.state, REFUND),
        (PayRun.state, PAY_RUN),
        (PayItem.state, PAY_ITEM),
    )
    for column, life in lives:
        assert set(life.states) - found(column) == set(), column
    assert {"kept", "second_refunded", "late_kept", "late_refunded"} <= found(ProviderEvent.outcome)
    assert {"scanned", "typed"} <= found(Allocation.how_confirmed)
    assert {"rot", "take_back", "sold_out", "receive"} <= found(Movement.reason)
    assert {"brand_fund", "household"} <= found(Movement.bearer)
    assert {"self", "agent", "office"} <= found(Lot.channel)
    assert {"phone", "agent"} <= found(Confirmation.how)
    assert set(ORDER_CHANNELS) == found(Order.channel)
    assert set(BEARERS) <= found(Refund.bearer)
    assert set(STATUSES) == found(HouseholdStatus.status)
    assert db.session.scalars(select(LotHold)).all()
    partly = select(Allocation.parcel_id).where(Allocation.state == "packed")
    planned = select(Allocation.id).where(
        Allocation.state == "planned", Allocation.parcel_id.in_(partly)
    )
    assert db.session.scalars(planned).all()


def _nothing_lies_in_the_future() -> None:
    assert max(row.placed_at for row in db.session.scalars(select(Order))) <= NOW
    assert db.session.scalars(select(Movement.id).where(Movement.at > NOW)).all() == []


def _a_season_is_to_be_seen() -> None:
    """One product is in presale up to what was declared, one is over; accounts have orders."""
    today = clock.china_day(NOW)
    stands: dict[str, list[tuple[str, Season]]] = {}
    for row in db.session.scalars(select(Product)):
        season = season_on(window(row.presale_from, row.opens_on, row.ends_on), today)
        stands.setdefault(season.state, []).append((row.slug, season))
    ((ahead, season),) = stands["presale"]
    assert stands["off"]
    lines = select(Line.order_id).join(Product, Product.id == Line.product_id)
    ordered = db.session.scalars(lines.where(Product.slug == ahead)).all()
    promised = select(Parcel.promised_on).where(Parcel.order_id.in_(ordered))
    assert season.opens is not None
    assert {day >= season.opens for day in db.session.scalars(promised)} == {True}
    owners = select(KeptOrder.user_id).join(Order).where(KeptOrder.how == "placed")
    assert set(db.session.scalars(owners)) == set(db.session.scalars(select(Address.user_id)))
    assert {"person", "company"} == found(InvoiceRequest.kind)
    assert db.session.scalars(select(Gift)).all()
    assert db.session.scalars(select(QuantityStep)).all()


def test_on_every_day_of_the_year_something_is_ordered_ahead_and_something_is_over() -> None:
    rows = [row for row in data.tree("catalogue.toml")["product"] if "season" in row]
    for day in (date(2027, 1, 1) + timedelta(days=n) for n in range(365)):
        states = {season_on(shelf.window_of(row), day).state for row in rows}
        assert {"presale", "off"} <= states, day
