"""A parcel split before it leaves: nothing is made, nothing is lost, the books stay exact."""

from itertools import permutations

import pytest
from sqlalchemy import func, select

from storefront import db, ids
from storefront.audit import AuditEvent
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.orders import packing, packing_queries, shortfall, split
from storefront.orders.models import Line, Order, OrderEvent, Parcel, ParcelBoxes
from storefront.orders.queries import order_page
from storefront.payments import refunds
from storefront.payments.models import Payment
from storefront.reports.check import check
from storefront.reports.order_books import order_books
from storefront.settlement import losses, sales
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 6_000)
        make.weigh(county, county.yang, county.first, 40_000)
        make.weigh(county, county.zhao, county.top, 20_000)
    return county


def paid(*items, province=make.SHANXI):
    with db.transaction():
        order = make.order(*items, province=province)
        make.pay(order.id)
    return order


def line_of(order, sku):
    query = select(Line.id).where(Line.order_id == order.id, Line.sku == sku)
    return db.session.scalars(query).one()


def by_boxes(c, parcel, boxes, key=""):
    he, key = c.cast.he.actor, key or ids.new_key()
    with db.transaction():
        return split.split_boxes(parcel.id, boxes, key=key, actor=he, now=NOW)


def by_crates(c, parcel, rows, key=""):
    he, key = c.cast.he.actor, key or ids.new_key()
    with db.transaction():
        return split.split_crates(parcel.id, rows, key=key, actor=he, now=NOW)


def refused(of, *facts):
    with pytest.raises(Refusal) as caught:
        of(*facts)
    db.session.expire_all()
    return caught.value.code


def rows_in(parcel, *states):
    return [row for row in make.allocations(parcel.order_id, *states) if row.parcel_id == parcel.id]


def parcels_of(order):
    query = select(Parcel).where(Parcel.order_id == order.id).order_by(Parcel.position)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def boxes_in(parcel):
    query = select(ParcelBoxes.line_id, ParcelBoxes.boxes)
    rows = db.session.execute(query.where(ParcelBoxes.parcel_id == parcel.id))
    return {line: boxes for line, boxes in rows}  # noqa: C416  rows are no pairs to a type checker


def pack_and_send(c, parcel):
    he = c.cast.he.actor
    with db.transaction():
        make.pack_parcel(c, db.get(Parcel, parcel.id))
    with db.transaction():
        return sales.dispatch(parcel.id, "SF", f"SF{parcel.id}", actor=he, now=NOW)


