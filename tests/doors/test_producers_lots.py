"""The three buttons: + to deliver, - taken back, sold out."""

import gzip
import re

import pytest
import time_machine
from sqlalchemy import func, select

from storefront import db, ids
from storefront.supply.models import Lot, Movement
from storefront.web import asset_build
from tests import factories as make
from tests.harvest import harvest, lot_of
from tests.visits import come_in

DECLARE = "/producers/lots/declare"
FIRST_PAGE_BYTES = 60_000


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def lin(english, h):
    come_in(english, h.county.cast.lin)
    return english


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def declaration(h, **others):
    today = "2026-09-20"
    typed = {"grade": h.county.top, "grams": "60", "harvested_on": today, "key": ids.new_key()}
    return {**typed, **others}


def test_jin_are_written_down_as_grams_and_shown(lin, h):
    answer = lin.post(DECLARE, data=declaration(h, grams="60.5"))
    assert answer.status_code == 303
    page = lin.get(answer.location).text
    assert "It is written down" in page
    assert "60.5 jin (30.25 kg)" in page
    assert "Yulu, top grade" in page
    newest = db.session.scalars(select(Lot).order_by(Lot.id.desc()).limit(1)).one()
    assert (int(newest.declared_g), newest.state, newest.channel) == (30_250, "declared", "self")


def test_the_grade_brought_last_is_offered_first(lin, h):
    page = lin.get(DECLARE).text
    assert page.index("Yulu, top grade") < page.index("Yulu, first grade")
    with db.transaction():
        make.weigh(h.county, h.county.lin, h.county.first, 5_000)
    page = lin.get(DECLARE).text
    assert page.index("Yulu, first grade") < page.index("Yulu, top grade")
    assert page.index("checked") < page.index("Yulu, first grade")


def test_full_width_digits_are_digits(lin, h):
    assert lin.post(DECLARE, data=declaration(h, grams="６０")).status_code == 303


def test_a_form_sent_twice_is_one_lot(lin, h):
    typed = declaration(h)
    first, second = (lin.post(DECLARE, data=typed) for _ in range(2))
    assert first.location == second.location
    assert count(Lot) == 4


@pytest.mark.parametrize("grams", ["", "0", "-5", "abc", "1e9", "999999999", "1.0001"])
def test_a_weight_that_cannot_be_loses_nothing(lin, h, grams):
    answer = lin.post(DECLARE, data=declaration(h, grams=grams))
    assert answer.status_code == 422
    assert f'value="{grams}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert re.search(r'type="radio" value="\d+" checked|checked [^>]*type="radio"', answer.text)
    assert count(Lot) == 3


def test_a_harvest_too_far_ahead_is_refused_at_its_field(lin, h):
    answer = lin.post(DECLARE, data=declaration(h, harvested_on="2027-01-19"))
    assert answer.status_code == 422
    assert "who knows what the year brings after that" in answer.text
    assert 'id="harvested_on-error"' in answer.text


@pytest.mark.parametrize(
    ("field", "typed"), [("grade", "999"), ("grade", ""), ("harvested_on", "soon"), ("key", "x")]
)
def test_other_bad_input_is_refused_too(lin, h, field, typed):
    assert lin.post(DECLARE, data=declaration(h, **{field: typed})).status_code == 422
    assert count(Lot) == 3


def test_taking_back_says_how_to_undo_it(lin, h):
    typed = {"grams": "10", "key": ids.new_key()}
    answer = lin.post(f"/producers/lots/{h.lot}/take-back", data=typed)
    assert answer.status_code == 303
    page = lin.get(answer.location).text
    assert "10 jin (5 kg)" in page
    assert "Was that a mistake?" in page
    assert DECLARE in page
    before = lot_of(h.lot).available_g
    again = lin.post(f"/producers/lots/{h.lot}/take-back", data=typed)
    assert again.location == answer.location
    assert lot_of(h.lot).available_g == before


def test_more_than_is_there_is_refused_and_kept(lin, h):
    typed = {"grams": "100", "key": ids.new_key()}
    moved = count(Movement)
    answer = lin.post(f"/producers/lots/{h.lot}/take-back", data=typed)
    assert answer.status_code == 422
    assert 'value="100"' in answer.text
    assert f"Lot {h.lot} has only 93 jin (46.5 kg) left." in answer.text
    assert typed["key"] in answer.text
    assert count(Movement) == moved


def test_sold_out_leaves_what_is_planned(lin, h):
    address, key = f"/producers/lots/{h.lot}/sold-out", ids.new_key()
    assert "7 jin (3.5 kg) stays set aside for orders." in lin.get(address).text
    answer = lin.post(address, data={"key": key})
    assert "93 jin (46.5 kg)" in lin.get(answer.location).text
    lot = lot_of(h.lot)
    assert (int(lot.available_g), int(lot.on_hand_g)) == (0, 3_500)
    assert lin.post(address, data={"key": key}).location == answer.location
    empty = lin.post(address, data={"key": ids.new_key()})
    assert "Nothing was left of this lot" in lin.get(empty.location).text


def test_what_was_taken_of_both_stocks_is_one_sum(lin, h):
    lin.post(f"/producers/lots/{h.declared}/sold-out", data={"key": (key := ids.new_key())})
    page = lin.get(f"/producers/lots/{h.declared}/done/{key}").text
    assert "60 jin (30 kg)" in page


def test_with_one_lot_the_button_leads_to_it_and_with_none_it_says_so(lin, h):
    assert h.lot in lin.get("/producers/lots/take-back").text
    lin.post(f"/producers/lots/{h.declared}/sold-out", data={"key": ids.new_key()})
    only = lin.get("/producers/lots/take-back")
    assert only.location == f"/producers/lots/{h.lot}/take-back"
    lin.post(f"/producers/lots/{h.lot}/sold-out", data={"key": ids.new_key()})
    assert "Nothing can be taken back now" in lin.get("/producers/lots/take-back").text


def test_an_agent_does_the_same_for_the_household(english, h):
    come_in(english, h.county.cast.sun)
    address = "/producers/for/H-LIN/lots/declare"
    answer = english.post(address, data=declaration(h))
    assert answer.location.startswith("/producers/for/H-LIN/lots/")
    newest = db.session.scalars(select(Lot).order_by(Lot.id.desc()).limit(1)).one()
    assert (newest.channel, newest.household_id) == ("agent", h.county.lin)


def test_the_first_page_fits_a_slow_phone(lin, var):
    """Page, style sheet and script together, as they travel; no picture, no other request."""
    page = lin.get("/producers/").text
    assert "<img" not in page
    assert page.count("<script") == 1
    assert page.count('rel="stylesheet"') == 1
    built = asset_build.build(var / "measured", compress=False)
    parts = [(var / "measured" / built[name]).read_bytes() for name in ("css/app.css", "js/app.js")]
    total = sum(len(gzip.compress(part)) for part in (page.encode(), *parts))
    assert total < FIRST_PAGE_BYTES


def test_a_lot_tells_its_whole_story(lin, h):
    page = lin.get(f"/producers/lots/{h.lot}").text
    assert "Weighed in" in page
    assert "+100 jin" in page
    assert h.slip in page
    assert "¥3.50/jin" in page
