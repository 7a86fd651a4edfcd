"""Laws 2, 3, 4 and 7 over random histories: whatever people do, in whatever order."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from storefront import clock, county, db, ids
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import lifecycle, packing, shortfall
from storefront.orders.lives import HOW_CONFIRMED
from storefront.settlement import losses
from storefront.supply import lots, prices, registry
from storefront.weight import FenPerKg, Grams
from tests import factories as make
from tests.databases import Database

KEPT_AGAINST_MOVEMENTS = """
SELECT lot.id FROM lot WHERE
    declared_g <> (SELECT coalesce(sum(grams), 0) FROM movement
                   WHERE lot_id = lot.id AND stock = 'declared')
    OR on_hand_g <> (SELECT coalesce(sum(grams), 0) FROM movement
                     WHERE lot_id = lot.id AND stock = 'on_hand')
    OR available_g <> declared_g + on_hand_g
        - (SELECT coalesce(sum(grams), 0) FROM allocation
           WHERE lot_id = lot.id AND state = 'planned')
    OR declared_g < 0 OR on_hand_g < 0 OR available_g < 0
"""
PARTS_AGAINST_ALLOCATIONS = """
SELECT line_part.id FROM line_part
JOIN line ON line.id = line_part.line_id JOIN orders ON orders.id = line.order_id
LEFT JOIN allocation ON allocation.line_part_id = line_part.id AND allocation.state <> 'freed'
WHERE line_part.kind = 'grown' AND orders.state IN ('awaiting_payment', 'confirmed', 'completed')
GROUP BY line_part.id, line_part.grams, line.quantity, line_part.retail_fen
HAVING coalesce(sum(allocation.grams), 0) <> line_part.grams * line.quantity
    OR coalesce(sum(allocation.retail_fen), 0) <> line_part.retail_fen
