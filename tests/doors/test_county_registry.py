"""The county's files of households, as an officer sends, looks at and takes them in."""

from io import BytesIO

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import clock, db
from storefront.cli import chores
from storefront.supply import importing
from storefront.supply.households import Household
from storefront.supply.imports import RegistryFile
from tests import factories as make
from tests.access import only, only_post
from tests.filed import HEADINGS, csv_of, household, xlsx_of
from tests.visits import come_in, statements

HERE = "/county/registry"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(make.NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def cast(app):
    with db.transaction():
        return make.county().cast


@pytest.fixture
def officer(english, cast):
    come_in(english, cast.wu)
    return english


def sent(client, content, name="a.xlsx"):
    day = clock.china_day(make.NOW).isoformat()
    return client.post(HERE, data={"file": (BytesIO(content), name), "as_of": day})


def number():
    return db.session.scalar(select(func.count(Household.id)))


def test_only_the_county_office_looks_and_only_officers_send(app, cast):
    with db.transaction():
        code = importing.send(b"x", make.NOW.date(), actor=cast.wu.actor, now=make.NOW)
    only(app, cast, {"wu", "qiao"}, [HERE, f"{HERE}/{code}"])
    for step in ("take-in", "put-away"):
        only_post(app, cast, {"wu", "qiao"}, [f"{HERE}/{code}/{step}"])
        checker = app.test_client()
        come_in(checker, cast.qiao)
        assert checker.post(f"{HERE}/{code}/{step}").status_code == 403


def test_a_file_is_sent_read_looked_at_and_taken_in(officer, cast):
    page = sent(officer, xlsx_of([HEADINGS, *household("140001")]))
    assert page.status_code == 303
    waiting = officer.get(page.location).text
    assert "Being read" in waiting
    assert "every 2s" in waiting
    assert chores.read_files() == 1
    with statements() as asked:
        ready = officer.get(page.location).text
    assert len(asked) <= 8
    assert "Take in the whole file" in ready
    assert number() == 3
    seen = ready.partition('name="seen" value="')[2].partition('"')[0]
    answer = officer.post(f"{page.location}/take-in", data={"seen": seen})
    assert answer.status_code == 303
    assert number() == 4
    again = officer.post(f"{page.location}/take-in", data={"seen": seen})
    assert again.status_code == 409
    assert number() == 4


def test_taking_in_asks_for_a_code_of_the_last_minutes(officer, cast, at_noon):
    page = sent(officer, xlsx_of([HEADINGS, *household("140001")]))
    chores.read_files()
    at_noon.shift(make.DAY / 24)
    answer = officer.post(f"{page.location}/take-in", data={"seen": "1-0-0-0-0"})
    assert answer.status_code == 403
    assert number() == 3


def test_faults_are_shown_with_their_place_and_a_sentence(officer, cast):
    rows = household("140001", village="141031999999")
    page = sent(officer, csv_of([HEADINGS, *rows], "gbk"), "a.csv")
    chores.read_files()
    shown = officer.get(page.location).text
    assert "row 2 · B 家庭住址/行政区划" in shown
    assert "There is no village 141031999999." in shown
    officer.set_cookie("lang", "zh")
    assert "没有 141031999999 这个村" in officer.get(page.location).text


def test_what_is_no_table_is_refused_at_its_field(officer, cast):
    answer = sent(officer, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert answer.status_code == 422
    assert "old Excel file" in answer.text
    assert db.session.scalar(select(func.count(RegistryFile.id))) == 0


def test_a_file_that_only_shows_itself_when_read_says_why(officer, cast):
    page = sent(officer, b"a,b\r\n" + b'"' + b"x" * 40_000, "a.csv")
    chores.read_files()
    assert "cannot be taken apart" in officer.get(page.location).text


def test_a_file_can_be_put_away(officer, cast):
    page = sent(officer, xlsx_of([HEADINGS, *household("140001")]))
    chores.read_files()
    assert officer.post(f"{page.location}/put-away").status_code == 303
    assert "Put away" in officer.get(page.location).text
    assert number() == 3
