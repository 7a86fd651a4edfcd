"""Wrong tries close an account for a while, whoever tries and however many at once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from storefront import db
from storefront.accounts import locks, sign_ins
from storefront.accounts.models import SignInTry, User
from storefront.audit import AuditEvent
from storefront.crypto import keyring
from storefront.errors import Refusal
from tests import factories as make
from tests.people import PASSWORD
from tests.rooms.test_accounts import sign_in

NOW = make.NOW
MINUTE = timedelta(minutes=1)
WRONG = "a guess"


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


def refused(typed, password=WRONG, now=NOW):
    with pytest.raises(Refusal) as refusal:
        sign_in(typed, password, now)
    return refusal.value


def note(proof):
    with db.transaction():
        answer = sign_ins.note(proof, now=NOW)
    return answer.code if isinstance(answer, Refusal) else "signed in"


def close(typed, now=NOW):
    return [refused(typed, now=now) for _ in range(locks.FREE_TRIES)][-1]


def verbs():
    return list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.id)))


@given(st.integers(0, 1000))
def test_a_lock_never_gets_shorter_and_never_longer_than_an_hour(failed):
    assert locks.locked_for(failed) <= locks.locked_for(failed + 1) <= locks.LONGEST


def test_four_wrong_tries_are_forgiven_and_the_fifth_locks(cast):
    for _ in range(4):
        assert refused(cast.wu.identifier).code == "wrong_password"
    assert refused(cast.wu.identifier).code == "sign_in_locked"


def test_the_right_password_is_refused_while_locked_and_told_until_when(cast):
    until = close(cast.wu.identifier).facts["until"]
    assert until == NOW + MINUTE
    early = refused(cast.wu.identifier, PASSWORD, until - timedelta(seconds=1))
    assert (early.code, early.facts["until"]) == ("sign_in_locked", until)
    assert sign_in(cast.wu.identifier, PASSWORD, until).actor == cast.wu.actor


def test_every_further_wrong_try_locks_for_twice_as_long(cast):
    now = close(cast.wu.identifier).facts["until"]
    for minutes in (2, 4, 8, 16, 32, 60, 60):
        until = refused(cast.wu.identifier, now=now).facts["until"]
        assert until == now + minutes * MINUTE
        now = until


def test_signing_in_begins_the_count_anew_and_so_does_a_day(cast):
    for _ in range(4):
        refused(cast.lin.identifier)
    sign_in(cast.lin.identifier, PASSWORD)
    for _ in range(4):
        assert refused(cast.lin.identifier).code == "wrong_password"
    tomorrow = NOW + locks.FORGOTTEN_AFTER
    assert refused(cast.lin.identifier, now=tomorrow).code == "wrong_password"


def test_a_person_nobody_knows_is_locked_out_by_the_same_sentence(cast):
    known = close(cast.wu.identifier)
    unknown = close("13800000077")
    assert (unknown.code, unknown.facts) == (known.code, known.facts)
    drawer = db.session.scalars(select(SignInTry.key).where(SignInTry.key.like("nobody:%"))).one()
    assert "13800000077" not in drawer


def test_the_phone_and_the_email_of_one_account_are_one_count(cast):
    with db.transaction():
        user = db.lock_one(User, cast.wu.actor.user_id)
        user.email, user.email_digest = "wu@example.com", keyring.digest("wu@example.com")
    for typed in (cast.wu.identifier, "wu@example.com") * 2:
        assert refused(typed).code == "wrong_password"
    assert refused("wu@example.com").code == "sign_in_locked"


def test_somebody_else_lifts_a_lock_and_nobody_their_own(cast):
    close(cast.lin.identifier)
    user_id = cast.lin.actor.user_id
    with pytest.raises(Refusal, match="own_lock"), db.transaction():
        locks.lift(user_id, actor=cast.lin.actor, now=NOW)
    with db.transaction():
        locks.lift(user_id, actor=cast.qiao.actor, now=NOW)
    assert sign_in(cast.lin.identifier, PASSWORD).actor == cast.lin.actor
    with db.transaction():
        locks.lift(user_id, actor=cast.qiao.actor, now=NOW)
    assert verbs()[-3:] == ["locked", "unlocked", "sign_in"]


def test_every_try_is_written_down_without_what_was_typed(cast):
    close(cast.wu.identifier)
    refused("13800000077")
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.verb != "add_user")).all()
    mine = [row for row in rows if row.object_kind == "user"]
    assert [row.verb for row in mine] == ["sign_in_failed"] * 5 + ["locked"]
    assert {row.object_code for row in mine} == {str(cast.wu.actor.user_id)}
    assert cast.wu.identifier not in str([row.facts for row in mine])


def test_of_many_guesses_at_once_only_the_free_ones_are_answered(app, cast):
    """The right password among them may be luck; what came after the lock is refused."""
    barrier, answers = Barrier(12), []

    def guess():
        with app.app_context():
            proof = sign_ins.prove(cast.wu.identifier, WRONG, now=NOW)
            barrier.wait()
            answers.append(note(proof))
            db.session.remove()

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["sign_in_locked"] * 8 + ["wrong_password"] * 4
    assert db.session.scalars(select(SignInTry.failed)).one() == locks.FREE_TRIES


def test_the_right_password_that_comes_after_the_lock_is_refused_too(cast):
    """It was looked at before the account was locked, and noted after."""
    proof = sign_ins.prove(cast.wu.identifier, PASSWORD, now=NOW)
    close(cast.wu.identifier)
    assert note(proof) == "sign_in_locked"


def test_a_password_changed_while_it_was_looked_at_is_no_longer_right(cast):
    proof = sign_ins.prove(cast.wu.identifier, PASSWORD, now=NOW)
    with db.transaction():
        db.lock_one(User, cast.wu.actor.user_id).password_hash = "another"
    assert note(proof) == "wrong_password"
