"""A paid order is cancelled before it leaves, whole or by line, and what it cost goes back."""

import pytest
from sqlalchemy import func, select

from storefront import db
from storefront.errors import NotFound, Refusal
from storefront.ledger import books
from storefront.money import ZERO, Fen
from storefront.orders import lifecycle, packing, parcels, split
from storefront.orders.models import Line, LineCancellation, Order, OrderEvent, Parcel
from storefront.outbox import Letter
from storefront.payments import cancelling, inbox, refunds
from storefront.payments.models import Payment, Refund
from storefront.reports.check import check
from storefront.reports.order_books import order_books
from storefront.settlement import losses, sales
from storefront.supply.models import Lot, Movement
from tests import factories as make

NOW = make.NOW
BOX, PAIR, PASTE = make.BOX, make.PAIR, make.PASTE


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 9_000)
    return county


def paid(*items, province=make.SHANXI):
    with db.transaction():
        order = make.order(*items, province=province)
        make.pay(order.id)
    return order.id


def pack(c, order_id):
    with db.transaction():
        return make.pack(c, order_id)


def cancel(c, order_id, position=None, *, reason="shopper_asked", seen=None):
    facts = {"seen": seen, "actor": c.cast.he.actor, "now": NOW}
    with db.transaction():
        if position is None:
            return cancelling.cancel_order(order_id, reason, **facts)
        return cancelling.cancel_line(order_id, position, reason, **facts)


def order_of(order_id):
    db.session.rollback()
    return db.get(Order, order_id)


def stock():
    db.session.rollback()
    return db.session.execute(select(Lot.on_hand_g, Lot.available_g, Lot.allocated_g)).all()


def went_back(order_id):
    query = select(func.sum(Refund.amount_fen)).where(Refund.order_id == order_id)
    return Fen(int(db.session.scalar(query) or 0))


def states(order_id):
    return {row.state for row in make.allocations(order_id)}


def broken():
    return [finding for finding in check() if not finding.ok]


def refused(code, act, *args, **facts):
    with pytest.raises(Refusal) as answer:
        act(*args, **facts)
    assert answer.value.code == code
    return answer.value.facts


# the whole order


def test_a_cancelled_order_gives_back_all_that_was_paid_and_every_gram(c):
    order_id = paid((BOX, 2), (PASTE, 1))
    total = order_of(order_id).total_fen
    done = cancel(c, order_id)
    assert (done.amount, went_back(order_id)) == (total, total)
    assert (order_of(order_id).state, make.parcel_of(order_id).state) == ("cancelled", "cancelled")
    assert states(order_id) == {"freed"}
    assert stock() == [(9_000, 9_000, 0)]
    assert books.balance("shopper", order_id=order_id) == ZERO
    assert broken() == []


def test_a_packed_order_is_unpacked_crate_by_crate(c):
    order_id = paid((BOX, 2))
    pack(c, order_id)
    assert stock() == [(4_000, 4_000, 5_000)]
    cancel(c, order_id)
    assert stock() == [(9_000, 9_000, 0)]
    (row,) = make.allocations(order_id)
    moved = db.session.execute(
        select(Movement.reason, Movement.grams).where(Movement.allocation_id == row.id)
    ).all()
    assert moved == [("pack", -5_000), ("unpack", 5_000)]
    assert broken() == []


def test_a_lot_packed_to_the_last_gram_stays_open_for_what_comes_back(c):
    """Nothing of it is on hand or planned, but a crate of it stands packed."""
    order_id = paid((BOX, 2))
    other = paid((PAIR, 4))
    pack(c, order_id)
    with db.transaction():
        make.dispatch(c, other)
    assert stock() == [(0, 0, 9_000)]
    assert db.session.scalar(select(Lot.state)) == "received"
    cancel(c, order_id)
    assert stock() == [(5_000, 5_000, 4_000)]
    again = paid((BOX, 2))
    pack(c, again)
    assert broken() == []


