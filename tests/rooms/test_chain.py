"""The chain, room by room: one box from a lot to the household's pay."""

from flask import Flask

from storefront import db
from storefront.orders.models import Order
from tests import factories as make


def test_a_box_goes_from_a_lot_to_a_due_share(app: Flask) -> None:
    """An order is filled from a lot, paid, packed, dispatched, delivered, closed and due."""
    with db.transaction():
        c = make.county()
        lot = make.weigh(c, c.lin, c.first, 50_000)
    with db.transaction():
        order = make.order((make.BOX, 2))
    assert [row.lot_id for row in make.allocations(order.id)] == [lot.id]
    with db.transaction():
        assert make.pay(order.id) == "kept"
    with db.transaction():
        make.dispatch(c, order.id)
    with db.transaction():
        make.close(c, order.id)
    (row,) = make.allocations(order.id)
    assert (row.state, int(row.share_fen), int(row.grams)) == ("due", 3_500, 5_000)
    assert db.get(Order, order.id).state == "completed"
