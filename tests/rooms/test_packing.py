"""Crates confirmed one by one: a household is a fact, never a guess."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from storefront import db
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.ids import check_character
from storefront.orders import packing, parcels, shortfall
from storefront.orders.models import Allocation, Order
from storefront.supply import lots
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams
from tests import factories as make


@pytest.fixture
def c(app: Flask) -> make.County:
    with db.transaction():
        made = make.county()
        make.weigh(made, made.lin, made.first, 20_000)
        make.weigh(made, made.zhao, made.top, 20_000)
    return made


def paid(*items: tuple[str, int]) -> Order:
    with db.transaction():
        order = make.order(*items)
    with db.transaction():
        assert make.pay(order.id) == "kept"
    return order


def planned(order: Order) -> Allocation:
    return make.allocations(order.id, "planned")[0]


def type_crate(c: make.County, row: Allocation, crate: str, how: str = "typed") -> packing.Packed:
    with db.transaction():
        return packing.confirm_crate(row.id, crate, how, actor=c.cast.he.actor, now=make.NOW)


def refused(c: make.County, row: Allocation, crate: str) -> str:
    """Type a crate that must be refused at its field; the row stays as it was."""
    with pytest.raises(Refusal) as answer:
        type_crate(c, row, crate)
    assert answer.value.field == "crate"
    db.session.expire_all()
    assert db.get(Allocation, row.id).state == "planned"
    return answer.value.code


def another_lot(c: make.County, household: int, grade: int, grams: int = 20_000) -> Lot:
    with db.transaction():
        return make.weigh(c, household, grade, grams)


def test_the_planned_crate_fills_its_row_and_fixes_the_share(c: make.County) -> None:
    """2,500 g at 7.00 a kilogram are 17.50, out of the lot and into the parcel."""
    order = paid((make.BOX, 1))
    row = planned(order)
    done = type_crate(c, row, make.crate_of(row))
    assert (done.swapped, done.parcel_packed) == (False, True)
    (packed,) = make.allocations(order.id)
    assert (packed.state, packed.how_confirmed, packed.share_fen) == ("packed", "typed", 1_750)
    lot = db.get(Lot, packed.lot_id or 0)
    assert (lot.on_hand_g, lot.available_g, lot.allocated_g) == (17_500, 17_500, 2_500)
    assert make.parcel_of(order.id).state == "packed"


def test_the_same_crate_typed_twice_is_one_movement(c: make.County) -> None:
    """A double click, a scanner that stutters."""
    row = planned(paid((make.BOX, 1)))
    crate = make.crate_of(row)
    type_crate(c, row, crate)
    type_crate(c, row, crate.lower().replace("-", " "))
    reasons = db.session.scalars(select(Movement.reason).where(Movement.reason == "pack")).all()
    assert reasons == ["pack"]


def test_a_crate_of_another_lot_of_the_grade_is_a_swap(c: make.County) -> None:
    """The planned household gets its grams back; the row, village and share are the other's."""
    order = paid((make.BOX, 1))
    other = another_lot(c, c.yang, c.first)
    done = type_crate(c, planned(order), f"{other.code}-7")
    assert done.swapped
    freed, packed = make.allocations(order.id)
    assert (freed.state, packed.state, packed.household_id) == ("freed", "packed", c.yang)
    assert (packed.retail_fen, packed.status, packed.crate) == (
        freed.retail_fen,
        "general",
        f"{other.code}-07",
    )
    assert db.get(Lot, freed.lot_id or 0).available_g == 20_000


def test_a_crate_of_the_wrong_grade_is_refused(c: make.County) -> None:
    """Top-grade pears do not go into a first-grade box by mistake."""
    lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.top)).one()
    assert refused(c, planned(paid((make.BOX, 1))), f"{lot.code}-1") == "crate_wrong_grade"