def test_a_crate_that_came_back_can_fill_another_parcel(c):
    order_id = paid((BOX, 1))
    pack(c, order_id)
    (row,) = make.allocations(order_id)
    crate = row.crate or ""
    cancel(c, order_id)
    other = paid((BOX, 1))
    (mine,) = make.allocations(other)
    with db.transaction():
        he = c.cast.he.actor
        assert packing.confirm_crate(mine.id, crate, "typed", actor=he, now=NOW).parcel_packed
    assert broken() == []


def test_cancelled_twice_is_refunded_once(c):
    order_id = paid((BOX, 1))
    first, second = cancel(c, order_id), cancel(c, order_id)
    assert first.refund_id is not None
    assert (second.refund_id, second.amount) == (None, ZERO)
    assert db.session.scalar(select(func.count(Refund.id))) == 1
    query = select(OrderEvent.kind).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id)
    kinds = list(db.session.scalars(query))
    assert kinds[-2:] == ["refund_requested", "cancelled"]
    letters = db.session.scalars(select(Letter.kind).where(Letter.kind == "order_cancelled")).all()
    assert letters == ["order_cancelled"]


def test_an_order_of_which_a_parcel_left_cannot_be_cancelled(c):
    order_id = paid((BOX, 1))
    with db.transaction():
        make.dispatch(c, order_id)
    before = (stock(), states(order_id))
    refused("refund_dispatched", cancel, c, order_id)
    assert (stock(), states(order_id)) == before
    assert went_back(order_id) == ZERO


def test_an_unpaid_order_is_cancelled_without_a_refund(c):
    with db.transaction():
        order_id = make.order((BOX, 1)).id
    assert cancel(c, order_id).refund_id is None
    assert order_of(order_id).state == "cancelled"
    assert broken() == []


def test_money_that_comes_after_the_cancellation_goes_back_at_once(c):
    with db.transaction():
        order_id = make.order((BOX, 1)).id
        attempt, reference = make.attempt(order_id)
    cancel(c, order_id)
    with db.transaction():
        assert inbox.receive(make.success(attempt, reference), now=NOW) == "late_refunded"
    assert went_back(order_id) == order_of(order_id).total_fen
    assert broken() == []


def test_what_went_back_by_hand_before_does_not_go_back_again(c):
    order_id = paid((BOX, 1))
    total = order_of(order_id).total_fen
    payment = db.session.scalars(select(Payment.id)).one()
    with db.transaction():
        he = c.cast.he.actor
        refunds.request(order_id, payment, Fen(1_000), "asked", actor=he, now=NOW)
    assert cancel(c, order_id).amount == total - Fen(1_000)
    assert went_back(order_id) == total
    assert broken() == []


def test_a_reason_that_is_none_is_refused(c):
    order_id = paid((BOX, 1))
    refused("why_cancelled", cancel, c, order_id, reason="because")
    assert order_of(order_id).state == "confirmed"


def test_another_amount_than_was_seen_is_refused_with_both(c):
    order_id = paid((BOX, 1))
    total = order_of(order_id).total_fen
    facts = refused("refund_changed", cancel, c, order_id, seen=Fen(1))
    assert facts == {"old": Fen(1), "new": total}
    assert cancel(c, order_id, seen=total).amount == total


# by line


def test_a_cancelled_line_gives_back_its_price_and_the_freight_that_fell_away(c):
    """Two boxes and a pair weigh more than a pair; the pair's own freight stays."""
    order_id = paid((BOX, 2), (PAIR, 1), province=make.TIBET)
    with db.transaction():
        alone = make.order((PAIR, 1), province=make.TIBET).freight_fen
    lighter = order_of(order_id).freight_fen - alone
    assert lighter > ZERO
    shown = cancelling.question(order_of(order_id).code, 1).back
    assert (shown.goods, shown.freight) == (Fen(7_980), lighter)
    assert cancel(c, order_id, 1).amount == Fen(7_980) + lighter == shown.amount
    assert order_of(order_id).state == "confirmed"
    assert make.parcel_of(order_id).freight_cost_fen == alone
    assert stock() == [(9_000, 7_000, 2_000)]
    assert broken() == []


