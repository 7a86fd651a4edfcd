"""The same thing twice, one after the other and at the same moment: it happens once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, repeat
from threading import Barrier, BrokenBarrierError
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from storefront import db, ids
from storefront.actors import Actor
from storefront.catalogue.models import Offer
from storefront.errors import Busy, Refusal
from storefront.orders import cart, lifecycle, packing, parcels, shortfall
from storefront.orders.models import Allocation, Cart, CartLine, OrderEvent
from storefront.supply import lots
from storefront.supply.models import Lot, Movement, Slip
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import Grams
from tests import factories as make
from tests.harvest import DAY, declare


@pytest.fixture
def c(app: Flask) -> make.County:
    with db.transaction():
        return make.county()


@contextmanager
def meanwhile(app: Flask, act: Any) -> Iterator[Any]:
    """Run ``act`` in a thread of its own while the block runs; its answer comes after."""

    def run() -> Any:
        with app.app_context():
            return act()

    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(run)


def planned_beyond(c: make.County) -> Lot:
    """10 kg declared and planned on three boxes, another lot beside it with room."""
    with db.transaction():
        lot = declare(c, c.lin, c.first, 10_000)
        for _ in range(3):
            make.order((make.BOX, 1))
        make.weigh(c, c.zhao, c.first, 20_000)
    return lot


def test_a_weighing_sent_twice_at_once_moves_crates_once(
    app: Flask, c: make.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6 of 10 kg came: one box moves away, not one more for each time the form arrives."""
    lot, key = planned_beyond(c), ids.new_key()
    row = Weighed(c.first, Grams(6_000), Grams(0), Grams(0), declared_lot_id=lot.id)
    both = Barrier(2)
    make_room = shortfall._make_room  # noqa: SLF001  where two could meet

    def slowly(*args: Any, **facts: Any) -> None:
        with suppress(BrokenBarrierError):
            both.wait(0.5)
        make_room(*args, **facts)

    def weigh() -> str:
        with db.transaction():
            delivery = Delivery(c.lin, DAY, (row,))
            actor = c.cast.sun.actor
            return shortfall.weigh_in(delivery, key=key, actor=actor, now=make.NOW).code

    monkeypatch.setattr(shortfall, "_make_room", slowly)
    with meanwhile(app, weigh) as other:
        mine = weigh()
    assert other.result() == mine
    assert db.session.scalar(select(func.count(Slip.id))) == 2
    query = select(func.count(Allocation.id)).where(Allocation.state == "planned")
    assert db.session.scalar(query.where(Allocation.lot_id == lot.id)) == 2


