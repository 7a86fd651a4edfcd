"""The agent's write-off: ours at once, the household's only by a second person's word."""

import pytest
import time_machine
from sqlalchemy import select

from storefront import db, ids
from storefront.settlement.loss_cases import LossCase
from storefront.supply.models import Movement
from tests import factories as make
from tests.access import only
from tests.harvest import harvest, sell
from tests.visits import come_in

AT = "/producers/for/H-LIN/lots/{h.lot}/write-off"


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def sun(english, h):
    come_in(english, h.county.cast.sun)
    return english


def write_off(client, h, **others):
    typed = {
        "reason": "rot",
        "grams": "4",
        "bearer": "brand_fund",
        "note": "",
        "key": ids.new_key(),
    }
    return client.post(AT.format(h=h), data={**typed, **others})


def losses():
    return db.session.scalars(select(Movement).where(Movement.bearer.is_not(None))).all()


def test_our_loss_is_written_off_at_once_and_once(sun, h):
    key = ids.new_key()
    for _ in range(5):
        assert write_off(sun, h, key=key).status_code == 303
    [lost] = losses()
    assert (lost.reason, int(lost.grams), lost.bearer) == ("rot", -2_000, "brand_fund")
    assert "Rot" in sun.get(f"/producers/for/H-LIN/lots/{h.lot}").text


def test_what_the_household_is_to_bear_waits_for_a_second_person(app, sun, h):
    answer = write_off(sun, h, bearer="household", note="")
    assert (answer.status_code, "Say what shows" in answer.text) == (422, True)
    assert write_off(sun, h, bearer="household", note="a photograph").status_code == 303
    assert losses() == []
    assert "a photograph" in sun.get(AT.format(h=h)).text
    assert db.session.scalars(select(LossCase.decision)).all() == [None]
    he = app.test_client()
    come_in(he, h.county.cast.he)
    assert "a photograph" in he.get("/brand/losses").text


def test_orders_that_lose_their_crates_are_named_by_code_only(sun, h):
    orders = [sell(h.county, (make.BOX, boxes)).code for boxes in (20, 14)]
    answer = write_off(sun, h, grams="100")
    page = sun.get(answer.location).text
    assert any(code in page for code in (*orders, h.order))
    assert "The brand office looks for other crates for" in page
    assert "Ana" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"grams": "999"}, "has only"),
        ({"grams": ""}, "Say how much."),
        ({"reason": "overweight"}, "Not a valid choice"),
        ({"reason": ""}, "Say what happened."),
        ({"bearer": "carrier"}, "Not a valid choice"),
    ],
)
def test_a_fault_is_said_and_nothing_moves(sun, h, change, sentence):
    answer = write_off(sun, h, **change)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert losses() == []


def test_only_the_agent_of_its_station_and_only_what_was_weighed(app, sun, h):
    only(app, h.county.cast, {"sun"}, [AT.format(h=h)])
    assert sun.get(f"/producers/for/H-LIN/lots/{h.zhao_lot}/write-off").status_code == 404
    assert sun.get(f"/producers/for/H-LIN/lots/{h.declared}/write-off").status_code == 404
