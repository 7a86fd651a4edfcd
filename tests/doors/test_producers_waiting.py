"""What a phone kept is forgotten by it only when an answer names the key."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import db, ids
from storefront.supply.models import Lot
from tests import factories as make
from tests.harvest import harvest
from tests.visits import come_in

DECLARE = "/producers/lots/declare"


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


def typed(h, **others):
    facts = {"grade": h.county.top, "grams": "60", "harvested_on": "2026-09-20"}
    return {**facts, "key": ids.new_key(), **others}


def sent_by(client, who, form, key=""):
    headers = {"X-Waiting": key or form["key"], "X-Waiting-Of": f"u{who.actor.user_id}"}
    return client.post(DECLARE, data=form, headers=headers)


def lots():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Lot))


def test_five_resends_are_one_lot_and_each_is_told_that_it_is_here(client, h):
    lin, form, before = h.county.cast.lin, typed(h), lots()
    come_in(client, lin)
    answers = [sent_by(client, lin, form) for _each in range(5)]
    assert {(each.status_code, each.headers["X-Kept"]) for each in answers} == {(200, form["key"])}
    assert len({each.headers["X-Next"] for each in answers}) == 1
    assert lots() == before + 1


def test_a_refused_form_is_not_said_to_be_here(client, h):
    lin, before = h.county.cast.lin, lots()
    come_in(client, lin)
    for change in ({"grams": "0"}, {"harvested_on": "2025-09-20"}, {"harvested_on": "2027-09-20"}):
        answer = sent_by(client, lin, typed(h, **change))
        assert (answer.status_code, "X-Kept" in answer.headers) == (422, False)
        assert "form-errors__list" in answer.text
    assert lots() == before


def test_somebody_who_is_signed_out_is_told_nothing_is_here(client, h):
    answer = sent_by(client, h.county.cast.lin, typed(h))
    assert (answer.status_code, "X-Kept" in answer.headers) == (401, False)


def test_what_one_typed_is_not_taken_from_another(client, h):
    """A phone that two share: the page is Lin's, the session Zhao's by now."""
    before = lots()
    come_in(client, h.county.cast.zhao)
    answer = sent_by(client, h.county.cast.lin, typed(h))
    assert (answer.status_code, "X-Kept" in answer.headers) == (401, False)
    assert lots() == before


def test_only_an_own_phone_stays_signed_in_and_only_for_days(client, h):
    come_in(client, h.county.cast.lin)
    page = client.get("/producers/").text
    assert "data-keeps" not in page
    assert client.post("/producers/own-phone").status_code == 303
    assert f'data-keeps="u{h.county.cast.lin.actor.user_id}"' in client.get("/producers/").text
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.expires is not None
    with time_machine.travel(make.NOW + timedelta(days=29), tick=False):
        assert client.get("/producers/").status_code == 200
    with time_machine.travel(make.NOW + timedelta(days=30, seconds=1), tick=False):
        assert client.get("/producers/").location.startswith("/sign-in")


def test_nobody_else_can_stay_signed_in_like_that(client, h):
    come_in(client, h.county.cast.sun)
    assert client.post("/producers/own-phone").status_code == 404
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.expires is None
    assert "data-keeps" not in client.get("/producers/for/H-LIN/").text
    assert 'id="waiting"' not in client.get("/producers/for/H-LIN/lots/declare").text
