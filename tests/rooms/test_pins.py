"""PINs that agents give: changed at first use, and for seven days the agent's word."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import db
from storefront.accounts import locks, own, pins
from storefront.accounts.models import PinReset
from storefront.accounts.passwords import vault
from storefront.accounts.people import load_user
from storefront.audit import AuditEvent
from storefront.errors import NotFound, Refusal
from storefront.settlement import answers, payruns
from storefront.settlement.models import Confirmation, PayItem
from storefront.supply import weighing
from storefront.supply.models import Lot
from tests import factories as make
from tests.people import PASSWORD
from tests.rooms.test_accounts import sign_in

NOW = make.NOW
WEEK = timedelta(days=7)
MOMENT = timedelta(microseconds=1)
PIN = "271828"


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


def give(c, person, now=NOW):
    with db.transaction():
        pins.give(person.actor.user_id or 0, vault.hash(PIN), actor=c.cast.sun.actor, now=now)


def change(person, secret, current=PIN, now=NOW):
    proof = own.prove(person.actor, current, now=now)
    with db.transaction():
        answer = own.change(person.actor, proof, vault.hash(secret), now=now)
    if isinstance(answer, Refusal):
        raise answer
    return answer


def test_a_given_pin_takes_the_place_of_the_password_and_must_be_changed(c):
    give(c, c.cast.lin)
    with pytest.raises(Refusal, match="wrong_password"):
        sign_in(c.cast.lin.identifier, PASSWORD)
    person = sign_in(c.cast.lin.identifier, PIN)
    assert person.must_choose
    assert not change(c.cast.lin, "314159").must_choose
    assert not sign_in(c.cast.lin.identifier, "314159").must_choose


def test_a_given_pin_ends_the_sessions_lifts_the_lock_and_is_a_row_with_when(c):
    for _ in range(locks.FREE_TRIES):
        with pytest.raises(Refusal):
            sign_in(c.cast.lin.identifier, "guess")
    give(c, c.cast.lin)
    assert load_user(c.cast.lin.actor.user_id or 0, 1) is None
    assert sign_in(c.cast.lin.identifier, PIN).actor == c.cast.lin.actor
    row = db.session.scalars(select(PinReset)).one()
    assert (row.user_id, row.by_user_id, row.at) == (
        c.cast.lin.actor.user_id,
        c.cast.sun.actor.user_id,
        NOW,
    )


def test_only_a_member_of_a_household_is_given_a_pin(c):
    with pytest.raises(NotFound):
        give(c, c.cast.wu)


def test_changing_it_ends_every_other_session_and_needs_what_holds_now(c):
    with pytest.raises(Refusal, match="current_wrong"):
        change(c.cast.lin, "314159", current="guess")
    version = change(c.cast.lin, "314159", current=PASSWORD).session_version
    user_id = c.cast.lin.actor.user_id or 0
    assert load_user(user_id, version - 1) is None
    assert load_user(user_id, version) is not None


def test_guessing_at_the_change_locks_like_guessing_at_the_door(c):
    for _ in range(locks.FREE_TRIES - 1):
        with pytest.raises(Refusal, match="current_wrong"):
            change(c.cast.lin, "314159", current="guess")
    with pytest.raises(Refusal, match="sign_in_locked"):
        change(c.cast.lin, "314159", current="guess")
    with pytest.raises(Refusal, match="sign_in_locked"):
        change(c.cast.lin, "314159", current=PASSWORD)


def paid_item(c):
    """A household's share, paid by the bank and not confirmed yet."""
    with db.transaction():
        make.weigh(c, c.lin, c.first, 10_000)
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        make.dispatch(c, order.id)
        make.close(c, order.id)
    with db.transaction():
        run = payruns.draft((NOW + 9 * make.DAY).date(), actor=c.cast.wu.actor, now=NOW)
        payruns.approve(run.id, actor=c.cast.qiao.actor, now=NOW)
        payruns.export(run.id, actor=c.cast.wu.actor, now=NOW)
        item = db.session.scalars(select(PayItem.id).where(PayItem.run_id == run.id)).one()
        answers.record_result(item, ok=True, reason="", actor=c.cast.wu.actor, now=NOW)
    return item


CASES = [
    (timedelta(0), "agent"),
    (WEEK, "agent"),
    (WEEK + MOMENT, "phone"),
]


@pytest.mark.parametrize(("later", "how"), CASES)
def test_money_confirmed_within_seven_days_of_a_reset_counts_as_through_the_agent(c, later, how):
    item = paid_item(c)
    give(c, c.cast.lin)
    with db.transaction():
        answers.confirm_received(item, "phone", actor=c.cast.lin.actor, now=NOW + later)
    assert db.session.scalars(select(Confirmation.how)).one() == how
    told = select(AuditEvent.facts).where(AuditEvent.verb == "confirm_received")
    assert db.session.scalars(told).one()["how"] == how


@pytest.mark.parametrize(("later", "how"), CASES)
def test_a_slip_confirmed_within_seven_days_of_a_reset_counts_as_through_the_agent(c, later, how):
    with db.transaction():
        lot = make.weigh(c, c.lin, c.first, 10_000)
    give(c, c.cast.lin)
    with db.transaction():
        weighing.confirm_slip(lot.slip_id or 0, actor=c.cast.lin.actor, now=NOW + later)
    assert db.session.scalars(select(Lot.confirmed_how)).one() == how


def test_the_reset_of_one_member_says_nothing_of_another(c):
    item = paid_item(c)
    give(c, c.cast.mei)
    with db.transaction():
        answers.confirm_received(item, "phone", actor=c.cast.lin.actor, now=NOW)
    assert db.session.scalars(select(Confirmation.how)).one() == "phone"


def test_the_newest_reset_counts(c):
    give(c, c.cast.lin, NOW)
    give(c, c.cast.lin, NOW + WEEK)
    assert pins.confirmed_how(c.cast.lin.actor, now=NOW + 2 * WEEK) == "agent"