def booked(order, account):
    query = (
        select(func.sum(Posting.fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Posting.order_id == order.id, Posting.account == account, Entry.kind == "dispatch")
    )
    return -int(db.session.scalar(query) or 0)


def assert_lawful(order):
    assert [finding for finding in check() if not finding.ok] == []
    assert order_books(order.code).agrees


def test_two_of_three_boxes_go_in_a_parcel_of_their_own(c):
    """The row of 7.5 kg is of two households: Lin's 6 kg and 1.5 kg of Yang's."""
    order = paid((make.BOX, 3))
    (old,) = parcels_of(order)
    new = by_boxes(c, old, {line_of(order, make.BOX): 2})
    old, _ = parcels_of(order)
    assert [int(row.grams) for row in rows_in(old)] == [2_500]
    assert [int(row.grams) for row in rows_in(new)] == [1_500, 3_500]
    assert (boxes_in(old), boxes_in(new)) == (
        {line_of(order, make.BOX): 1},
        {line_of(order, make.BOX): 2},
    )
    assert (new.position, new.state, new.address) == (2, "planned", old.address)
    assert new.code not in (old.code, order.code)
    assert_lawful(order)


def test_a_cut_row_keeps_who_and_where_and_no_stock_moves(c):
    order = paid((make.BOX, 2))
    before = make.allocations(order.id)[0]
    facts = (before.lot_id, before.household_code, before.status, before.planned_at)
    retail, share = before.retail_fen, before.share_fen
    moved = db.session.scalar(select(func.count(Movement.id)))
    by_boxes(c, parcels_of(order)[0], {line_of(order, make.BOX): 1})
    one, other = make.allocations(order.id)
    for row in (one, other):
        assert (row.lot_id, row.household_code, row.status, row.planned_at) == facts
    assert (one.retail_fen + other.retail_fen, one.share_fen + other.share_fen) == (retail, share)
    assert db.get(Lot, before.lot_id or 0).available_g == Grams(1_000)
    assert db.session.scalar(select(func.count(Movement.id))) == moved


def test_each_parcel_has_the_carriers_cost_of_its_own_weight_and_the_shopper_pays_no_more(c):
    """3 kg gross to Beijing are 8.00 and two kilograms of 1.50; all three boxes 8.00 and eight."""
    order = paid((make.BOX, 3), province=make.BEIJING)
    (old,) = parcels_of(order)
    assert old.freight_cost_fen == Fen(2_000)
    new = by_boxes(c, old, {line_of(order, make.BOX): 1})
    old, _ = parcels_of(order)
    assert (old.freight_cost_fen, new.freight_cost_fen) == (Fen(1_550), Fen(1_100))
    assert db.get(Order, order.id).freight_fen == order.freight_fen
    for parcel in (new, old):
        pack_and_send(c, parcel)
    assert booked(order, "freight") == 2_650
    assert booked(order, "shopper") == -int(order.total_fen)
    assert_lawful(order)


def test_a_jar_goes_with_its_box_and_is_paid_once(c):
    order = paid((make.GIFT, 3), (make.PASTE, 2))
    gift, paste = line_of(order, make.GIFT), line_of(order, make.PASTE)
    (old,) = parcels_of(order)
    new = by_boxes(c, old, {gift: 1, paste: 2})
    assert (boxes_in(old), boxes_in(new)) == ({gift: 2}, {gift: 1, paste: 2})
    assert [row.pieces for row in packing_queries.packing_page(new.code).bought_in] == [3]
    for parcel in (old, new):
        pack_and_send(c, parcel)
    assert (booked(order, "bought_in"), booked(order, "packing")) == (5 * 1_800, 5 * 150)
    assert_lawful(order)


def test_goods_bought_in_go_alone(c):
    order = paid((make.PASTE, 1), (make.BOX, 1))
    new = by_boxes(c, parcels_of(order)[0], {line_of(order, make.PASTE): 1})
    assert new.state == "planned"  # a parcel without a crate is finished by hand
    pack_and_send(c, new)
    assert_lawful(order)
    page = order_page(order.token)
    assert (page.progress, len(page.parcels)) == ("partly_dispatched", 2)


def test_the_short_row_stays_and_the_rest_goes_today(c):
    """Zhao's top grade rots; the first-grade box need not wait for it."""
    order = paid((make.GIFT, 1), (make.BOX, 1))
    lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.top)).one()
    he = c.cast.he.actor
    with db.transaction():
        losses.write_off(
            lot.id, Grams(20_000), "rot", "brand_fund", note="", key="k", actor=he, now=NOW
        )
    (old,) = parcels_of(order)
    new = by_boxes(c, old, {line_of(order, make.BOX): 1})
    pack_and_send(c, new)
    (short,) = rows_in(old, "short")
    with db.transaction():
        make.weigh(c, c.zhao, c.top, 9_000)
        shortfall.place_short(short.id, now=NOW)
    pack_and_send(c, old)
    assert_lawful(order)


def test_a_short_row_is_cut_like_any_other_that_is_not_packed(c):
    order = paid((make.GIFT, 2))
    lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.top)).one()
    he = c.cast.he.actor
    with db.transaction():
        losses.write_off(
            lot.id, Grams(20_000), "rot", "brand_fund", note="", key="k", actor=he, now=NOW
        )
    new = by_boxes(c, parcels_of(order)[0], {line_of(order, make.GIFT): 1})
    assert [(int(row.grams), row.lot_id) for row in rows_in(new, "short")] == [(1_500, None)]
    assert_lawful(order)