def test_a_crate_of_another_parcel_is_refused(c: make.County) -> None:
    """One label fills one parcel; the refusal names the other one."""
    first, second = paid((make.BOX, 1)), paid((make.BOX, 1))
    crate = make.crate_of(planned(first))
    type_crate(c, planned(first), crate)
    assert refused(c, planned(second), crate) == "crate_of_another_parcel"


def test_a_lot_that_was_only_declared_is_never_packed(c: make.County) -> None:
    """It can be planned; the crate does not exist yet."""
    with db.transaction():
        lot = lots.declare(
            c.zhao,
            c.first,
            Grams(50_000),
            harvested_on=make.NOW.date(),
            key="d",
            actor=c.cast.zhao.actor,
            now=make.NOW,
        )
    assert refused(c, planned(paid((make.BOX, 1))), f"{lot.code}-1") == "lot_not_received"


def test_a_held_lot_is_not_packed_until_it_is_released(c: make.County) -> None:
    """A recall stops the crate at the packing table."""
    row = planned(paid((make.BOX, 1)))
    with db.transaction():
        lots.hold(row.lot_id or 0, "residue", actor=c.cast.he.actor, now=make.NOW)
    assert refused(c, row, make.crate_of(row)) == "lot_held"
    with db.transaction():
        lots.release(row.lot_id or 0, actor=c.cast.he.actor, now=make.NOW)
    assert type_crate(c, row, make.crate_of(row)).parcel_packed


def test_pears_past_their_storage_days_are_not_packed(c: make.County) -> None:
    """200 days after harvest the grade's promise is over."""
    row = planned(paid((make.BOX, 1)))
    late = make.NOW + timedelta(days=201)
    with pytest.raises(Refusal, match="lot_past_storage"), db.transaction():
        packing.confirm_crate(row.id, make.crate_of(row), "typed", actor=c.cast.he.actor, now=late)


@pytest.mark.parametrize("typed", ["", "hello", "7K2M", "12345-1", "<script>-1", "XX-0", "A" * 200])
def test_what_is_no_label_is_refused_with_what_was_typed(c: make.County, typed: str) -> None:
    """A code whose check character is wrong is no code either."""
    assert refused(c, planned(paid((make.BOX, 1))), typed) == "unreadable_crate"


def test_a_well_formed_code_of_no_lot_is_unknown(c: make.County) -> None:
    """Well read, but nobody's."""
    code = "0000000" + check_character("0000000")
    assert refused(c, planned(paid((make.BOX, 1))), f"{code}-1") == "unknown_crate"


def test_an_unpaid_order_is_not_packed(c: make.County) -> None:
    """Its hold may lapse any minute."""
    with db.transaction():
        order = make.order((make.BOX, 1))
    row = planned(order)
    with pytest.raises(Refusal, match="order_not_confirmed"):
        type_crate(c, row, make.crate_of(row))


def test_a_swap_to_a_lot_with_too_little_is_refused(c: make.County) -> None:
    """One kilogram does not fill a box of two and a half."""
    small = another_lot(c, c.yang, c.first, 1_000)
    assert refused(c, planned(paid((make.BOX, 1))), f"{small.code}-1") == "not_that_much"


def test_a_gift_box_is_packed_crate_by_crate(c: make.County) -> None:
    """Two grades are two crates; the parcel is packed with the second."""
    order = paid((make.GIFT, 1))
    top, first = make.allocations(order.id, "planned")
    assert not type_crate(c, top, make.crate_of(top)).parcel_packed
    with pytest.raises(Refusal, match="parcel_unfinished"), db.transaction():
        packing.finish(top.parcel_id, actor=c.cast.he.actor, now=make.NOW)
    assert type_crate(c, first, make.crate_of(first)).parcel_packed


def test_an_assumed_crate_lowers_the_custody_of_its_row(c: make.County) -> None:
    """Custody becomes mass balance, which shows no mark."""
    order = paid((make.BOX, 1))
    type_crate(c, planned(order), make.crate_of(planned(order)), how="assumed")
    (row,) = make.allocations(order.id)
    assert (row.custody, row.how_confirmed) == ("mass_balance", "assumed")


