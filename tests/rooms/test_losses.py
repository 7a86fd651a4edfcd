"""A loss in our keeping: who bears it, and what it does to what was planned."""

from datetime import date

import pytest
from sqlalchemy import select

from storefront import db
from storefront.errors import Refusal
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.settlement import losses
from storefront.settlement.models import HouseholdMonth
from storefront.supply import lots, registry
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def lot(c):
    with db.transaction():
        return make.weigh(c, c.lin, c.first, 10_000)


def write_off(c, lot, grams, reason="rot", bearer="brand_fund", note="", key="loss"):
    with db.transaction():
        he = c.cast.he.actor
        return losses.write_off(
            lot.id, Grams(grams), reason, bearer, note=note, key=key, actor=he, now=NOW
        )


def agreed(c, lot, grams, reason="rot", note="short weight, seen by Sun and He", key="agreed"):
    loss = losses.Loss(lot_id=lot.id, grams=Grams(grams), reason=reason, note=note, key=key)
    with db.transaction():
        cast = c.cast
        return losses.write_off_agreed(loss, second=cast.sun.actor, actor=cast.he.actor, now=NOW)


def stock(lot):
    query = select(Lot.on_hand_g, Lot.available_g, Lot.state).where(Lot.id == lot.id)
    return tuple(db.session.execute(query).one())


def postings():
    query = select(Posting.account, Posting.fen, Posting.movement_id).order_by(Posting.id)
    return [tuple(row) for row in db.session.execute(query)]


def refused(*args, **facts):
    with pytest.raises(Refusal) as caught:
        write_off(*args, **facts)
    return caught.value.code


def test_a_loss_of_ours_is_owed_at_once_at_the_purchase_price(c, lot):
    movement = write_off(c, lot, 1_234)
    assert movement.owed_fen == Fen(864)  # 1.234 kg at 7.00, half a fen up
    assert postings() == [("brand_fund", 864, movement.id), ("share_due", -864, movement.id)]
    assert stock(lot) == (8_766, 8_766, "received")


def test_a_loss_is_income_of_its_own_kind(c, lot):
    write_off(c, lot, 1_000)
    (kept,) = db.session.scalars(select(HouseholdMonth)).all()
    assert (kept.product_id, kept.channel, kept.custody) == (0, "none", "none")
    assert (kept.grams, kept.retail_fen, kept.booked_fen, kept.due_fen) == (0, 0, 700, 700)


def test_village_and_status_are_those_of_the_day(c, lot):
    write_off(c, lot, 1_000)
    with db.transaction():
        wu = c.cast.wu.actor
        registry.set_status(c.lin, "monitored", date(2020, 1, 1), actor=wu, now=NOW)
        registry.move_household(c.lin, c.villages[1], actor=wu, now=NOW)
    movement = db.session.scalars(select(Movement).where(Movement.reason == "rot")).one()
    assert (movement.status, movement.village_id) == ("lifted", c.villages[0])


def test_a_loss_the_household_bears_books_nothing(c, lot):
    movement = agreed(c, lot, 500)
    assert (movement.owed_fen, movement.bearer) == (None, "household")
    assert db.session.scalars(select(Entry)).all() == []
    assert stock(lot)[0] == Grams(9_500)


def test_a_loss_the_household_bears_needs_a_reason_in_words(c, lot):
    assert refused(c, lot, 500, bearer="household", note="  ") == "loss_note_needed"


@pytest.mark.parametrize(
    ("grams", "reason", "bearer", "code"),
    [
        (10_001, "rot", "brand_fund", "loss_too_great"),
        (0, "rot", "brand_fund", "grams_out_of_range"),
        (-5, "rot", "brand_fund", "grams_out_of_range"),
        (10**9, "rot", "brand_fund", "grams_out_of_range"),
        (5, "weigh_in", "brand_fund", "loss_reason"),
        (5, "rot", "carrier", "loss_reason"),
    ],
)
def test_a_loss_that_makes_no_sense_changes_nothing(c, lot, grams, reason, bearer, code):
    assert refused(c, lot, grams, reason, bearer) == code
    assert stock(lot) == (10_000, 10_000, "received")


def test_a_key_that_named_another_lot_is_refused(c, lot):
    with db.transaction():
        other = make.weigh(c, c.zhao, c.first, 10_000)
    write_off(c, lot, 1_000)
    assert refused(c, other, 1_000) == "key_reused"
    assert stock(other) == (10_000, 10_000, "received")


def test_the_same_key_again_books_nothing_again(c, lot):
    first = write_off(c, lot, 1_000)
    assert write_off(c, lot, 1_000).id == first.id
    assert len(postings()) == 2
    assert stock(lot)[0] == Grams(9_000)


def test_what_was_planned_of_the_loss_moves_to_another_lot(c, lot):
    with db.transaction():
        order = make.order((make.BOX, 3))
    with db.transaction():
        other = make.weigh(c, c.zhao, c.first, 9_000)
    write_off(c, lot, 4_000)
    assert {row.lot_id for row in make.allocations(order.id, "planned")} == {other.id}
    assert stock(lot) == (6_000, 6_000, "received")


def test_what_finds_no_lot_falls_short_and_the_order_is_named(c, lot):
    with db.transaction():
        order = make.order((make.BOX, 3))
    write_off(c, lot, 4_000)
    assert [row.state for row in make.allocations(order.id) if row.state != "freed"] == ["short"]


def test_a_lot_that_is_all_lost_is_closed(c, lot):
    write_off(c, lot, 10_000)
    assert stock(lot) == (0, 0, "closed")


def test_a_declared_lot_has_nothing_to_lose(c):
    with db.transaction():
        declared = lots.declare(
            c.lin,
            c.first,
            Grams(5_000),
            harvested_on=date(2026, 9, 20),
            key="d",
            actor=c.cast.lin.actor,
            now=NOW,
        )
    assert refused(c, declared, 10) == "lot_not_received"