def test_a_packed_crate_goes_whole_and_stays_packed(c):
    order = paid((make.BOX, 3))
    with db.transaction():
        old = make.pack(c, order.id)
    row = rows_in(old)[1]
    new = by_crates(c, old, {row.id})
    old, _ = parcels_of(order)
    assert (old.state, new.state, new.packed_at) == ("packed", "packed", old.packed_at)
    assert [int(each.grams) for each in rows_in(new, "packed")] == [1_500]
    assert sum(boxes_in(old).values()) + sum(boxes_in(new).values()) == 3
    for parcel in (new, old):
        pack_and_send(c, parcel)
    assert_lawful(order)


def test_a_packed_crate_is_not_cut(c):
    order = paid((make.BOX, 2))
    with db.transaction():
        old = make.pack(c, order.id)
    assert refused(by_boxes, c, old, {line_of(order, make.BOX): 1}) == "crate_fills_both"
    assert len(parcels_of(order)) == 1


def test_the_parcel_whose_last_open_crate_goes_is_packed(c):
    order = paid((make.BOX, 3))
    (old,) = parcels_of(order)
    packed, planned = rows_in(old)
    with db.transaction():
        make.pack_row(c, packed.id)
    new = by_crates(c, old, {planned.id})
    old, _ = parcels_of(order)
    assert (old.state, new.state) == ("packed", "planned")
    assert old.packed_at is not None


def test_a_crate_confirmed_again_after_the_split_is_still_one_movement(c):
    """The packer's page was open: a swap, then a split, then the same label once more."""
    order = paid((make.BOX, 1), (make.PAIR, 1))
    (old,) = parcels_of(order)
    row = rows_in(old)[0]
    other = db.session.scalars(select(Lot).where(Lot.household_id == c.yang)).one()
    crate, he = f"{other.code}-01", c.cast.he.actor
    with db.transaction():
        packing.confirm_crate(row.id, crate, "typed", actor=he, now=NOW)
    new = by_boxes(c, old, {line_of(order, make.BOX): 1})
    with db.transaction():
        again = packing.confirm_crate(row.id, crate, "typed", actor=he, now=NOW)
    assert again.allocation_id == rows_in(new, "packed")[0].id
    assert_lawful(order)


def test_a_box_of_one_household_stays_whole(c):
    """The seventh pair is of two lots of Lin's, 700 and 300 g: they go together or not at all."""
    with db.transaction():
        make.weigh(c, c.lin, c.first, 700)
        make.weigh(c, c.lin, c.first, 300)
    order = paid((make.PAIR, 7))
    (old,) = parcels_of(order)
    pieces = [row.id for row in rows_in(old) if int(row.grams) < 1_000]
    assert len(pieces) == 2
    assert refused(by_crates, c, old, {pieces[0]}) == "box_stays_whole"
    new = by_crates(c, old, set(pieces))
    assert boxes_in(new) == {line_of(order, make.PAIR): 1}
    assert_lawful(order)


def test_split_again_and_again_the_charges_are_the_total(c):
    order = paid((make.BOX, 2), (make.GIFT, 2), (make.PAIR, 3), (make.PASTE, 3))
    (old,) = parcels_of(order)
    lines = {sku: line_of(order, sku) for sku in (make.BOX, make.GIFT, make.PAIR, make.PASTE)}
    second = by_boxes(c, old, {lines[make.BOX]: 1, lines[make.PAIR]: 2})
    pack_and_send(c, second)
    third = by_boxes(c, old, {lines[make.GIFT]: 1, lines[make.PASTE]: 2})
    fourth = by_boxes(c, third, {lines[make.PASTE]: 1})
    for parcel in (fourth, old, third):
        pack_and_send(c, parcel)
    charges = [parcel.charge_fen for parcel in parcels_of(order)]
    assert len(charges) == 4
    assert Fen.total(fen for fen in charges if fen is not None) == order.total_fen
    assert books.balance("shopper", order_id=order.id) == Fen(0)
    assert_lawful(order)


