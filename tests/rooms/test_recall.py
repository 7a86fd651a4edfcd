"""A lot is held, and released or destroyed; who bears a loss takes two people."""

import pytest
from sqlalchemy import select

from storefront import db
from storefront.errors import Forbidden, Refusal
from storefront.money import Fen
from storefront.orders import packing
from storefront.orders.models import Allocation
from storefront.reports.check import check
from storefront.settlement import loss_cases, losses, recall, sales
from storefront.settlement.loss_cases import LossCase
from storefront.supply import lots
from storefront.supply.models import Lot, LotHold, Movement
from storefront.weight import Grams
from tests import factories as make
from tests.racing import at_once

NOW = make.NOW


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 10_000)
    return county


@pytest.fixture
def lot(c):
    return db.session.scalars(select(Lot)).one()


def broken():
    return [one for one in check() if not one.ok]


def code_of(act):
    with pytest.raises(Refusal) as refused, db.transaction():
        act()
    return refused.value.code


def hold(c, lot):
    with db.transaction():
        lots.hold(lot.id, "residue", actor=c.cast.he.actor, now=NOW)


def destroy(c, lot, key="gone"):
    with db.transaction():
        return recall.destroy(lot.id, note="residue", key=key, actor=c.cast.he.actor, now=NOW)


def paid(*items):
    with db.transaction():
        order = make.order(*items)
        make.pay(order.id)
    return order


def another(c, grams=9_000):
    with db.transaction():
        return make.weigh(c, c.zhao, c.first, grams)


def test_a_held_lot_is_destroyed_at_our_cost_and_on_record(c, lot):
    """10 kg at 7.00 are 70.00, owed at once."""
    hold(c, lot)
    moved = destroy(c, lot)
    assert (moved.reason, moved.bearer, moved.owed_fen) == ("recall", "brand_fund", Fen(7_000))
    ended = db.session.scalars(select(LotHold)).one()
    assert (ended.ended, ended.released_by) == ("destroyed", c.cast.he.actor.user_id)
    assert db.get(Lot, lot.id).state == "closed"
    assert broken() == []


def test_the_same_destruction_twice_is_one(c, lot):
    hold(c, lot)
    assert destroy(c, lot).id == destroy(c, lot).id
    other = another(c)
    hold(c, other)
    he = c.cast.he.actor
    reused = {"note": "", "key": "gone", "actor": he, "now": NOW}
    assert code_of(lambda: recall.destroy(other.id, **reused)) == "key_reused"


def test_what_was_planned_of_it_moves_or_falls_short_with_its_order_named(c, lot):
    placed, short = paid((make.BOX, 1)), paid((make.BOX, 2))
    other = another(c, 3_000)
    hold(c, lot)
    destroy(c, lot)
    states = {row.state: row.lot_id for row in make.allocations(placed.id) if row.is_live}
    states |= {row.state: row.lot_id for row in make.allocations(short.id) if row.is_live}
    assert states in ({"planned": other.id, "short": None}, {"short": None})
    assert broken() == []


def test_only_a_held_lot_is_destroyed_and_only_by_an_operator(c, lot):
    he, sun = c.cast.he.actor, c.cast.sun.actor

    def act(who):
        recall.destroy(lot.id, note="", key="k", actor=who, now=NOW)

    assert code_of(lambda: act(he)) == "lot_not_held"
    with pytest.raises(Forbidden), db.transaction():
        act(sun)


def test_a_packed_crate_comes_out_before_its_lot_is_destroyed(c, lot):
    order = paid((make.BOX, 1))
    with db.transaction():
        parcel = make.pack(c, order.id)
    other = another(c)
    hold(c, lot)
    he = c.cast.he.actor

    def act():
        recall.destroy(lot.id, note="", key="k", actor=he, now=NOW)

    assert code_of(act) == "crates_still_packed"
    (row,) = make.allocations(order.id, "packed")
    with db.transaction():
        done = packing.exchange_crate(row.id, f"{other.code}-1", "typed", actor=he, now=NOW)
    assert (done.swapped, done.parcel_packed) == (True, True)
    (packed,) = make.allocations(order.id, "packed")
    assert (packed.household_id, packed.lot_id) == (c.zhao, other.id)
    destroy(c, lot)
    assert broken() == []
    assert parcel.state == "packed"


