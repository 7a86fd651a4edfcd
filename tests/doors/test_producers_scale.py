"""The agent's scale: weighed in at today's price, on a slip the household agrees with."""

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import db, ids
from storefront.supply import prices
from storefront.supply.models import Lot, Slip
from storefront.weight import FenPerKg
from tests import factories as make
from tests.harvest import harvest, lot_of, sell
from tests.visits import come_in

SCALE = "/producers/for/H-LIN/weigh-in"


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def sun(english, h):
    come_in(english, h.county.cast.sun)
    return english


def delivery(*rows, **others):
    typed = {"harvested_on": "2026-09-20", "key": ids.new_key()}
    for place, row in enumerate(rows):
        typed |= {f"rows-{place}-{name}": value for name, value in row.items()}
    return {**typed, **others}


def row(grade, gross="30", tare="2", **others):
    return {"grade": grade, "gross": gross, "tare": tare, "declared": 0, **others}


def slips():
    return db.session.scalar(select(func.count()).select_from(Slip))


def test_a_delivery_becomes_a_slip_with_weight_price_amount_and_agent(sun, h):
    typed = delivery(
        row(h.county.top, gross="32.5", deduction="0.5", reason="leaves"),
        row(h.county.first, gross="20", tare="1"),
    )
    answer = sun.post(SCALE, data=typed)
    assert answer.status_code == 303
    page = sun.get(answer.location).text
    for said in (
        "0.5 kg · leaves",
        "60 jin (30 kg)",
        "¥4.70/jin",
        "¥282.00",
        "38 jin (19 kg)",
        "¥133.00",
        "98 jin (49 kg)",
        "¥415.00",
        "孙站甲",
    ):
        assert said in page, said
    assert sun.post(SCALE, data=typed).location == answer.location
    assert slips() == 3


def test_the_price_of_the_slip_is_frozen(sun, h):
    location = sun.post(SCALE, data=delivery(row(h.county.top))).location
    with db.transaction():
        actor = h.county.cast.he.actor
        day = make.NOW.date()
        prices.set_purchase_price(h.county.top, day, FenPerKg(100), actor=actor, now=make.NOW)
    assert "¥4.70/jin" in sun.get(location).text
    assert "¥0.50/jin" in sun.get(SCALE).text


def test_the_form_begins_with_what_was_declared_and_replaces_it(sun, h):
    assert h.declared in sun.get(SCALE).text
    declared = lot_of(h.declared)
    sun.post(SCALE, data=delivery(row(h.county.top, declared=declared.id)))
    lot = lot_of(h.declared)
    assert (lot.state, int(lot.declared_g), int(lot.on_hand_g)) == ("received", 0, 28_000)
    assert db.session.scalar(select(func.count()).select_from(Lot)) == 3


def test_less_than_was_planned_moves_the_orders(sun, h):
    order = sell(h.county, (make.GIFT, 1))
    assert make.allocations(order.id)[0].lot_id == lot_of(h.declared).id
    sun.post(SCALE, data=delivery(row(h.county.top, gross="3", declared=lot_of(h.declared).id)))
    assert make.allocations(order.id)[0].state == "short"


def test_orders_that_lose_their_crates_are_named_to_the_agent_by_code_only(app, sun, h):
    order = sell(h.county, (make.GIFT, 1))
    typed = delivery(row(h.county.top, gross="3", declared=lot_of(h.declared).id))
    slip = sun.post(SCALE, data=typed).location
    page = sun.get(slip).text
    assert order.code in page
    assert "The brand office looks for other crates" in page
    assert "Ana" not in page
    lin = app.test_client()
    come_in(lin, h.county.cast.lin)
    assert order.code not in lin.get(slip.replace("/for/H-LIN", "")).text


def test_sent_five_times_over_a_bad_line_it_is_one_lot(sun, h):
    typed = delivery(row(h.county.top), row(h.county.first))
    assert len({sun.post(SCALE, data=typed).location for _ in range(5)}) == 1
    assert slips() == 3
    assert db.session.scalar(select(func.count()).select_from(Lot)) == 5


def test_a_row_stands_there_for_each_grade_the_household_brings(sun, h):
    page = sun.get(SCALE).text
    assert page.index("Yulu, top grade · ¥4.70/jin</legend>") > 0
    assert "Yulu, first grade · ¥3.50/jin</legend>" in page
    assert f"Declared: {h.declared}" in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-09-21", "The harvest day is still to come."),
        ("2025-09-20", "Picked on that day it could be stored until"),
    ],
)
def test_a_harvest_tomorrow_or_last_year_is_refused_with_a_sentence(sun, h, day, sentence):
    answer = sun.post(SCALE, data=delivery(row(h.county.top), harvested_on=day))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert slips() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tare": ""}, "Say what the empty crates weigh; 0 if nothing."),
        ({"tare": "30.5"}, "After tare and deduction nothing is left."),
        ({"tare": "-2"}, "Write a number, such as 60 or 12.5."),
        ({"tare": "30"}, "After tare and deduction nothing is left."),
        ({"deduction": "1"}, "Say why there is a deduction."),
        ({"grade": 0}, "Say which grade this is."),
        ({"gross": "heavy"}, "Write a number, such as 60 or 12.5."),
        ({"gross": "99999999"}, "The weight must be more than nothing"),
        ({"gross": "90000"}, "The orchard bears at most"),
    ],
)
def test_a_fault_is_said_at_its_row_and_nothing_is_lost(sun, h, change, sentence):
    typed = delivery(row(h.county.first), {**row(h.county.top), **change})
    answer = sun.post(SCALE, data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'href="#row-2"' in answer.text
    assert 'href="#row-1"' not in answer.text
    kept = change.get("gross", "30")
    assert answer.text.count(f'value="{kept}"') >= 1
    assert slips() == 2


def test_an_empty_slip_is_refused(sun, h):
    answer = sun.post(SCALE, data=delivery(row(h.county.top, gross="")))
    assert answer.status_code == 422
    assert "There is nothing on this delivery slip yet." in answer.text


def test_without_javascript_the_net_is_worked_out_and_rows_are_added(sun, h):
    typed = delivery(row(h.county.top, gross="32.5"))
    counted = sun.post(SCALE, data={**typed, "count": "1"})
    assert (counted.status_code, "61 jin (30.5 kg)" in counted.text) == (200, True)
    more = sun.post(SCALE, data={**typed, "more": "1"}).text
    assert 'name="rows-1-gross"' in more
    assert 'value="32.5"' in more
    assert slips() == 2


def test_the_household_agrees_and_the_agent_cannot_for_it(english, app, h):
    come_in(english, h.county.cast.lin)
    address = f"/producers/slips/{h.slip}"
    assert "is it right?" in english.get("/producers/").text
    agreed = english.post(f"{address}/confirm")
    assert "The household agreed on 20 Sep, on its own phone." in english.get(agreed.location).text
    assert lot_of(h.lot).confirmed_at == make.NOW
    assert "is it right?" not in english.get("/producers/").text
    agent = app.test_client()
    come_in(agent, h.county.cast.sun)
    assert agent.post(f"/producers/for/H-LIN/slips/{h.slip}/confirm").status_code == 404
    assert agent.post(f"/producers/for/H-ZHAO/slips/{h.zhao_slip}/confirm").status_code == 404