@pytest.mark.parametrize("order_of_leaving", list(permutations(range(3))))
def test_whichever_leaves_first_law_1_holds_also_after_a_refund(c, order_of_leaving):
    order = paid((make.BOX, 2), (make.GIFT, 1), (make.PASTE, 1), province=make.BEIJING)
    (old,) = parcels_of(order)
    by_boxes(c, old, {line_of(order, make.BOX): 1})
    by_boxes(c, old, {line_of(order, make.PASTE): 1})
    payment = db.session.scalars(select(Payment)).one()
    with db.transaction():
        refunds.request(order.id, payment.id, Fen(1_111), "late", actor=c.cast.he.actor, now=NOW)
    for place in order_of_leaving:
        pack_and_send(c, parcels_of(order)[place])
        assert_lawful(order)
    assert booked(order, "shopper") == 1_111 - int(order.total_fen)
    assert (booked(order, "packing"), booked(order, "bought_in")) == (4 * 150, 2 * 1_800)


def test_the_same_split_sent_twice_is_one_parcel(c):
    order = paid((make.BOX, 3))
    (old,) = parcels_of(order)
    boxes = {line_of(order, make.BOX): 1}
    first = by_boxes(c, old, boxes, key="once")
    second = by_boxes(c, old, boxes, key="once")
    assert (first.id, len(parcels_of(order))) == (second.id, 2)


def test_a_key_of_another_parcel_is_refused(c):
    one, other = paid((make.BOX, 2)), paid((make.BOX, 2))
    by_boxes(c, parcels_of(one)[0], {line_of(one, make.BOX): 1}, key="once")
    boxes = {line_of(other, make.BOX): 1}
    assert refused(by_boxes, c, parcels_of(other)[0], boxes, "once") == "key_reused"


def test_a_split_stands_on_the_timeline_and_in_the_audit(c):
    order = paid((make.BOX, 2))
    (old,) = parcels_of(order)
    new = by_boxes(c, old, {line_of(order, make.BOX): 1})
    (event,) = db.session.scalars(select(OrderEvent).where(OrderEvent.kind == "split"))
    assert (event.parcel_id, event.facts) == (new.id, {"parcel": old.code, "new": new.code})
    (audited,) = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "split"))
    assert (audited.object_code, audited.actor_user_id) == (old.code, c.cast.he.actor.user_id)


@pytest.mark.parametrize("boxes", [{}, {make.BOX: 0}, {make.BOX: 3}, {make.PASTE: 1}])
def test_what_is_not_there_does_not_go(c, boxes):
    order = paid((make.BOX, 2))
    lines = {line_of(order, make.BOX) if sku == make.BOX else 999: n for sku, n in boxes.items()}
    code = refused(by_boxes, c, parcels_of(order)[0], lines)
    assert code == ("quantity_out_of_range" if boxes else "nothing_to_split")
    assert len(parcels_of(order)) == 1


def test_something_stays(c):
    order = paid((make.BOX, 2))
    (old,) = parcels_of(order)
    assert refused(by_boxes, c, old, {line_of(order, make.BOX): 2}) == "nothing_left"
    rows = {row.id for row in rows_in(old)}
    assert refused(by_crates, c, old, rows) == "nothing_left"
    assert refused(by_crates, c, old, set()) == "nothing_to_split"


def test_a_crate_that_is_not_in_the_parcel_does_not_go(c):
    one, other = paid((make.BOX, 3)), paid((make.BOX, 1))
    row = make.allocations(other.id)[0]
    assert refused(by_crates, c, parcels_of(one)[0], {row.id}) == "crate_not_in_parcel"


def test_a_parcel_that_left_or_is_not_paid_is_not_split(c):
    order = paid((make.BOX, 3))
    boxes = {line_of(order, make.BOX): 1}
    with db.transaction():
        gone = make.dispatch(c, order.id)
    assert refused(by_boxes, c, gone, boxes) == "parcel_step"
    with db.transaction():
        unpaid = make.order((make.BOX, 2))
    boxes = {line_of(unpaid, make.BOX): 1}
    assert refused(by_boxes, c, parcels_of(unpaid)[0], boxes) == "order_not_confirmed"