def test_an_order_placed_under_a_replan_is_left_alone(
    c: make.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its order was not locked before the lot: somebody tries again."""
    lot = planned_beyond(c)
    planned_on = shortfall._planned_on  # noqa: SLF001  to come too late
    answers: Iterator[list[Allocation]] = chain([[]], repeat(planned_on(lot.id)))
    monkeypatch.setattr(shortfall, "_planned_on", lambda _lot_id: next(answers))
    with pytest.raises(Busy), db.transaction():
        shortfall.replan(lot.id, Grams(9_000), now=make.NOW)
    states = db.session.scalars(select(Allocation.state)).all()
    assert states == ["planned"] * 3


def test_a_cart_is_locked_before_its_lines(app: Flask, c: make.County) -> None:
    """As placing an order does: who takes them the other way round ends in a deadlock."""
    with db.transaction():
        make.weigh(c, c.lin, c.first, 20_000)
        token = cart.add(None, make.BOX, 1, now=make.NOW)

    def change() -> None:
        with db.transaction():
            cart.set_quantity(token, make.BOX, 3, now=make.NOW + make.DAY)

    cart_id = db.session.scalars(select(Cart.id)).one()
    with ExitStack() as threads:
        with db.transaction():
            db.lock(Cart, cart_id)
            other = threads.enter_context(meanwhile(app, change))
            sleep(0.2)
            db.session.execute(delete(CartLine).where(CartLine.cart_id == cart_id))
        other.result(5)
    assert db.session.scalar(select(func.count(CartLine.id))) == 0


@pytest.mark.parametrize("held", [1, 0])
def test_packs_added_at_the_same_moment_are_all_in_the_cart(
    app: Flask, c: make.County, held: int
) -> None:
    """Of a pack that is in the cart, or is not yet: one waits for what the other one wrote."""
    with db.transaction():
        token = cart.add(None, make.BOX if held else make.PASTE, 1, now=make.NOW)

    def add_one() -> None:
        with db.transaction():
            cart.add(token, make.BOX, 1, now=make.NOW + make.DAY)

    with ExitStack() as threads:
        with db.transaction():
            cart.add(token, make.BOX, 1, now=make.NOW + 2 * make.DAY)
            other = threads.enter_context(meanwhile(app, add_one))
            sleep(0.2)
        other.result(5)
    boxes = select(CartLine.quantity).join(Offer, Offer.id == CartLine.offer_id)
    assert db.session.scalar(boxes.where(Offer.sku == make.BOX)) == held + 2


def test_a_swapped_crate_sent_twice_is_one_swap(c: make.County) -> None:
    """The first time frees the planned row; the second finds the one in its place."""
    with db.transaction():
        make.weigh(c, c.lin, c.first, 20_000)
        order_id = make.order((make.BOX, 1)).id
    with db.transaction():
        make.pay(order_id)
        other = make.weigh(c, c.yang, c.first, 20_000)
    (row,) = make.allocations(order_id)
    said = []
    for _ in range(2):
        with db.transaction():
            he, crate = c.cast.he.actor, f"{other.code}-07"
            said.append(packing.confirm_crate(row.id, crate, "typed", actor=he, now=make.NOW))
    assert said[0] == said[1]
    packed = db.session.scalars(select(Movement.lot_id).where(Movement.reason == "pack")).all()
    assert packed == [other.id]


def test_cancelled_twice_is_cancelled_once(c: make.County) -> None:
    with db.transaction():
        make.weigh(c, c.lin, c.first, 20_000)
        order_id = make.order((make.BOX, 1)).id
    for _ in range(2):
        with db.transaction():
            lifecycle.cancel_unpaid(order_id, actor=Actor.guest(), now=make.NOW)
    query = select(func.count(OrderEvent.id)).where(OrderEvent.kind == "cancelled")
    assert db.session.scalar(query) == 1
    assert set(db.session.scalars(select(Lot.available_g))) == {20_000}


def test_delivered_twice_is_delivered_once(c: make.County) -> None:
    with db.transaction():
        make.weigh(c, c.lin, c.first, 20_000)
        order_id = make.order((make.BOX, 1)).id
    with db.transaction():
        make.pay(order_id)
    with db.transaction():
        parcel_id = make.dispatch(c, order_id).id
    for later in (make.NOW, make.NOW + make.DAY):
        with db.transaction():
            parcels.mark_delivered(parcel_id, actor=c.cast.he.actor, now=later)
    assert make.parcel_of(order_id).delivered_at == make.NOW


def test_a_key_of_another_lot_takes_nothing_back_in_silence(c: make.County) -> None:
    with db.transaction():
        first, second = (declare(c, c.lin, c.first, 5_000) for _ in range(2))
    facts: dict[str, Any] = {"key": "k", "actor": c.cast.lin.actor, "now": make.NOW}
    with db.transaction():
        lots.take_back(first.id, Grams(500), **facts)
    with pytest.raises(Refusal) as answer, db.transaction():
        lots.take_back(second.id, Grams(500), **facts)
    assert answer.value.code == "key_reused"
    with pytest.raises(Refusal), db.transaction():
        lots.sold_out(second.id, **facts)
