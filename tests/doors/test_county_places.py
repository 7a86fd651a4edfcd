"""Villages and stations, as the county looks at them and sets them right."""

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.supply.places import Station, Village
from tests import factories as make
from tests.access import only, only_post
from tests.visits import come_in, statements

HERE, VILLAGE, STATION = (
    "/county/places",
    "/county/places/villages/141031101200",
    "/county/places/stations/S0",
)
NEXT = {"code": "141031101299", "name_zh": "新村", "name_en": "New village"}


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def officer(english, c):
    come_in(english, c.cast.wu)
    return english


def test_only_the_county_office_reads_and_only_officers_write(app, c):
    only(app, c.cast, {"wu", "qiao"}, [HERE, VILLAGE, STATION, f"{HERE}/stations/new"])
    posts = [f"{VILLAGE}/replace", f"{VILLAGE}/station", f"{STATION}/close", f"{STATION}/agents"]
    only_post(app, c.cast, {"wu", "qiao"}, posts)
    checker = app.test_client()
    come_in(checker, c.cast.qiao)
    assert {checker.post(address).status_code for address in posts} == {403}
    assert '<form class="form"' not in checker.get(VILLAGE).text


def test_a_village_is_replaced_and_both_say_so(officer):
    for _ in range(2):
        typed = {**NEXT, "from_day": "2026-09-20"}
        assert officer.post(f"{VILLAGE}/replace", data=typed).status_code == 303
    old = officer.get(VILLAGE).text
    assert "New village" in old
    assert "Note what follows" not in old
    assert "Xili 141031101200" in officer.get(f"{HERE}/villages/141031101299").text
    assert "Former villages" in officer.get(HERE).text
    income = officer.get("/county/income?village=1&through=1")
    assert "with the places that went into it" in income.text


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"code": "14103110129"},
        {"code": "141031101200"},
        {"name_zh": ""},
        {"from_day": "2026-09-21"},
        {"from_day": "never"},
    ],
)
def test_what_cannot_follow_is_refused_at_its_field(officer, change):
    typed = {**NEXT, "from_day": "2026-09-20", **change}
    answer = officer.post(f"{VILLAGE}/replace", data=typed)
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert db.session.scalar(select(Village.id).where(Village.code == NEXT["code"])) is None


def test_a_station_is_opened_manned_assigned_and_closed(officer, c):
    typed = {"code": "s9", "name_zh": "新站", "name_en": "New", "village_id": c.villages[0]}
    page = officer.post(f"{HERE}/stations/new", data=typed)
    assert page.location == f"{HERE}/stations/S9"
    sun = c.cast.sun.actor.user_id
    assert officer.post(f"{page.location}/agents", data={"user_id": sun}).status_code == 303
    assert "孙站甲" in officer.get(page.location).text
    assert officer.post(f"{STATION}/close").status_code == 409
    new = db.session.scalars(select(Station.id).where(Station.code == "S9")).one()
    assert officer.post(f"{VILLAGE}/station", data={"station_id": new}).status_code == 303
    assert officer.post(f"{STATION}/close").status_code == 303
    assert "closed on 20 Sep" in officer.get(STATION).text
    assert officer.post(f"{VILLAGE}/station", data={"station_id": 99}).status_code == 422
    assert officer.post(f"{HERE}/stations/new", data={"code": "!"}).status_code == 422


def test_the_pages_ask_few_questions(officer):
    for page in (HERE, VILLAGE, STATION, f"{HERE}/stations/new"):
        with statements() as asked:
            assert officer.get(page).status_code == 200
        assert len(asked) <= 8, page
