"""The agent gives a PIN, the household changes it; both at their own door."""

import pytest

from storefront import db
from storefront.accounts import locks
from storefront.accounts.people import load_user
from tests import factories as make
from tests.access import only, only_post
from tests.people import PASSWORD
from tests.visits import come_in, statements

PAGE = "/producers/for/H-LIN/pin"
SECURITY = "/account/security"
PIN, OWN = "271828", "314159"


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


@pytest.fixture
def agent(client, cast):
    client.set_cookie("lang", "en")
    come_in(client, cast.sun)
    return client


def visitor(app):
    made = app.test_client()
    made.set_cookie("lang", "en")
    return made


def sign_in(client, person, secret):
    return client.post("/sign-in", data={"identifier": person.identifier, "password": secret})


def change(client, current, new, again=None):
    form = {"current_password": current, "new_password": new, "new_password_again": again or new}
    return client.post(f"{SECURITY}/password", data=form)


def test_only_the_agent_of_the_station_gives_a_pin(app, cast):
    only(app, cast, {"sun"}, [PAGE])
    only_post(app, cast, {"sun"}, [PAGE, f"{PAGE}/1/unlock"])


def test_the_page_names_the_members_by_the_end_of_their_phone_only(agent, cast):
    with statements() as asked:
        page = agent.get(PAGE)
    assert "林果甲 · …0001" in page.text
    assert cast.lin.identifier not in page.text
    assert "赵试丙" not in page.text
    assert 'inputmode="numeric"' in page.text
    assert len(asked) <= 8


def test_a_member_signs_in_with_the_pin_and_can_do_nothing_before_changing_it(app, agent, cast):
    assert agent.post(PAGE, data={"member": cast.lin.actor.user_id, "pin": PIN}).status_code == 303
    phone = visitor(app)
    assert sign_in(phone, cast.lin, PASSWORD).status_code == 422
    assert sign_in(phone, cast.lin, PIN).status_code == 303
    assert phone.get("/producers/").location == SECURITY
    assert phone.post("/producers/lots/declare", data={}).location == SECURITY
    assert change(phone, PIN, OWN).status_code == 303
    assert phone.get("/producers/").status_code == 200
    assert sign_in(visitor(app), cast.lin, OWN).location == "/producers/"


@pytest.mark.parametrize("pin", ["", "12345", "123456", "000000", "380000", "x" * 500, "½½½½½½"])
def test_a_trivial_pin_is_refused_at_its_field(agent, cast, pin):
    answer = agent.post(PAGE, data={"member": cast.lin.actor.user_id, "pin": pin})
    assert answer.status_code == 422
    assert 'aria-describedby="pin-error"' in answer.text


def test_nobody_of_another_household_is_given_a_pin(agent, cast):
    for user in (cast.zhao, cast.wu, cast.sun):
        form = {"member": user.actor.user_id, "pin": PIN}
        assert agent.post(PAGE, data=form).status_code == 422
    assert agent.post(f"{PAGE}/{cast.zhao.actor.user_id}/unlock").status_code == 404


def test_the_agent_lifts_the_lock_of_a_member(app, agent, cast):
    for _ in range(locks.FREE_TRIES):
        sign_in(visitor(app), cast.lin, "guess")
    assert sign_in(visitor(app), cast.lin, PASSWORD).status_code == 422
    assert "typed it wrong too often" in agent.get(PAGE).text
    agent.post(f"{PAGE}/{cast.lin.actor.user_id}/unlock")
    assert "typed it wrong too often" not in agent.get(PAGE).text
    assert sign_in(visitor(app), cast.lin, PASSWORD).status_code == 303


def test_a_change_ends_the_other_sessions_and_keeps_this_one(app, cast):
    here, there = visitor(app), visitor(app)
    for browser in (here, there):
        sign_in(browser, cast.lin, PASSWORD)
    assert change(here, PASSWORD, OWN).status_code == 303
    assert here.get("/producers/").status_code == 200
    assert there.get("/producers/").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("current", "new", "again", "field"),
    [
        ("guess", OWN, None, "current_password"),
        (PASSWORD, "123456", None, "new_password"),
        (PASSWORD, "short", None, "new_password"),
        (PASSWORD, OWN, "314158", "new_password_again"),
        ("", "", "", "current_password"),
    ],
)
def test_a_bad_change_is_told_at_its_field_and_changes_nothing(
    app, cast, current, new, again, field
):
    phone = visitor(app)
    sign_in(phone, cast.lin, PASSWORD)
    answer = change(phone, current, new, again)
    assert answer.status_code == 422
    assert f'aria-describedby="{field}-' in answer.text
    assert f"{field}-error" in answer.text
    assert load_user(cast.lin.actor.user_id or 0, 1) is not None


def test_staff_choose_no_pin(app, cast):
    desk = visitor(app)
    come_in(desk, cast.wu)
    assert change(desk, PASSWORD, OWN).status_code == 422
    assert change(desk, PASSWORD, "pears, then plums").status_code == 303
    assert desk.get("/county/").status_code == 200


def test_signing_out_everywhere_else_keeps_this_browser(app, cast):
    here, there = visitor(app), visitor(app)
    for browser in (here, there):
        sign_in(browser, cast.lin, PASSWORD)
    here.post(f"{SECURITY}/sessions")
    assert here.get("/producers/").status_code == 200
    assert there.get("/producers/").location.startswith("/sign-in")


def test_the_account_shows_what_happened_to_it_in_words(app, cast):
    phone = visitor(app)
    sign_in(phone, cast.lin, "guess")
    sign_in(phone, cast.lin, PASSWORD)
    with statements() as asked:
        page = phone.get(SECURITY).text
    assert "Sign-in refused" in page
    assert "Signed in" in page
    assert len(asked) <= 8
