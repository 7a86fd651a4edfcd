"""A household disputes a slip: nothing of it is paid until somebody has answered."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from storefront import db
from storefront.audit import AuditEvent
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.orders import parcels
from storefront.orders.models import Allocation
from storefront.reports.check import check
from storefront.settlement import disputes as answers
from storefront.settlement import losses, payruns
from storefront.settlement.disputes import Right
from storefront.settlement.due import due_rows
from storefront.supply import disputes, lots, weighing
from storefront.supply.disputes import DisputeAnswer, SlipDispute
from storefront.supply.models import Lot, Movement
from storefront.weight import FenPerKg, Grams
from tests import factories as make

NOW = make.NOW
LATER = NOW + 9 * make.DAY


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def lot(c):
    with db.transaction():
        return make.weigh(c, c.lin, c.first, 10_000)


def sold(c, *items):
    """Sell an order, through to its closing: its shares are due."""
    with db.transaction():
        order = make.order(*items)
    with db.transaction():
        make.pay(order.id)
    with db.transaction():
        make.dispatch(c, order.id)
    with db.transaction():
        make.close(c, order.id)
    return order


def say(c, lot, reason="weight", key="say", who="lin", words="", now=NOW):
    with db.transaction():
        actor = getattr(c.cast, who).actor
        return disputes.dispute(
            lot.slip_id, lot.id, reason, words=words, key=key, actor=actor, now=now
        )


def answer(c, said, decision, right=None, note="weighed again together", who="wu"):
    with db.transaction():
        actor = getattr(c.cast, who).actor
        return answers.answer(said.id, decision, note=note, right=right, actor=actor, now=NOW)


def stock(lot):
    query = select(Lot.on_hand_g, Lot.available_g, Lot.state).where(Lot.id == lot.id)
    on_hand, available, state = db.session.execute(query).one()
    return int(on_hand), int(available), state


def refusal(act, *args, **facts):
    with pytest.raises(Refusal) as caught:
        act(*args, **facts)
    db.session.rollback()
    return caught.value.code


def count(model):
    return len(db.session.scalars(select(model)).all())


def lawful():
    return [one.claim for one in check() if not one.ok]


def test_a_disputed_line_is_not_paid_and_the_others_are(c, lot):
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 10_000)
    for boxes in (2, 2):  # of who was given less so far
        sold(c, (make.BOX, boxes))
    before = due_rows(LATER.date())
    assert {row.household_id for row in before} == {c.lin, c.zhao}
    say(c, lot)
    assert {row.household_id for row in due_rows(LATER.date())} == {c.zhao}


def test_a_loss_of_a_disputed_lot_waits_too(c, lot):
    with db.transaction():
        facts = {"note": "", "key": "loss", "actor": c.cast.he.actor, "now": NOW}
        losses.write_off(lot.id, Grams(500), "rot", "brand_fund", **facts)
    say(c, lot)
    assert due_rows(LATER.date()) == []


@pytest.mark.parametrize("ended", ["refused", "withdrawn", "upheld"])
def test_an_answer_lets_it_be_paid(c, lot, ended):
    sold(c, (make.BOX, 1))
    before = due_rows(LATER.date())
    said = say(c, lot)
    assert due_rows(LATER.date()) == []
    if ended == "withdrawn":
        with db.transaction():
            disputes.withdraw(said.id, actor=c.cast.mei.actor, now=NOW)
    else:
        right = Right(c.first, Grams(11_000)) if ended == "upheld" else None
        answer(c, said, ended, right)
    assert due_rows(LATER.date()) == before
    assert lawful() == []


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_a_run_drafted_before_does_not_leave_with_what_is_disputed_since(c, lot, state):
    sold(c, (make.BOX, 1))
    with db.transaction():
        run = payruns.draft(LATER.date(), actor=c.cast.wu.actor, now=LATER).id
    qiao, wu = c.cast.qiao.actor, c.cast.wu.actor
    if state == "approved":
        with db.transaction():
            payruns.approve(run, actor=qiao, now=LATER)
    said = say(c, lot, now=LATER)

    def go_on():
        with db.transaction():
            if state == "draft":
                payruns.approve(run, actor=qiao, now=LATER)
            payruns.export(run, actor=wu, now=LATER)

    assert refusal(go_on) == "pay_run_disputed"
    assert db.session.scalars(select(Allocation.state)).all() == ["due"]
    answer(c, said, "refused")
    go_on()


def test_said_five_times_it_is_said_once(c, lot):
    assert {say(c, lot).id for _ in range(5)} == {1}
    assert refusal(say, c, lot, key="another") == "disputed_already"
    assert count(SlipDispute) == 1


def test_only_its_household_disputes_and_only_what_stands_on_the_slip(c, lot):
    for who in ("zhao", "sun", "he", "wu"):
        with pytest.raises(Forbidden):
            say(c, lot, who=who)
        db.session.rollback()
    with db.transaction():
        other = make.weigh(c, c.zhao, c.first, 1_000)
    with pytest.raises(NotFound):
        say(c, SimpleNamespace(slip_id=lot.slip_id, id=other.id))
    db.session.rollback()
    assert refusal(say, c, lot, reason="mood") == "dispute_reason"


def test_while_it_waits_the_household_does_not_agree_too(c, lot):
    said = say(c, lot)

    def agree():
        with db.transaction():
            weighing.confirm_slip(lot.slip_id, actor=c.cast.lin.actor, now=NOW)

    assert refusal(agree) == "slip_disputed"
    with db.transaction():
        disputes.withdraw(said.id, actor=c.cast.lin.actor, now=NOW)
    agree()


@pytest.mark.parametrize("who", ["wu", "he"])
def test_an_officer_or_an_operator_answers_and_nobody_else(c, lot, who):
    said = say(c, lot)
    for other in ("sun", "lin", "qiao"):
        with pytest.raises(Forbidden):
            answer(c, said, "refused", who=other)
        db.session.rollback()
    assert refusal(answer, c, said, "refused", note=" ") == "dispute_note_needed"
    assert refusal(answer, c, said, "upheld") == "dispute_decision"
    assert refusal(answer, c, said, "withdrawn") == "dispute_decision"
    answer(c, said, "refused", who=who)
    answer(c, said, "refused", who=who)
    assert refusal(answer, c, said, "upheld", Right(c.first, Grams(1))) == "dispute_answered"
    assert count(DisputeAnswer) == 1
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.object_kind == "slip"))
    assert verbs.all() == ["weigh_in", "dispute", "answer_dispute"]


def test_who_weighed_it_does_not_answer(c):
    with db.transaction():
        he = c.cast.he.actor
        row = weighing.Weighed(c.first, Grams(5_000), Grams(0), Grams(0))
        delivery = weighing.Delivery(c.lin, NOW.date(), (row,))
        slip = weighing.weigh_in(delivery, key="d", actor=he, now=NOW)
        own = db.session.scalars(select(Lot).where(Lot.slip_id == slip.id)).one()
    said = say(c, own)
    assert refusal(answer, c, said, "refused", who="he") == "own_slip"
    answer(c, said, "refused", who="wu")


@pytest.mark.parametrize(("net", "on_hand"), [(12_000, 12_000), (9_000, 9_000), (0, 0)])
def test_a_weight_is_put_right_by_a_movement_and_the_slip_stays(c, lot, net, on_hand):
    given = answer(c, say(c, lot), "upheld", Right(c.first, Grams(net)))
    moved = db.get(Movement, given.movement_id)
    assert (moved.reason, int(moved.grams)) == ("correct", net - 10_000)
    assert stock(lot) == (on_hand, on_hand, "received" if net else "closed")
    assert db.get(Lot, lot.id).net_g == Grams(10_000)
    assert lawful() == []


def test_less_than_was_planned_moves_the_orders_or_names_them_short(c, lot):
    with db.transaction():
        order = make.order((make.BOX, 3))
    answer(c, say(c, lot), "upheld", Right(c.first, Grams(5_000)))
    states = [row.state for row in make.allocations(order.id)]
    assert "short" in states
    assert lawful() == []


def test_what_has_left_is_not_taken_back(c, lot):
    sold(c, (make.BOX, 2))
    said = say(c, lot, "not_ours")
    wrong = Right(c.first, Grams(0))
    assert refusal(answer, c, said, "upheld", wrong) == "correction_too_great"
    assert refusal(answer, c, said, "upheld", Right(c.first, Grams(10_000))) == "nothing_corrected"
    answer(c, said, "upheld", Right(c.first, Grams(5_000)))
    assert lawful() == []


def test_another_grade_goes_into_a_lot_of_its_own_at_the_price_of_that_day(c, lot):
    with db.transaction():
        lots.hold(lot.id, "residue", actor=c.cast.he.actor, now=NOW)
    given = answer(c, say(c, lot, "grade"), "upheld", Right(c.top, Grams(11_000)))
    new = db.get(Lot, given.lot_id)
    assert stock(lot) == (0, 0, "closed")
    assert (stock(new), new.purchase_price) == ((11_000, 11_000, "received"), FenPerKg(940))
    assert (new.slip_id, new.grade_id, new.received_at) == (lot.slip_id, c.top, NOW)
    assert lots.is_held(new.id)
    assert lawful() == []


def test_more_of_a_lot_that_is_gone_comes_into_a_new_one(c, lot):
    with db.transaction():
        actor = c.cast.lin.actor
        lots.take_back(lot.id, Grams(10_000), key="t", actor=actor, now=NOW)
    with db.transaction():
        parcels.close_empty_lots(now=NOW)
    assert stock(lot) == (0, 0, "closed")
    said = say(c, lot)
    assert refusal(answer, c, said, "upheld", Right(c.first, Grams(1))) == "correction_too_great"
    given = answer(c, said, "upheld", Right(c.first, Grams(12_500)))
    assert stock(db.get(Lot, given.lot_id)) == (2_500, 2_500, "received")
    assert lawful() == []