"""
LINES_AGAINST_PARTS = """
SELECT line.id FROM line JOIN line_part ON line_part.line_id = line.id
GROUP BY line.id, line.price_fen HAVING sum(line_part.retail_fen) <> line.price_fen
"""
DOUBLED_KEYS = "SELECT key FROM movement GROUP BY key HAVING count(*) > 1"
FROZEN = """
SELECT id, household_code, village_id, status, grams, retail_fen, share_fen, crate
FROM allocation WHERE state NOT IN ('planned', 'short', 'freed') ORDER BY id
"""

FIRST, LAST = 0, 10_000
WAYS = st.sampled_from(HOW_CONFIRMED)
PLACE = st.integers(FIRST, LAST)  # which of the things there are, wrapped around


class Season(RuleBasedStateMachine):
    """A season in which everything may happen at any time."""

    database: Database
    app: Flask

    def __init__(self) -> None:
        super().__init__()
        db.session.remove()
        db.sa.engine.dispose()
        self.database.renew()
        with db.transaction():
            self.c = make.county()
        self.now = make.NOW
        self.frozen: dict[int, tuple[Any, ...]] = {}

    def ids(self, table: str, where: str = "1 = 1") -> list[int]:
        query = f"SELECT id FROM {table} WHERE {where} ORDER BY id"  # noqa: S608  our own words
        return list(db.session.scalars(text(query)))

    def one(self, table: str, place: int, where: str = "1 = 1") -> int | None:
        found = self.ids(table, where)
        return found[place % len(found)] if found else None

    def attempt(self, verb: Any, *args: Any, **kwargs: Any) -> None:
        """Do it, or be refused and leave nothing changed (law 12)."""
        before = self.everything()
        try:
            with db.transaction():
                verb(*args, **kwargs)
        except Refusal:
            assert self.everything() == before

    def everything(self) -> list[Any]:
        """All that the laws speak of, as it is kept."""
        queries = (
            "SELECT id, state, declared_g, on_hand_g, available_g FROM lot ORDER BY id",
            "SELECT count(*), coalesce(sum(grams), 0) FROM movement",
            "SELECT id, state, lot_id, grams FROM allocation ORDER BY id",
            "SELECT id, state FROM orders ORDER BY id",
            "SELECT count(*) FROM posting",
        )
        return [db.session.execute(text(query)).all() for query in queries]

    @rule(household=st.sampled_from(["lin", "zhao", "yang"]), grams=st.integers(1, 12_000))
    def declare(self, household: str, grams: int) -> None:
        self.attempt(
            lots.declare,
            getattr(self.c, household),
            self.c.first,
            Grams(grams),
            harvested_on=clock.china_day(self.now),
            key=ids.new_key(),
            actor=getattr(self.c.cast, household).actor,
            now=self.now,
        )

    @rule(
        household=st.sampled_from(["lin", "zhao", "yang"]),
        top=st.booleans(),
        grams=st.integers(2_000, 60_000),
    )
    def weigh(self, household: str, top: bool, grams: int) -> None:  # noqa: FBT001  drawn
        grade = self.c.top if top else self.c.first
        self.attempt(make.weigh, self.c, getattr(self.c, household), grade, grams, now=self.now)

    @rule(place=PLACE, net=st.integers(1, 12_000))
    def receive_what_was_declared(self, place: int, net: int) -> None:
        lot = self.one("lot", place, "state = 'declared'")
        if lot is not None:
            self.attempt(make.receive, self.c, lot, net, now=self.now)

    @rule(place=PLACE, grams=st.integers(1, 9_000))
    def take_back(self, place: int, grams: int) -> None:
        lot = self.one("lot", place)
        if lot is not None:
            key, who = ids.new_key(), self.c.cast.lin.actor
            self.attempt(lots.take_back, lot, Grams(grams), key=key, actor=who, now=self.now)
            self.attempt(lots.take_back, lot, Grams(grams), key=key, actor=who, now=self.now)

    @rule(place=PLACE)
    def sell_out(self, place: int) -> None:
        lot = self.one("lot", place)
        if lot is not None:
            who = self.c.cast.lin.actor
            self.attempt(lots.sold_out, lot, key=ids.new_key(), actor=who, now=self.now)

    @rule(
        sku=st.sampled_from([make.BOX, make.PAIR, make.GIFT, make.PASTE]),
        quantity=st.integers(1, 4),
        paid=st.booleans(),
    )
    def place(self, sku: str, quantity: int, paid: bool) -> None:  # noqa: FBT001  drawn
        self.attempt(make.order, (sku, quantity), now=self.now)
        if paid:
            self.pay(LAST)

    @rule(quantity=st.integers(1, 3))
    def place_a_mixed_basket(self, quantity: int) -> None:
        basket = ((make.BOX, quantity), (make.GIFT, 1), (make.PASTE, quantity))
        self.attempt(make.order, *basket, now=self.now)

    @rule(place=PLACE)
    def pay(self, place: int) -> None:
        order = self.one("orders", place, "state = 'awaiting_payment'")
        if order is not None:
            self.attempt(make.pay, order, now=self.now)

    @rule()
    def wait_until_holds_lapse(self) -> None:
        self.now += county.rules().hold + timedelta(minutes=1)
        self.attempt(lifecycle.lapse_holds, now=self.now)

    @rule(place=PLACE)
    def confirm_late(self, place: int) -> None:
        order = self.one("orders", place, "state = 'expired'")
        if order is not None:
            self.attempt(lifecycle.confirm, order, now=self.now)

    @rule(place=PLACE)
    def cancel(self, place: int) -> None:
        order = self.one("orders", place, "state = 'awaiting_payment'")
        if order is not None:
            who = self.c.cast.ana
            self.attempt(lifecycle.cancel_unpaid, order, actor=who, now=self.now)

    @rule(place=PLACE, lot_place=PLACE, number=st.integers(1, 40), how=WAYS)
    def type_a_crate_of_any_lot(self, place: int, lot_place: int, number: int, how: str) -> None:
        row = self.one("allocation", place, "state = 'planned'")
        lot = self.one("lot", lot_place)
        if row is not None and lot is not None:
            code = db.session.scalar(text("SELECT code FROM lot WHERE id = :id"), {"id": lot})
            who, label = self.c.cast.he.actor, f"{code}-{number}"
            self.attempt(packing.confirm_crate, row, label, how, actor=who, now=self.now)

    @rule(place=PLACE)
    def pack_as_planned(self, place: int) -> None:
        row = self.one("allocation", place, "state = 'planned'")
        if row is not None:
            self.attempt(make.pack_row, self.c, row, now=self.now)

    @rule(place=PLACE, grams=st.integers(1, 15_000), ours=st.booleans())
    def lose(self, place: int, grams: int, ours: bool) -> None:  # noqa: FBT001  drawn
        lot = self.one("lot", place, "state = 'received'")
        if lot is not None:
            key, he, sun = ids.new_key(), self.c.cast.he.actor, self.c.cast.sun.actor
            if ours:
                asked = (lot, Grams(grams), "rot", "brand_fund")
                self.attempt(losses.write_off, *asked, note="", key=key, actor=he, now=self.now)
                return
            loss = losses.Loss(lot_id=lot, grams=Grams(grams), reason="rot", note="seen", key=key)
            self.attempt(losses.write_off_agreed, loss, second=sun, actor=he, now=self.now)

    @rule(place=PLACE)
    def find_a_lot_for_a_short_row(self, place: int) -> None:
        row = self.one("allocation", place, "state = 'short'")
        if row is not None:
            self.attempt(shortfall.place_short, row, now=self.now)

    @rule(
        household=st.sampled_from(["lin", "zhao", "yang"]),
        status=st.sampled_from(["general", "lifted", "monitored"]),
        price=st.integers(1, 3_000),
        village=st.booleans(),
    )
    def edit_the_registry_and_the_prices(
        self,
        household: str,
        status: str,
        price: int,
        village: bool,  # noqa: FBT001  drawn
    ) -> None:
        who, today = make.OFFICE, clock.china_day(self.now)
        home = getattr(self.c, household)
        self.attempt(registry.set_status, home, status, today, actor=who, now=self.now)
        self.attempt(
            registry.move_household, home, self.c.villages[village], actor=who, now=self.now
        )
        self.attempt(
            prices.set_purchase_price, self.c.first, today, FenPerKg(price), actor=who, now=self.now
        )

    @invariant()
    def the_laws_hold(self) -> None:
        for law in (
            KEPT_AGAINST_MOVEMENTS,
            PARTS_AGAINST_ALLOCATIONS,
            LINES_AGAINST_PARTS,
            DOUBLED_KEYS,
        ):
            assert db.session.execute(text(law)).first() is None, law
        db.session.rollback()

    @invariant()
    def what_was_packed_stays_as_it_was(self) -> None:
        rows = {row[0]: tuple(row) for row in db.session.execute(text(FROZEN))}
        db.session.rollback()
        assert {key: rows[key] for key in self.frozen} == self.frozen
        self.frozen = rows

    def teardown(self) -> None:
        db.session.remove()


@pytest.fixture
def season(app: Flask, database: Database) -> Iterator[type[Season]]:
    Season.database, Season.app = database, app
    yield Season
    db.session.remove()


def test_the_laws_of_stock_hold_in_any_season(season: type[Season]) -> None:
    """Laws 2, 3, 4 and 7, and 12 for every step that was refused."""
    run_state_machine_as_test(
        season,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_broken_law_is_seen(app: Flask) -> None:
    """The queries above can fail: each finds a row that was bent on purpose."""
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 10_000)
        order = make.order((make.BOX, 1))
    bends = (
        ("UPDATE lot SET on_hand_g = on_hand_g + 1", KEPT_AGAINST_MOVEMENTS),
        ("UPDATE lot SET available_g = available_g - 1", KEPT_AGAINST_MOVEMENTS),
        ("UPDATE allocation SET grams = grams + 1", PARTS_AGAINST_ALLOCATIONS),
        ("UPDATE allocation SET retail_fen = retail_fen + 1", PARTS_AGAINST_ALLOCATIONS),
        ("UPDATE line_part SET retail_fen = retail_fen + 1", LINES_AGAINST_PARTS),
    )
    for bend, law in bends:
        assert db.session.execute(text(law)).first() is None
        db.session.execute(text(bend))
        assert db.session.execute(text(law)).first() is not None, bend
        db.session.rollback()
    assert order.total_fen > Fen(0)
