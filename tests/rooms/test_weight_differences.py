"""A crate is paid for what it is counted for; what it weighs beside that is a movement of ours."""

import pytest
from sqlalchemy import select

from storefront import db
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.orders import crate_weights, packing
from storefront.orders.models import Allocation
from storefront.reports.check import check
from storefront.settlement import sales
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams
from tests import factories as make


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 20_000)
    return county


def packed(c, *items):
    with db.transaction():
        order = make.order(*(items or ((make.BOX, 1),)))
        make.pay(order.id)
        return make.pack(c, order.id)


def row_of(parcel):
    rows = select(Allocation).where(Allocation.parcel_id == parcel.id, Allocation.state != "freed")
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def weigh(c, row, grams):
    with db.transaction():
        crate_weights.note_weight(row.id, Grams(grams), actor=c.cast.he.actor, now=make.NOW)


def send(c, parcel):
    with db.transaction():
        sales.dispatch(parcel.id, "SF", f"SF{parcel.id:09}", actor=c.cast.he.actor, now=make.NOW)


def differences():
    moved = select(Movement).where(Movement.reason.in_(("overweight", "underweight")))
    return [
        (one.reason, int(one.grams), one.bearer, one.owed_fen and int(one.owed_fen))
        for one in db.session.scalars(moved.order_by(Movement.id))
    ]


def on_hand():
    db.session.rollback()
    return int(db.session.scalars(select(Lot.on_hand_g)).one())


def broken():
    return [one for one in check() if not one.ok]


def test_too_much_in_a_crate_is_our_loss_and_its_household_is_owed_for_it(c):
    parcel = packed(c)
    [row] = row_of(parcel)
    weigh(c, row, 2_630)
    assert (differences(), on_hand()) == ([], 17_500)
    send(c, parcel)
    assert differences() == [("overweight", -130, "brand_fund", 91)]
    assert on_hand() == 17_370
    [row] = row_of(parcel)
    assert (int(row.grams), int(row.share_fen)) == (2_500, 1_750)
    assert int(books.balance("share_due")) == -91
    assert broken() == []


def test_too_little_in_a_crate_leaves_it_in_the_lot_and_costs_nobody_s_share(c):
    parcel = packed(c)
    [row] = row_of(parcel)
    weigh(c, row, 2_450)
    send(c, parcel)
    assert differences() == [("underweight", 50, "brand_fund", None)]
    assert on_hand() == 17_550
    assert int(row_of(parcel)[0].share_fen) == 1_750
    assert broken() == []


def test_the_last_word_of_the_scale_counts_and_what_fits_moves_nothing(c):
    parcel = packed(c)
    [row] = row_of(parcel)
    for grams in (2_630, 2_630, 2_500):
        weigh(c, row, grams)
    send(c, parcel)
    assert differences() == []
    assert broken() == []


def test_a_crate_that_comes_out_again_takes_its_weight_with_it(c):
    parcel = packed(c)
    [row] = row_of(parcel)
    weigh(c, row, 2_630)
    label = row.crate.partition("-")[0] + "-900"
    with db.transaction():
        packing.exchange_crate(row.id, label, "typed", actor=c.cast.he.actor, now=make.NOW)
    [new] = row_of(parcel)
    assert new.weighed_g is None
    send(c, parcel)
    assert differences() == []
    assert broken() == []


def test_of_a_lot_no_more_goes_along_than_is_free_in_it(c):
    parcel = packed(c, (make.BOX, 8))
    rows = row_of(parcel)
    weigh(c, rows[0], int(rows[0].grams) + 300)
    send(c, parcel)
    assert differences() == []
    assert broken() == []


def test_what_others_were_promised_does_not_go_along(c):
    parcel = packed(c)
    with db.transaction():
        make.order((make.BOX, 7))  # 17.5 kg: all that is left
    weigh(c, row_of(parcel)[0], 2_630)
    send(c, parcel)
    assert differences() == []
    assert broken() == []


@pytest.mark.parametrize("grams", [1_999, 3_001, 25_000])
def test_a_weight_that_is_far_off_is_asked_about(c, grams):
    [row] = row_of(packed(c))
    with pytest.raises(Refusal) as refused:
        weigh(c, row, grams)
    assert refused.value.code == "crate_weight_far_off"
    assert row_of_id(row.id).weighed_g is None


def row_of_id(row_id):
    db.session.rollback()
    return db.get(Allocation, row_id)


def test_nothing_is_weighed_before_it_is_in_or_after_it_has_left(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    [row] = row_of(make.parcel_of(order.id))
    with pytest.raises(Refusal) as refused:
        weigh(c, row, 2_500)
    assert refused.value.code == "allocation_step"
    with db.transaction():
        parcel = make.pack(c, order.id)
    send(c, parcel)
    with pytest.raises(Refusal) as refused:
        weigh(c, row, 2_500)
    assert refused.value.code == "parcel_step"


def test_the_check_finds_a_difference_that_nobody_moved(c):
    parcel = packed(c)
    [row] = row_of(parcel)
    send(c, parcel)
    with db.transaction():
        db.lock_one(Allocation, row.id).weighed_g = Grams(2_400)
    assert [one.law for one in broken()] == [3]
