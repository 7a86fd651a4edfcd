"""Signing in with a second factor, and setting one up."""

import re
from datetime import timedelta

import pytest
import time_machine

from storefront import db
from storefront.accounts import codes, second_factor
from storefront.accounts.models import User
from storefront.web import guards
from tests import factories as make
from tests.people import PASSWORD
from tests.visits import come_in, send_code

NOW = make.NOW + make.DAY
CODE = "/sign-in/code"
SECURITY = "/account/security"
FACTOR = f"{SECURITY}/factor"
LETTERS = re.compile(r'secret__letters">([A-Z2-7-]+)<')


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


@pytest.fixture
def newcomer(cast):
    """Officer Wu, whose second factor was taken away."""
    with db.transaction():
        second_factor.reset(cast.wu.actor.user_id or 0, actor=cast.qiao.actor, now=NOW)
    return cast.wu


def password(client, person, **others):
    form = {"identifier": person.identifier, "password": PASSWORD, **others}
    return client.post("/sign-in", data=form)


def test_the_password_alone_lets_nobody_in_who_works_here(client, cast):
    assert password(client, cast.wu).location == CODE
    assert client.get("/county/").location.startswith("/sign-in")
    assert client.get(SECURITY).location.startswith("/sign-in")
    assert send_code(client, cast.wu).location == "/county/"
    assert client.get("/county/").status_code == 200


def test_a_household_is_not_asked_for_a_code(client, cast):
    assert password(client, cast.lin).location == "/producers/"


def test_the_code_page_asks_for_it_as_phones_understand(english, cast):
    password(english, cast.wu)
    page = english.get(CODE)
    assert page.headers["Cache-Control"] == "no-store"
    for wanted in ('autocomplete="one-time-code"', 'inputmode="numeric"', 'for="one_time_code"'):
        assert wanted in page.text
    recovery = english.get(f"{CODE}?with=recovery").text
    assert 'inputmode="numeric"' not in recovery
    assert "Recovery code" in recovery


@pytest.mark.parametrize("typed", ["", "000000", "BCDFG-HJKMN-PQRST", "x" * 500])
def test_a_wrong_code_is_told_at_its_field_and_nobody_comes_in(english, cast, typed):
    password(english, cast.wu)
    answer = english.post(CODE, data={"one_time_code": typed})
    assert answer.status_code == 422
    assert 'aria-describedby="one_time_code-error"' in answer.text
    assert english.get("/county/").status_code == 303


def test_a_recovery_code_lets_in_and_is_used_up(client, english, cast):
    with db.transaction():
        code, *_ = second_factor.renew_codes(cast.wu.actor, now=NOW)
    password(client, cast.wu)
    there = f"{CODE}?with=recovery"
    assert client.post(there, data={"one_time_code": code}).location == "/county/"
    client.post("/sign-out")
    password(client, cast.wu)
    assert client.post(there, data={"one_time_code": code}).status_code == 422


def test_without_a_password_there_is_no_code_page(client, cast):
    assert client.get(CODE).location == "/sign-in"
    assert client.post(CODE, data={"one_time_code": "000000"}).location == "/sign-in"


def test_the_code_must_follow_the_password_within_ten_minutes(client, cast, clock):
    password(client, cast.wu)
    clock.shift(guards.HALF_LASTS - timedelta(seconds=1))
    assert client.get(CODE).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert client.get(CODE).location == "/sign-in"
    assert send_code(client, cast.wu).location == "/sign-in"


def test_a_password_that_changed_in_between_ends_the_half_session(client, cast):
    password(client, cast.wu)
    with db.transaction():
        db.lock_one(User, cast.wu.actor.user_id or 0).session_version += 1
    assert client.get(CODE).location == "/sign-in"


def test_a_planted_session_gains_nothing(client, cast):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["half"] = {"id": "1:1", "at": int(NOW.timestamp()), "next": "/evil"}
    assert password(client, cast.wu).location == CODE
    send_code(client, cast.wu)
    with client.session_transaction() as session:
        assert not {"planted", "half"} & set(session)


def test_one_goes_on_to_where_one_wanted_to_go(client, cast):
    password(client, cast.wu, next="/county/households")
    assert send_code(client, cast.wu).location == "/county/households"


def test_without_a_second_factor_nothing_but_setting_one_up_is_open(client, newcomer):
    password(client, newcomer)
    for address in ("/county/", "/county/pay-runs"):
        assert client.get(address).location == SECURITY
    assert client.post("/county/pay-runs", data={}).location == SECURITY
    assert client.get(SECURITY).status_code == 200


def set_up(client):
    """Set a second factor up as a person does; return the page that ends it."""
    assert client.post(FACTOR).location == FACTOR
    secret = LETTERS.search(client.get(FACTOR).text)
    assert secret is not None
    code = codes.code_at(secret[1].replace("-", ""), codes.step_of(NOW))
    return client.post(f"{FACTOR}/confirm", data={"one_time_code": code})


def test_setting_it_up_shows_the_recovery_codes_once_and_opens_the_door(client, newcomer):
    password(client, newcomer)
    page = set_up(client)
    assert page.headers["Cache-Control"] == "no-store"
    shown = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5})</li>", page.text)
    assert len(shown) == codes.RECOVERY_CODES
    assert client.get("/county/").status_code == 200
    assert client.get(FACTOR).location == SECURITY, "the secret is shown no more"
    assert not any(code in client.get(SECURITY).text for code in shown)
    client.post("/sign-out")
    password(client, newcomer)
    assert client.post(CODE, data={"one_time_code": shown[0]}).location == "/county/"


def test_a_wrong_first_code_leaves_everything_as_it_was(english, newcomer):
    password(english, newcomer)
    english.post(FACTOR)
    before = english.get(FACTOR).text
    answer = english.post(f"{FACTOR}/confirm", data={"one_time_code": "000000"})
    assert answer.status_code == 422
    assert LETTERS.findall(answer.text) == LETTERS.findall(before) != []
    assert english.get("/county/").location == SECURITY


def test_the_picture_holds_the_secret_and_breaks_no_policy(client, newcomer):
    password(client, newcomer)
    client.post(FACTOR)
    page = client.get(FACTOR).text
    picture = re.search(r"<svg[^>]*class=.qr.[^>]*>", page)
    assert picture is not None
    assert "viewBox" in picture[0], "a picture of a fixed size is cut off on a small screen"
    assert "style=" not in page
    assert newcomer.identifier not in page


def test_a_second_factor_in_force_is_not_replaced_by_the_way(client, cast):
    come_in(client, cast.wu)
    assert client.post(FACTOR).status_code == 409
    assert second_factor.standing(cast.wu.actor.user_id or 0).pending_secret is None


def test_taking_a_second_factor_away_ends_the_open_sessions(app, client, cast):
    come_in(client, cast.wu)
    with db.transaction():
        second_factor.reset(cast.wu.actor.user_id or 0, actor=cast.qiao.actor, now=NOW)
    assert client.get("/county/").location.startswith("/sign-in")


def test_no_log_line_holds_a_code_or_a_phone_number(client, cast, capsys):
    come_in(client, cast.wu)
    logged = capsys.readouterr().err
    assert cast.wu.identifier not in logged
    assert '"route": "/sign-in/code"' in logged
