"""Who works here, and who did what: the county's look at accounts and acts."""

from datetime import timedelta

import pytest
import time_machine

from storefront import audit, db
from storefront.accounts import locks
from storefront.actors import Actor
from tests import factories as make
from tests.access import only, only_post
from tests.people import PASSWORD
from tests.visits import come_in, statements

PEOPLE, AUDIT = "/county/people", "/county/audit"
NOW = make.NOW + make.DAY


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


@pytest.fixture
def officer(english, cast):
    come_in(english, cast.wu)
    return english


def close(app, person):
    for _ in range(locks.FREE_TRIES):
        form = {"identifier": person.identifier, "password": "guess"}
        app.test_client().post("/sign-in", data=form)


def test_only_the_county_office_looks(app, cast):
    only(app, cast, {"wu", "qiao"}, [PEOPLE, AUDIT])


def test_only_the_county_office_acts(app, cast):
    he = cast.he.actor.user_id
    only_post(app, cast, {"wu", "qiao"}, [f"{PEOPLE}/{he}/unlock", f"{PEOPLE}/{he}/reset-factor"])


def test_the_list_names_everybody_who_works_here_and_nobody_else(officer, cast):
    with statements() as asked:
        page = officer.get(PEOPLE).text
    for person in (cast.sun, cast.gao, cast.he, cast.wu, cast.qiao):
        assert person.name in page
        assert person.identifier not in page
    assert cast.lin.name not in page
    assert len(asked) <= 8


@pytest.mark.parametrize("who", ["wu", "qiao"])
def test_either_lifts_the_lock_of_somebody_else(app, client, cast, who):
    close(app, cast.he)
    come_in(client, getattr(cast, who))
    assert client.post(f"{PEOPLE}/{cast.he.actor.user_id}/unlock").location == PEOPLE
    form = {"identifier": cast.he.identifier, "password": PASSWORD}
    assert app.test_client().post("/sign-in", data=form).location == "/sign-in/code"


def test_nobody_does_it_to_their_own_account(officer, cast):
    me = cast.wu.actor.user_id
    assert officer.post(f"{PEOPLE}/{me}/unlock").status_code == 409
    assert officer.post(f"{PEOPLE}/{me}/reset-factor").status_code == 409


def test_a_household_is_not_the_countys_to_unlock(officer, cast):
    assert officer.post(f"{PEOPLE}/{cast.lin.actor.user_id}/unlock").status_code == 404


def test_a_lost_second_factor_is_taken_away_and_set_up_anew(app, officer, cast):
    he = app.test_client()
    come_in(he, cast.he)
    assert officer.post(f"{PEOPLE}/{cast.he.actor.user_id}/reset-factor").location == PEOPLE
    assert he.get("/brand/").location.startswith("/sign-in")
    form = {"identifier": cast.he.identifier, "password": PASSWORD}
    he.post("/sign-in", data=form)
    assert he.get("/brand/").location == "/account/security"
    assert officer.post(f"{PEOPLE}/{cast.he.actor.user_id}/reset-factor").status_code == 409


def written(count=1, verb="declare", actor=None, code="B0X", now=NOW):
    with db.transaction():
        for _ in range(count):
            audit.record(actor or Actor.shop(), verb, "lot", code, now=now, grams=500)


def rows(page):
    body = page.split("<tbody>")[1] if "<tbody>" in page else ""
    return body.count("<tr>")


def test_acts_are_found_by_what_by_whom_to_what_and_when(officer, cast):
    written(actor=cast.he.actor)
    written(verb="hold", code="L0T", now=NOW - 3 * make.DAY)
    one = {
        "verb=hold": 1,
        "object=L0T": 1,
        "object=B0X&verb=declare": 1,
        "object=B0X&verb=hold": 0,
        "day=2026-09-18": 1,
        "day=2026-09-17": 0,
        "who=何运": 1,
        "who=nobody": 0,
        "verb=no-such-act": 0,
    }
    assert {asked: rows(officer.get(f"{AUDIT}?{asked}").text) for asked in one} == one
    page = officer.get(f"{AUDIT}?verb=declare").text
    assert "Crates declared" in page or "To be delivered" in page
    assert cast.he.name in page


def test_a_day_is_one_of_china(officer):
    late = NOW.replace(hour=15, minute=59)  # 23:59 in China
    written(now=late)
    written(now=late + timedelta(minutes=1))
    for day in ("2026-09-21", "2026-09-22"):
        assert rows(officer.get(f"{AUDIT}?object=B0X&day={day}").text) == 1


def test_pages_go_on_by_key_with_the_filter_kept_and_lose_nothing(officer):
    written(120)
    seen, address, pages = 0, f"{AUDIT}?object=B0X", 0
    while address:
        page = officer.get(address).text
        seen, pages = seen + rows(page), pages + 1
        links = [part.split('"')[0] for part in page.split('rel="next" href="')[1:]]
        address = links[0].replace("&amp;", "&") if links else ""
        assert not address or "object=B0X" in address
    assert (seen, pages) == (120, 3)


def test_the_search_asks_few_questions_however_much_was_done(officer):
    written(200)
    with statements() as asked:
        officer.get(f"{AUDIT}?who=何&verb=declare&object=B0X&day=2026-09-21")
    assert len(asked) <= 8


@pytest.mark.parametrize(
    "asked", ["day=soon", "before=x", "before=" + "9" * 30, "verb=%00", "who=%25"]
)
def test_whatever_is_asked_gets_an_answer(officer, asked):
    assert officer.get(f"{AUDIT}?{asked}").status_code in {200, 400}


def test_no_act_holds_a_phone_number_or_what_was_typed(app, officer, cast):
    close(app, cast.he)
    page = officer.get(AUDIT).text
    assert "Account locked after wrong tries" in page
    assert cast.he.name in page
    assert cast.he.identifier not in page
    assert "guess" not in page