def test_the_rest_of_the_order_is_charged_what_is_left_to_the_fen(c):
    order_id = paid((BOX, 2), (PAIR, 1), (PASTE, 1))
    total = order_of(order_id).total_fen
    back = cancel(c, order_id, 1).amount
    with db.transaction():
        parcel = make.dispatch(c, order_id)
    assert parcel.charge_fen == total - back
    held = order_books(order_of(order_id).code)
    assert held.agrees
    assert (held.right.packing, held.right.bought_in) == (Fen(300), Fen(1_800))
    assert held.right.freight == parcel.freight_cost_fen
    with db.transaction():
        make.close(c, order_id)
    assert order_of(order_id).state == "completed"
    assert broken() == []


def test_free_freight_stays_free_when_the_rest_would_not_have_had_it(c):
    order_id = paid((BOX, 2), (PASTE, 1))
    assert order_of(order_id).freight_fen == ZERO
    assert cancel(c, order_id, 1).amount == Fen(7_980)
    with db.transaction():
        make.dispatch(c, order_id)
    assert broken() == []


def test_a_line_that_cost_less_gives_back_what_it_cost(c):
    """Three boxes were 1.00 less each; the discount was the buyer's, and does not come back."""
    make.reduce(c, BOX, (3, 100))
    order_id = paid((BOX, 3), (PASTE, 1))
    assert order_of(order_id).discount_fen == Fen(300)
    assert cancel(c, order_id, 1).amount == Fen(3 * 3_990 - 300)
    with db.transaction():
        make.dispatch(c, order_id)
    assert broken() == []


def test_a_packed_line_is_unpacked_and_the_rest_stays_packed(c):
    order_id = paid((BOX, 1), (PAIR, 1))
    pack(c, order_id)
    cancel(c, order_id, 1)
    assert make.parcel_of(order_id).state == "packed"
    assert [row.state for row in make.allocations(order_id)] == ["freed", "packed"]
    with db.transaction():
        sales.dispatch(make.parcel_of(order_id).id, "SF", "SF1", actor=c.cast.he.actor, now=NOW)
    assert broken() == []


def test_a_short_line_is_cancelled_and_the_parcel_can_go(c):
    order_id = paid((BOX, 2), (PASTE, 1))
    with db.transaction():
        lot = db.session.scalars(select(Lot)).one()
        losses.write_off(
            lot.id,
            lot.on_hand_g,
            "rot",
            "brand_fund",
            note="",
            key="k",
            actor=c.cast.he.actor,
            now=NOW,
        )
    assert states(order_id) == {"short"}
    cancel(c, order_id, 1, reason="pears_gone")
    with db.transaction():
        make.dispatch(c, order_id)
    assert broken() == []


def test_the_last_line_cancels_the_order_and_gives_all_back(c):
    order_id = paid((BOX, 1), (PAIR, 1))
    total = order_of(order_id).total_fen
    first = cancel(c, order_id, 2).amount
    assert cancel(c, order_id, 1).amount == total - first
    assert (order_of(order_id).state, make.parcel_of(order_id).state) == ("cancelled", "cancelled")
    assert went_back(order_id) == total
    assert broken() == []


def test_a_line_cancelled_twice_is_refunded_once(c):
    order_id = paid((BOX, 1), (PAIR, 1))
    cancel(c, order_id, 1)
    assert cancel(c, order_id, 1).refund_id is None
    assert db.session.scalar(select(func.count(Refund.id))) == 1
    row = db.session.scalars(select(LineCancellation)).one()
    assert (row.cancelled_by, row.reason) == (c.cast.he.actor.user_id, "shopper_asked")
    refused("line_cancelled", cancelling.question, order_of(order_id).code, 1)


