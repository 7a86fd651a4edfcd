"""A disputed slip, from the household's phone to the answer on its slip."""

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import db, ids
from storefront.supply.disputes import SlipDispute
from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest, lot_of, sell
from tests.visits import come_in

SAID = {"reason": "weight", "words": "42 斤，不是 40"}


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def lin(english, h):
    come_in(english, h.county.cast.lin)
    return english


def another(app, person):
    client = app.test_client()
    client.set_cookie("lang", "en")
    come_in(client, person)
    return client


def say(client, h, **others):
    typed = {"line": h.lot, "key": ids.new_key(), **SAID, **others}
    return client.post(f"/producers/slips/{h.slip}/dispute", data=typed)


def said():
    return db.session.scalar(select(func.count()).select_from(SlipDispute))


def test_a_household_says_so_and_everybody_concerned_reads_it(app, lin, h):
    assert "No, this is not right" in lin.get(f"/producers/slips/{h.slip}").text
    answer = say(lin, h)
    assert (answer.status_code, said()) == (303, 1)
    page = lin.get(answer.location).text
    assert "You said so." in page
    assert "Yes, the weight is right" not in page
    assert "disputed, the answer is to come" in lin.get("/producers/slips").text
    cast = h.county.cast
    at_the_station = another(app, cast.sun).get(f"/producers/for/H-LIN/slips/{h.slip}").text
    assert "42 斤，不是 40" in at_the_station
    assert "You cannot answer it yourself." in at_the_station
    for who, door in (("wu", "county"), ("qiao", "county"), ("he", "brand")):
        assert h.slip in another(app, getattr(cast, who)).get(f"/{door}/disputes").text
    assert "Slips that their households dispute: 1" in another(app, cast.he).get("/brand/").text


def test_a_resend_is_harmless_and_the_phone_hears_that_it_is_kept(lin, h):
    key = ids.new_key()
    assert [say(lin, h, key=key).status_code for _ in range(5)] == [303] * 5
    waited = lin.post(
        f"/producers/slips/{h.slip}/dispute",
        data={"line": h.lot, "key": key, **SAID},
        headers={"X-Waiting": key},
    )
    assert (waited.status_code, waited.headers["X-Kept"]) == (200, key)
    assert said() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "Choose what is not right."),
        ({"reason": "mood"}, "Not a valid choice"),
        ({"line": "another"}, "Not a valid choice"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_lost(lin, h, change, sentence):
    answer = say(lin, h, **change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "42 斤，不是 40" in answer.text
    assert said() == 0


def test_the_office_puts_it_right_and_the_slip_says_how(app, lin, h):
    say(lin, h)
    cast, number = h.county.cast, db.session.scalars(select(SlipDispute.id)).one()
    address = f"/county/disputes/{number}"
    wu = another(app, cast.wu)
    typed = {"decision": "upheld", "grade": h.county.first, "net": "104", "note": "weighed again"}
    for change, sentence in (
        ({"note": ""}, "Say why: the household reads it."),
        ({"decision": ""}, "Choose whether the household is right."),
        ({"net": "100"}, "That is how it stands already"),
        ({"net": "heavy"}, "Write a number"),
    ):
        answer = wu.post(address, data={**typed, **change})
        assert (answer.status_code, sentence in answer.text) == (422, True), change
    assert wu.post(address, data=typed).status_code == 303
    assert wu.post(address, data=typed).status_code == 303
    slip = lin.get(f"/producers/slips/{h.slip}").text
    for text in ("The household is right", "weighed again", "+4 jin", "counts: 104 jin"):
        assert text in slip, text
    assert int(lot_of(h.lot).on_hand_g) == 52_000
    late = another(app, cast.he).post(
        f"/brand/disputes/{number}", data={**typed, "decision": "refused"}
    )
    assert (late.status_code, "has answered this already" in late.text) == (409, True)


def test_a_household_takes_it_back(lin, h):
    say(lin, h)
    back = lin.post(f"/producers/slips/{h.slip}/dispute/1/withdraw")
    assert "Yes, the weight is right" in lin.get(back.location).text


def test_its_income_says_why_it_waits(app, lin, h):
    sell(h.county, (make.BOX, 1), steps="close")  # Zhao's: who was given less
    zhao = another(app, h.county.cast.zhao)
    zhao.post(
        f"/producers/slips/{h.zhao_slip}/dispute",
        data={"line": h.zhao_lot, "key": ids.new_key(), **SAID},
    )
    assert "not paid until your dispute is answered" in zhao.get("/producers/income").text


def test_nobody_else_may(app, h):
    cast = h.county.cast
    own = f"/producers/slips/{h.slip}/dispute"
    only(app, cast, {"lin", "mei"}, [own])
    only_post(app, cast, {"lin", "mei"}, [own, f"{own}/1/withdraw"])
    only(app, cast, {"he"}, ["/brand/disputes"])
    only(app, cast, {"wu", "qiao"}, ["/county/disputes"])
