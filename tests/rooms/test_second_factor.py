"""The second factor: a code is taken once, a clock may be a step off, a lost phone is no end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from storefront import db
from storefront.accounts import codes, second_factor
from storefront.accounts.models import RecoveryCode
from storefront.accounts.people import load_user
from storefront.audit import AuditEvent
from storefront.errors import NotFound, Refusal
from tests import factories as make
from tests.doors.shopping import full_width

NOW = make.NOW + make.DAY
STEP = timedelta(seconds=codes.SECONDS)
SECRET = codes.new_secret()


@pytest.fixture
def wu(app):
    with db.transaction():
        return make.county().cast.wu


def number(person):
    return person.actor.user_id or 0


def code_of(person, now=NOW, steps=0):
    return codes.code_at(person.phone.secret, codes.step_of(now) + steps)


def send(person, typed, now=NOW, verb="sign_in"):
    """Send a code; return why it is not taken, if it is not."""
    with db.transaction():
        refusal = second_factor.check(person.actor, typed, verb=verb, now=now)
    return refusal.code if refusal is not None else None


def verbs():
    events = select(AuditEvent).where(AuditEvent.object_kind == "user").order_by(AuditEvent.id)
    return [event.verb for event in db.session.scalars(events) if event.verb != "add_user"]


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, SHA-1, the last six of eight digits."""
    secret = "GEZDGNBVGY3TQOJQ" * 2
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: codes.code_at(secret, at // 30) for at in known} == known


@given(st.integers(-40, 40), st.datetimes())
def test_only_the_codes_of_a_step_before_and_after_match(off, naive):
    now = naive.replace(tzinfo=make.NOW.tzinfo, year=2026)
    typed = codes.code_at(SECRET, codes.step_of(now) + off)
    found = codes.matching_step(SECRET, typed, now)
    near = {codes.code_at(SECRET, codes.step_of(now) + step) for step in (-1, 0, 1)}
    assert (found is not None) == (typed in near)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_a_step_off_either_way(wu, steps):
    assert send(wu, code_of(wu, steps=steps)) is None


@pytest.mark.parametrize("write", [" {} ".format, "{0:.3} {0:.3}".format, full_width])
def test_a_code_is_read_however_it_is_typed(wu, write):
    code = code_of(wu)
    typed = f"{code[:3]} {code[3:]}" if " " in write(code).strip() else write(code)
    assert send(wu, typed) is None


def test_a_code_is_never_taken_twice_nor_one_from_before_it(wu):
    assert send(wu, code_of(wu)) is None
    assert send(wu, code_of(wu)) == "code_used"
    assert send(wu, code_of(wu), NOW + STEP) == "code_used"
    assert send(wu, code_of(wu, steps=-1)) == "code_used"
    assert send(wu, code_of(wu, steps=1)) is None


def test_the_code_of_the_enrolment_is_used_up_too(wu):
    with db.transaction():
        second_factor.prepare(number(wu))
    secret = second_factor.standing(number(wu)).pending_secret or ""
    code = codes.code_at(secret, codes.step_of(NOW))
    with db.transaction():
        second_factor.confirm(wu.actor, code, now=NOW)
    assert send(wu, code) == "code_used"


@pytest.mark.parametrize(("steps", "minutes"), [(4, 2), (-4, 2), (10, 5), (2, 1)])
def test_a_clock_two_minutes_off_is_told_so_kindly(wu, steps, minutes):
    with db.transaction():
        refusal = second_factor.check(wu.actor, code_of(wu, steps=steps), verb="sign_in", now=NOW)
    assert refusal is not None
    assert (refusal.code, refusal.facts["minutes"]) == ("code_clock_off", minutes)


def test_a_code_of_the_minutes_to_come_is_no_longer_good_once_it_was_shown(wu):
    """Else who is told that the clock is off would only have to wait."""
    ahead = code_of(wu, steps=4)
    assert send(wu, ahead) == "code_clock_off"
    assert send(wu, ahead, NOW + 4 * STEP) == "code_used"


@pytest.mark.parametrize("wrong", ["000000", "12345", "abcdef", "", "1" * 40, "½½½½½½"])
def test_a_wrong_code_is_refused_and_counted(wu, wrong):
    assert send(wu, wrong) == "code_wrong"
    assert verbs() == ["code_refused"]


def test_wrong_codes_lock_the_account_also_for_the_right_one(wu):
    assert [send(wu, "000000") for _ in range(5)][-1] == "sign_in_locked"
    assert send(wu, code_of(wu)) == "sign_in_locked"
    assert verbs()[-2:] == ["code_refused", "locked"]


def enrolled_anew(person):
    with db.transaction():
        return second_factor.renew_codes(person.actor, now=NOW)


def test_each_recovery_code_is_good_once_however_it_is_typed(wu):
    first, second, *_ = enrolled_anew(wu)
    assert send(wu, codes.in_groups(first).lower()) is None
    assert send(wu, first) == "code_wrong"
    assert send(wu, f" {second} ") is None
    assert second_factor.standing(number(wu)).codes_left == codes.RECOVERY_CODES - 2
    assert verbs().count("recovery_code_used") == 2


def test_a_recovery_code_of_somebody_else_is_wrong(app):
    with db.transaction():
        cast = make.county().cast
    code, *_ = enrolled_anew(cast.wu)
    assert send(cast.qiao, code) == "code_wrong"


def test_new_recovery_codes_end_the_old_ones(wu):
    old, *_ = enrolled_anew(wu)
    enrolled_anew(wu)
    assert send(wu, old) == "code_wrong"


def test_neither_secret_nor_recovery_codes_can_be_read_in_the_database(wu):
    code, *_ = enrolled_anew(wu)
    kept = [
        *db.session.scalars(text("SELECT secret FROM second_factor")),
        *db.session.scalars(select(RecoveryCode.digest)),
    ]
    assert wu.phone.secret not in str(kept)
    assert code not in str(kept)


def test_a_lost_second_factor_is_taken_away_by_somebody_else_and_ends_the_sessions(app):
    with db.transaction():
        cast = make.county().cast
    user_id = number(cast.wu)
    with pytest.raises(Refusal, match="own_factor"), db.transaction():
        second_factor.reset(user_id, actor=cast.wu.actor, now=NOW)
    with db.transaction():
        second_factor.reset(user_id, actor=cast.qiao.actor, now=NOW)
    assert load_user(user_id, 1) is None
    again = load_user(user_id, 2)
    assert again is not None
    assert again.must_enrol
    assert second_factor.standing(user_id).codes_left == 0
    assert send(cast.wu, code_of(cast.wu)) == "factor_not_begun"
    with pytest.raises(Refusal, match="factor_not_begun"), db.transaction():
        second_factor.reset(user_id, actor=cast.qiao.actor, now=NOW)
    with pytest.raises(NotFound), db.transaction():
        second_factor.reset(9_999, actor=cast.qiao.actor, now=NOW)


def test_who_works_here_must_enrol_and_a_household_need_not(app):
    with db.transaction():
        cast = make.county().cast
    people = (load_user(number(person), 1) for person in (cast.lin, cast.wu))
    assert [person.must_enrol for person in people if person] == [False, False]


def test_a_code_of_another_secret_enrols_nothing(wu):
    with db.transaction():
        second_factor.prepare(number(wu))
    with pytest.raises(Refusal, match="code_wrong"), db.transaction():
        second_factor.confirm(wu.actor, code_of(wu), now=NOW)
    assert send(wu, code_of(wu)) is None, "what was enrolled before stays in force"