def test_a_box_of_one_household_may_be_swapped_only_whole(c: make.County) -> None:
    """A box filled from two lots of one household cannot take one of them from another."""
    with db.transaction():
        lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.first)).one()
        lots.take_back(lot.id, Grams(19_400), key="t", actor=c.cast.lin.actor, now=make.NOW)
        make.weigh(c, c.lin, c.first, 600)
    order = paid((make.PAIR, 1))
    other = another_lot(c, c.yang, c.first)
    row, rest = make.allocations(order.id, "planned")
    assert {int(row.grams), int(rest.grams)} == {600, 400}
    assert refused(c, row, f"{other.code}-1") == "one_household"


def test_a_lot_closes_when_its_last_crate_has_left(c: make.County) -> None:
    """Nothing declared, on hand, planned or still packed in the house."""
    order = paid((make.BOX, 8))
    with db.transaction():
        make.dispatch(c, order.id)
    lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.first)).one()
    assert (lot.state, lot.on_hand_g) == ("closed", 0)


@pytest.mark.parametrize(("crates", "state"), [(0, "closed"), (1, "received")])
def test_a_lot_taken_back_to_the_last_gram_is_closed(
    c: make.County, crates: int, state: str
) -> None:
    """By the worker, unless a crate of it still stands in a packed parcel."""
    for _ in range(crates):
        order_id = paid((make.BOX, 1)).id
        with db.transaction():
            make.pack(c, order_id)
    lot = db.session.scalars(select(Lot).where(Lot.grade_id == c.first)).one()
    with db.transaction():
        lots.sold_out(lot.id, key="s", actor=c.cast.lin.actor, now=make.NOW)
    with db.transaction():
        parcels.close_empty_lots(now=make.NOW)
    assert db.get(Lot, lot.id).state == state


def test_a_parcel_counts_as_delivered_after_the_countys_days(c: make.County) -> None:
    """Nobody said so, and seven days have passed."""
    order = paid((make.BOX, 1))
    with db.transaction():
        make.dispatch(c, order.id)
    with db.transaction():
        assert parcels.deliver_by_elapsed(now=make.NOW + 6 * make.DAY, days=7) == 0
        assert parcels.deliver_by_elapsed(now=make.NOW + 7 * make.DAY, days=7) == 1
    assert make.parcel_of(order.id).state == "delivered"


def test_the_youngest_rows_move_first_when_a_lot_has_less(c: make.County) -> None:
    """Three boxes are planned on 20 kg; 18 kg rot; the two youngest find another lot."""
    orders = [paid((make.BOX, 1)) for _ in range(3)]
    other = another_lot(c, c.yang, c.first, 5_000)
    lot = db.get(Lot, planned(orders[0]).lot_id or 0)
    with db.transaction():
        result = shortfall.replan(lot.id, Grams(17_500), now=make.NOW)
    assert (result.moved, result.short) == (2, ())
    assert [planned(order).lot_id for order in orders] == [lot.id, other.id, other.id]


def test_what_cannot_be_placed_falls_short_and_names_its_order(c: make.County) -> None:
    """Grams owed and no lot; a parcel with a short row cannot be packed; later a lot is found."""
    order = paid((make.BOX, 1))
    row = planned(order)
    with db.transaction():
        result = shortfall.replan(row.lot_id or 0, Grams(20_000), now=make.NOW)
    assert (result.moved, result.short) == (0, (order.code,))
    (short,) = make.allocations(order.id, "short")
    assert (short.lot_id, short.household_id, short.grams) == (None, None, 2_500)
    with pytest.raises(Refusal, match="parcel_unfinished"), db.transaction():
        packing.finish(short.parcel_id, actor=Actor.shop(), now=make.NOW)
    another_lot(c, c.yang, c.first)
    with db.transaction():
        shortfall.place_short(short.id, now=make.NOW)
    assert make.allocations(order.id)[0].state == "planned"