def test_a_line_that_has_left_cannot_be_cancelled(c):
    order_id = paid((BOX, 1), (PAIR, 1))
    with db.transaction():
        parcel = make.dispatch(c, order_id)
    facts = refused("line_left", cancel, c, order_id, 1)
    assert facts["parcel"] == parcel.code
    assert went_back(order_id) == ZERO


def test_a_line_of_an_unpaid_order_cannot_be_cancelled(c):
    with db.transaction():
        order_id = make.order((BOX, 1), (PAIR, 1)).id
    refused("order_step", cancel, c, order_id, 1)


def test_there_is_no_third_line_of_two(c):
    order_id = paid((BOX, 1), (PAIR, 1))
    with pytest.raises(NotFound):
        cancel(c, order_id, 3)


def two_parcels(c, *items):
    """The order's second line travels in a parcel of its own."""
    order_id = paid(*items)
    first = make.parcel_of(order_id).id
    (line,) = db.session.scalars(
        select(Line.id).where(Line.order_id == order_id).offset(1).limit(1)
    )
    with db.transaction():
        he = c.cast.he.actor
        new = split.split_boxes(first, {line: items[1][1]}, key="split", actor=he, now=NOW)
    return order_id, first, new.id


def send(c, parcel_id):
    with db.transaction():
        order_id = db.get(Parcel, parcel_id).order_id
        for row in make.allocations(order_id, "planned"):
            if row.parcel_id == parcel_id:
                make.pack_row(c, row.id)
        sales.dispatch(parcel_id, "SF", "SF1", actor=c.cast.he.actor, now=NOW)


def test_after_one_parcel_left_the_line_in_the_other_can_still_be_cancelled(c):
    """Nothing else is to be sent, so all goes back that the first parcel was not charged."""
    order_id, first, second = two_parcels(c, (BOX, 1), (PAIR, 1))
    total = order_of(order_id).total_fen
    send(c, first)
    charged = db.get(Parcel, first).charge_fen
    assert cancel(c, order_id, 2).amount == total - charged
    assert db.get(Parcel, second).state == "cancelled"
    assert order_of(order_id).state == "confirmed"
    refused("line_left", cancel, c, order_id, 1)
    with db.transaction():
        parcels.mark_delivered(first, actor=c.cast.he.actor, now=NOW)
        later = NOW + 3 * make.DAY
        sales.close(first, after_sale=2 * make.DAY, actor=c.cast.he.actor, now=later)
    assert order_of(order_id).state == "completed"
    assert broken() == []


def test_an_order_whose_other_parcels_are_over_is_completed_by_cancelling_the_rest(c):
    order_id, first, _ = two_parcels(c, (BOX, 1), (PAIR, 1))
    send(c, first)
    with db.transaction():
        parcels.mark_delivered(first, actor=c.cast.he.actor, now=NOW)
        later = NOW + 3 * make.DAY
        sales.close(first, after_sale=2 * make.DAY, actor=c.cast.he.actor, now=later)
    assert order_of(order_id).state == "confirmed"
    cancel(c, order_id, 2)
    assert order_of(order_id).state == "completed"
    assert broken() == []


def test_a_line_out_of_three_in_two_parcels_leaves_charges_that_add_up(c):
    order_id, first, second = two_parcels(c, (BOX, 1), (PAIR, 1), (PASTE, 2))
    total = order_of(order_id).total_fen
    back = cancel(c, order_id, 3).amount
    send(c, first)
    send(c, second)
    charges = [db.get(Parcel, parcel).charge_fen or ZERO for parcel in (first, second)]
    assert Fen.total(charges) == total - back
    assert broken() == []


def test_nothing_of_a_cancelled_order_can_be_packed_or_confirmed(c):
    order_id = paid((BOX, 1))
    (row,) = make.allocations(order_id)
    crate = make.crate_of(row)
    cancel(c, order_id)
    he = c.cast.he.actor
    with db.transaction():
        refused(
            "order_not_confirmed", packing.confirm_crate, row.id, crate, "typed", actor=he, now=NOW
        )
    with db.transaction():
        assert lifecycle.confirm(order_id, now=NOW) is False