def test_a_parcel_with_a_held_crate_does_not_leave(c, lot):
    order = paid((make.BOX, 1))
    with db.transaction():
        parcel = make.pack(c, order.id).id
    hold(c, lot)
    he = c.cast.he.actor
    assert code_of(lambda: sales.dispatch(parcel, "SF", "SF1", actor=he, now=NOW)) == "parcel_held"
    with db.transaction():
        lots.release(lot.id, actor=he, now=NOW)
    with db.transaction():
        assert sales.dispatch(parcel, "SF", "SF1", actor=he, now=NOW).state == "dispatched"


def test_a_misread_label_is_put_right_once(c, lot):
    """Another crate of the same lot: the same grams, the same share, the label that is true."""
    order = paid((make.BOX, 1))
    with db.transaction():
        make.pack(c, order.id)
    (row,) = make.allocations(order.id, "packed")
    for _ in range(2):
        with db.transaction():
            crate = f"{lot.code}-9"
            packing.exchange_crate(row.id, crate, "typed", actor=c.cast.he.actor, now=NOW)
    (packed,) = make.allocations(order.id, "packed")
    assert (packed.crate, packed.share_fen) == (f"{lot.code}-09", row.share_fen)
    assert db.get(Lot, lot.id).on_hand_g == Grams(7_500)
    assert broken() == []


def test_a_crate_that_has_left_is_not_exchanged(c, lot):
    order = paid((make.BOX, 1))
    with db.transaction():
        make.dispatch(c, order.id)
    (row,) = make.allocations(order.id)
    he = c.cast.he.actor
    facts = {"actor": he, "now": NOW}
    crate = f"{lot.code}-9"
    assert code_of(lambda: packing.exchange_crate(row.id, crate, "typed", **facts)) == "parcel_step"


def test_a_lot_held_while_its_order_is_placed_or_packed_is_one_or_the_other(app, c, lot):
    """Whoever comes first is first: nothing of a held lot is planned or packed afterwards."""
    order = paid((make.BOX, 1))
    (row,) = make.allocations(order.id)
    row_id, crate, he = row.id, make.crate_of(row), c.cast.he.actor
    said = at_once(
        app,
        lambda: packing.confirm_crate(row_id, crate, "typed", actor=he, now=NOW),
        lambda: lots.hold(lot.id, "residue", actor=he, now=NOW),
        lambda: make.order((make.BOX, 1)),
    )
    assert said[0] in {"done", "lot_held"}
    assert said[1] == "done"
    assert said[2] in {"done", "sold_out", "busy"}
    assert broken() == []


def test_two_who_destroy_at_once_destroy_once(app, c, lot):
    hold(c, lot)
    he = c.cast.he.actor

    def act(key):
        return lambda: recall.destroy(lot.id, note="", key=key, actor=he, now=NOW)

    said = at_once(app, act("one"), act("two"))
    assert said.count("done") == 1
    assert db.session.scalars(select(Movement.reason)).all().count("recall") == 1
    assert broken() == []


def test_a_release_and_a_destruction_at_once_are_one_of_them(app, c, lot):
    hold(c, lot)
    he = c.cast.he.actor
    at_once(
        app,
        lambda: recall.destroy(lot.id, note="", key="k", actor=he, now=NOW),
        lambda: lots.release(lot.id, actor=he, now=NOW),
    )
    hold_ = db.session.scalars(select(LotHold)).one()
    recalled = db.session.scalars(select(Movement.reason)).all().count("recall")
    assert (hold_.ended, recalled) in {("destroyed", 1), ("released", 0)}
    assert broken() == []


# -- who bears it


