"""Signing in and out."""

import re

import pytest

from storefront import db
from storefront.accounts.models import User
from storefront.web.guards import local
from tests import factories as make
from tests.pages import faults
from tests.people import PASSWORD
from tests.visits import send_code


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


def sign_in(client, person, password=PASSWORD, **others):
    form = {"identifier": person.identifier, "password": password, **others}
    answer = client.post("/sign-in", data=form)
    return send_code(client, person) if answer.location == "/sign-in/code" else answer


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_whole_in_both_languages(client, language):
    page = client.get(f"/sign-in?lang={language}")
    assert page.status_code == 200
    assert faults(page.text) == []
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("who", "door"),
    [
        ("lin", "/producers/"),
        ("sun", "/producers/"),
        ("he", "/brand/"),
        ("wu", "/county/"),
        ("qiao", "/county/"),
    ],
)
def test_everybody_comes_in_by_their_own_door(client, cast, who, door):
    answer = sign_in(client, getattr(cast, who))
    assert (answer.status_code, answer.location) == (303, door)
    assert client.get("/sign-in").location == door


def test_whoever_opens_the_wrong_door_is_led_to_their_own(client, cast):
    sign_in(client, cast.lin)
    lost = client.get("/county/?lang=en")
    assert (lost.status_code, "To your own pages" in lost.text) == (404, True)
    assert "To your own pages" not in client.application.test_client().get("/x?lang=en").text


def test_a_person_goes_on_to_where_they_wanted_to_go(client, cast):
    answer = sign_in(client, cast.wu, next="/county/income?month=2026-09")
    assert answer.location == "/county/income?month=2026-09"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/\nevil",
        "/\t/evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(client, cast, elsewhere):
    assert local(elsewhere) is None
    assert sign_in(client, cast.wu, next=elsewhere).location == "/county/"


def test_a_wrong_password_keeps_what_was_typed_but_the_password(english, cast):
    answer = sign_in(english, cast.wu, password="guess1234", next="/county/x")
    assert answer.status_code == 422
    assert faults(answer.text) == []
    assert cast.wu.identifier in answer.text
    assert "/county/x" in answer.text
    assert "guess1234" not in answer.text


def test_a_stranger_reads_the_same_answer_as_a_wrong_password(english, cast):
    wrong = sign_in(english, cast.wu, password="guess1234")
    stranger = english.post("/sign-in", data={"identifier": "13800000077", "password": "guess"})
    assert stranger.status_code == 422
    assert _unnamed(stranger, "13800000077") == _unnamed(wrong, cast.wu.identifier)


def _unnamed(answer, identifier):
    """The page without who asked, and without its form token, which tells the second."""
    return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", answer.text).replace(
        identifier, ""
    )


@pytest.mark.parametrize("missing", ["identifier", "password"])
def test_an_empty_field_is_named(english, missing):
    form = {"identifier": "13800000001", "password": "x", missing: ""}
    answer = english.post("/sign-in", data=form)
    assert answer.status_code == 422
    assert f'aria-describedby="{missing}-error"' in answer.text


def test_what_a_session_held_before_is_forgotten(client, cast):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(client, cast.wu)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_it(client, cast):
    sign_in(client, cast.wu)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/sign-in").status_code == 200
    assert client.get("/sign-out").status_code == 405


def test_raising_the_session_version_signs_out_everywhere(client, cast):
    sign_in(client, cast.wu)
    with db.transaction():
        db.lock_one(User, cast.wu.actor.user_id).session_version += 1
    assert client.get("/sign-in").status_code == 200
