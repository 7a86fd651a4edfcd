"""All that can befall one order at once: every fen and every gram of it still adds up."""

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.money import ZERO, Fen
from storefront.orders import parcels
from storefront.orders.models import Line, Order, Parcel
from storefront.orders.split import split_boxes
from storefront.payments.afterwards import Asked, request_after_dispatch
from storefront.payments.cancelling import cancel_line
from storefront.payments.models import Refund
from storefront.reports.check import check
from storefront.reports.order_books import order_books
from storefront.settlement import answers, payruns, sales
from storefront.settlement.models import PayItem
from tests import factories as make

NOW = make.NOW
LATER = NOW + 4 * make.DAY
BOX, PAIR, PASTE = make.BOX, make.PAIR, make.PASTE


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        for household in (county.lin, county.zhao):
            make.weigh(county, household, county.first, 4_000)
    return county


def ordered(*items):
    """An order far away, each line but the first in a parcel of its own; the parcels by line."""
    with db.transaction():
        order_id = make.order(*items, province=make.TIBET).id
        make.pay(order_id)
    first = make.parcel_of(order_id).id
    lines = db.session.execute(
        select(Line.id, Line.quantity).where(Line.order_id == order_id).order_by(Line.position)
    ).all()
    with db.transaction():
        own = [
            split_boxes(first, {line: boxes}, key=f"s{line}", actor=make.OFFICE, now=NOW).id
            for line, boxes in lines[1:]
        ]
    return order_id, (first, *own)


def send(c, parcel_id):
    with db.transaction():
        make.pack_parcel(c, db.get(Parcel, parcel_id))
        sales.dispatch(parcel_id, "SF", "SF1", actor=c.cast.he.actor, now=NOW)


def close(c, parcel_id):
    with db.transaction():
        sales.close(parcel_id, after_sale=2 * make.DAY, actor=c.cast.he.actor, now=LATER)


def cancel(c, order_id, position):
    with db.transaction():
        return cancel_line(order_id, position, "pears_gone", actor=c.cast.he.actor, now=NOW).amount


def give(c, order_id, fen, bearer, **others):
    asked = Asked(amount=Fen(fen), reason="damaged", key=f"{bearer}{fen}", bearer=bearer, **others)
    he, wu = c.cast.he.actor, c.cast.wu.actor
    with db.transaction():
        request_after_dispatch(order_id, asked, second=wu, actor=he, now=LATER)


def pay_all(c):
    wu, qiao = c.cast.wu.actor, c.cast.qiao.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=wu, now=LATER)
    with db.transaction():
        payruns.approve(run.id, actor=qiao, now=LATER)
    with db.transaction():
        payruns.export(run.id, actor=wu, now=LATER)
    for item in db.session.scalars(select(PayItem.id).where(PayItem.run_id == run.id)).all():
        with db.transaction():
            answers.record_result(item, ok=True, reason="", actor=wu, now=LATER)


def broken():
    db.session.rollback()
    return [finding for finding in check() if not finding.ok]


def charged(order_id):
    query = select(func.sum(Parcel.charge_fen)).where(Parcel.order_id == order_id)
    return Fen(int(db.session.scalar(query) or 0))


def test_a_cancelled_line_that_was_worth_less_than_its_part_leaves_charges_that_add_up(c):
    """To Tibet the first parcel's part of the freight is more than the line gives back."""
    order_id, (first, second, third) = ordered((BOX, 1), (PASTE, 1), (PAIR, 1))
    total = db.get(Order, order_id).total_fen
    send(c, first)
    back = cancel(c, order_id, 2)
    assert db.get(Parcel, second).state == "cancelled"
    send(c, third)
    assert charged(order_id) == total - back
    assert books.balance("shopper", order_id=order_id) == ZERO
    assert order_books(db.get(Order, order_id).code).agrees
    assert broken() == []


def test_split_reduced_lost_cancelled_paid_and_refunded_it_adds_up(c):
    make.reduce(c, BOX, (2, 300))
    order_id, (first, _second, third) = ordered((BOX, 2), (PAIR, 1), (PASTE, 2))
    total = db.get(Order, order_id).total_fen
    send(c, first)
    back = cancel(c, order_id, 2)
    assert broken() == []
    with db.transaction():
        parcels.mark_lost(first, actor=c.cast.he.actor, now=NOW)
    close(c, first)
    pay_all(c)
    shares = [row.id for row in make.allocations(order_id, "paid")]
    assert len(shares) > 1  # of two households
    give(c, order_id, 701, "share", rows=shares, evidence="photograph 7")
    give(c, order_id, 1_000, "carrier_debt")
    assert broken() == []
    send(c, third)
    with db.transaction():
        parcels.mark_delivered(third, actor=c.cast.he.actor, now=NOW)
    close(c, third)
    assert db.get(Order, order_id).state == "completed"
    assert charged(order_id) == total - back
    rest = int(charged(order_id)) - 1_701
    give(c, order_id, rest, "brand_fund")
    with pytest.raises(Refusal) as refused:
        give(c, order_id, 1, "brand_fund")
    assert refused.value.facts["left"] == ZERO
    refunded = select(func.sum(Refund.amount_fen)).where(Refund.order_id == order_id)
    assert db.session.scalar(refunded) == total
    found = order_books(db.get(Order, order_id).code)
    assert found.agrees
    assert (found.split_left, found.balance_left) == (ZERO, ZERO)
    assert broken() == []