def put(c, lot, grams=500, key="case", who=None):
    with db.transaction():
        return loss_cases.put_case(
            lot.id,
            Grams(grams),
            "theft",
            evidence="a hole in the fence, photographed",
            key=key,
            actor=(who or c.cast.sun).actor,
            now=NOW,
        )


def decide(case, who, decision):
    with db.transaction():
        return loss_cases.decide_case(case.id, decision, actor=who.actor, now=NOW)


def test_nothing_moves_by_the_word_of_one(c, lot):
    put(c, lot)
    assert db.get(Lot, lot.id).on_hand_g == Grams(10_000)
    assert put(c, lot).id == put(c, lot).id


def test_two_people_put_a_loss_on_its_household(c, lot):
    case = decide(put(c, lot), c.cast.he, "household")
    moved = db.get(Movement, case.movement_id or 0)
    assert (moved.bearer, moved.owed_fen, moved.grams) == ("household", None, -500)
    assert {moved.actor_user_id, moved.second_user_id} == {
        c.cast.sun.actor.user_id,
        c.cast.he.actor.user_id,
    }
    assert decide(case, c.cast.he, "household").movement_id == moved.id
    assert broken() == []


def test_the_second_person_may_say_that_it_is_ours(c, lot):
    case = decide(put(c, lot), c.cast.wu, "brand_fund")
    assert db.get(Movement, case.movement_id or 0).owed_fen == Fen(350)
    assert broken() == []


def test_who_said_it_cannot_agree_but_may_drop_it(c, lot):
    case, he = put(c, lot, who=c.cast.he), c.cast.he
    for decision in ("household", "brand_fund"):
        with pytest.raises(Refusal, match="second_person"):
            decide(case, he, decision)
    assert decide(case, he, "dropped").movement_id is None
    with pytest.raises(Refusal, match="loss_case_decided"):
        decide(case, c.cast.wu, "household")


def test_two_agents_are_not_enough(c, lot):
    case = put(c, lot)
    with pytest.raises(Forbidden):
        decide(case, c.cast.gao, "household")
    loss = losses.Loss(lot_id=lot.id, grams=Grams(5), reason="rot", note="seen", key="k")
    gao, sun = c.cast.gao.actor, c.cast.sun.actor
    with pytest.raises(Refusal, match="second_person"), db.transaction():
        losses.write_off_agreed(loss, second=gao, actor=sun, now=NOW)


def test_one_person_alone_puts_nothing_on_a_household(c, lot):
    he = c.cast.he.actor
    asked = (lot.id, Grams(5), "rot", "household")
    facts = {"note": "seen", "key": "k", "actor": he, "now": NOW}
    assert code_of(lambda: losses.write_off(*asked, **facts)) == "second_person"
    loss = losses.Loss(lot_id=lot.id, grams=Grams(5), reason="rot", note="seen", key="k")
    agreed = {"second": he, "actor": he, "now": NOW}
    assert code_of(lambda: losses.write_off_agreed(loss, **agreed)) == "second_person"


def test_two_who_decide_at_once_decide_once(app, c, lot):
    case = put(c, lot).id

    def say(who, decision):
        return lambda: loss_cases.decide_case(case, decision, actor=who.actor, now=NOW)

    said = at_once(app, say(c.cast.he, "household"), say(c.cast.wu, "brand_fund"))
    assert sorted(said) == ["done", "loss_case_decided"]
    decided = db.session.scalars(select(LossCase)).one()
    assert decided.decision in {"household", "brand_fund"}
    assert broken() == []


def test_nobody_packs_what_was_planned_before_the_hold(c, lot):
    order = paid((make.BOX, 1))
    hold(c, lot)
    (row,) = make.allocations(order.id)
    he = c.cast.he.actor
    facts = {"actor": he, "now": NOW}
    crate = make.crate_of(row)
    assert code_of(lambda: packing.confirm_crate(row.id, crate, "typed", **facts)) == "lot_held"
    assert db.session.scalars(select(Allocation.state)).all() == ["planned"]
