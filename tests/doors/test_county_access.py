"""Who may come into the county office: officers keep, checkers read and approve, nobody else."""

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.settlement.models import PayRun
from tests import season as made
from tests.people import PASSWORD
from tests.season import MONTHS, TODAY
from tests.visits import come_in, send_code

STRANGERS = ("lin", "mei", "sun", "he")
PAGES = (
    "/county/",
    f"/county/income?{MONTHS}",
    "/county/households",
    "/county/households/H-LIN",
    "/county/orders/{order}",
    "/county/entries/1",
    "/county/pay-runs",
    "/county/pay-runs/{run}",
    "/county/pay-runs/{run}/H-LIN",
)
KEPT_BY_OFFICERS = (
    "/county/pay-runs",
    "/county/pay-runs/{run}/export",
    "/county/pay-runs/{run}/file",
    "/county/pay-runs/{run}/abandon",
    "/county/pay-runs/{run}/H-LIN",
)
MISSING = (
    "/county/households/H-NONE",
    "/county/orders/NONE",
    "/county/entries/999999",
    "/county/pay-runs/NONE",
    "/county/pay-runs/NONE/H-LIN",
    "/county/pay-runs/{run}/H-YANG",
)
APPROVE = "/county/pay-runs/{run}/approve"


@pytest.fixture
def season(app):
    with time_machine.travel(TODAY, tick=False):
        yield made.season()


def at(season, address):
    return address.format(order=season.closed[0], run=season.run)


def state_of(season):
    return db.session.scalar(select(PayRun.state).where(PayRun.code == season.run))


@pytest.mark.parametrize("who", ["wu", "qiao"])
def test_officers_and_checkers_read_everything(english, season, who):
    come_in(english, getattr(season.county.cast, who))
    for address in PAGES:
        page = english.get(at(season, address))
        assert (address, page.status_code) == (address, 200)
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_find_nothing(client, season, who):
    come_in(client, getattr(season.county.cast, who))
    assert {client.get(at(season, address)).status_code for address in PAGES} == {404}
    written = {client.post(at(season, to)).status_code for to in (*KEPT_BY_OFFICERS, APPROVE)}
    assert written == {404}
    assert state_of(season) == "draft"


def test_nobody_is_asked_to_sign_in(client, season):
    for address in PAGES:
        answer = client.get(at(season, address))
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_a_checker_cannot_do_an_officers_work(client, season):
    come_in(client, season.county.cast.qiao)
    assert {client.post(at(season, to)).status_code for to in KEPT_BY_OFFICERS} == {403}
    assert state_of(season) == "draft"


def test_an_officer_cannot_approve(client, season):
    come_in(client, season.county.cast.wu)
    assert client.post(at(season, APPROVE)).status_code == 403
    assert state_of(season) == "draft"


def test_what_is_not_there_is_not_found(client, season):
    come_in(client, season.county.cast.wu)
    assert {client.get(at(season, address)).status_code for address in MISSING} == {404}


def test_the_address_one_wanted_is_where_one_goes(client, season):
    asked = client.get(f"/county/income?{MONTHS}")
    person = season.county.cast.wu
    typed = {
        "identifier": person.identifier,
        "password": PASSWORD,
        "next": f"/county/income?{MONTHS}",
    }
    assert "next=" in asked.location
    assert client.post("/sign-in", data=typed).location == "/sign-in/code"
    assert send_code(client, person).location == f"/county/income?{MONTHS}"
