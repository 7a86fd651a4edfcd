"""Who can sign in, and how."""

from dataclasses import replace
from time import process_time

import pytest
from sqlalchemy import event

from storefront import db
from storefront.accounts import people, sign_ins
from storefront.accounts.models import User
from storefront.accounts.passwords import LONGEST, Vault, vault
from storefront.accounts.people import UserDraft
from storefront.actors import Actor
from storefront.errors import Refusal
from tests import factories as make
from tests.people import PASSWORD

NOW = make.NOW
FAN = UserDraft(
    name="范例甲",
    password_hash="not a hash",
    roles=("operator",),
    phone="138 0000 0020",
    email="Fan@Example.com",
)


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


def full_width(digits):
    """Write digits as a Chinese keyboard may."""
    return "".join(chr(ord(digit) + ord("\N{FULLWIDTH DIGIT ZERO}") - ord("0")) for digit in digits)


def add(draft):
    with db.transaction():
        return people.add_user(draft, actor=Actor.shop(), now=NOW)


def sign_in(typed, password, now=NOW):
    """Sign in as the door does: prove first, then note it in a transaction."""
    proof = sign_ins.prove(typed, password, now=now)
    with db.transaction():
        answer = sign_ins.note(proof, now=now)
    if isinstance(answer, Refusal):
        raise answer
    return answer


@pytest.mark.parametrize(
    "typed", ["13800000001", "138 0000 0001", "+86 138-0000-0001", full_width("13800000001")]
)
def test_a_phone_is_read_however_it_is_typed(cast, typed):
    assert sign_in(typed, PASSWORD).actor == cast.lin.actor


def test_an_email_is_read_in_any_case(app):
    user_id = add(replace(FAN, password_hash=vault.hash(PASSWORD)))
    for typed in ("fan@example.com", " FAN@example.COM "):
        assert sign_in(typed, PASSWORD).actor.user_id == user_id


def test_who_signs_in_brings_their_roles_and_what_bounds_them(cast):
    agent = sign_in(cast.sun.identifier, PASSWORD)
    assert agent.actor.roles == {"agent"}
    assert agent.actor.station_id is not None
    assert agent.actor.household_id is None


@pytest.mark.parametrize("wrong", ["", "pears", PASSWORD + " ", "x" * 100_000])
def test_a_wrong_password_is_refused(cast, wrong):
    with pytest.raises(Refusal, match="wrong_password"):
        sign_in(cast.lin.identifier, wrong)


def test_an_unknown_person_gets_the_same_answer(cast):
    with pytest.raises(Refusal) as unknown:
        sign_in("13800000077", PASSWORD)
    with pytest.raises(Refusal) as wrong:
        sign_in(cast.lin.identifier, "guess")
    assert unknown.value.args == wrong.value.args


def test_a_closed_account_is_closed_for_signing_in_and_for_open_sessions(cast):
    user_id = cast.lin.actor.user_id
    with db.transaction():
        db.lock_one(User, user_id).disabled_at = NOW
    with pytest.raises(Refusal, match="wrong_password"):
        sign_in(cast.lin.identifier, PASSWORD)
    assert people.load_user(user_id, 1) is None


def test_raising_the_session_version_ends_open_sessions(cast):
    user_id = cast.lin.actor.user_id
    assert people.load_user(user_id, 1) is not None
    with db.transaction():
        db.lock_one(User, user_id).session_version += 1
    assert people.load_user(user_id, 1) is None
    assert people.load_user(user_id, 2) is not None


def test_a_person_is_loaded_with_one_statement(cast):
    said = []
    event.listen(db.sa.engine, "before_cursor_execute", lambda *about: said.append(about[2]))
    people.load_user(cast.lin.actor.user_id, 1)
    assert len([sql for sql in said if sql.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    ("field", "again"),
    [
        ("phone", replace(FAN, email=None, phone="13800000020")),
        ("email", replace(FAN, phone=None, email="FAN@example.com")),
    ],
)
def test_a_phone_and_an_email_belong_to_one_person(app, field, again):
    add(FAN)
    with pytest.raises(Refusal, match="identifier_taken") as refusal:
        add(again)
    assert refusal.value.field == field


@pytest.mark.parametrize("role", ["household_member", "agent", "king"])
def test_a_role_needs_what_bounds_it(app, role):
    with pytest.raises(ValueError, match=role):
        add(replace(FAN, roles=(role,)))


def test_nobody_costs_as_much_time_as_somebody():
    costly = Vault()
    costly.load(memory_kib=8_192, passes=2)
    known = costly.hash(PASSWORD)
    costly.verify(None, "warm up")

    def took(whom):
        began = process_time()
        assert not costly.verify(whom, "guess")
        return process_time() - began

    somebody, nobody = min(took(known) for _ in range(5)), min(took(None) for _ in range(5))
    assert somebody / 3 < nobody < somebody * 3


def test_nobody_has_no_password():
    assert not vault.verify(None, "nobody's password")
    assert not vault.verify("no hash at all", PASSWORD)


def test_a_password_as_long_as_a_book_is_not_even_looked_at():
    assert not vault.verify(vault.hash("x" * (LONGEST + 1)), "x" * (LONGEST + 1))
