"""Freight and fees at the brand's door: versions from a day on, and a parcel tried out."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select

from storefront import clock, db
from storefront.catalogue import fees, freight, versions
from storefront.catalogue.models import FeeSchedule, FreightTable
from storefront.catalogue.provinces import PROVINCES
from storefront.money import Fen
from storefront.weight import Grams
from tests import factories as make
from tests.harvest import harvest
from tests.visits import come_in, statements

FEES, FREIGHT = "/brand/catalogue/fees", "/brand/catalogue/freight"
TODAY = clock.china_day(make.NOW)
SOON = TODAY + timedelta(days=10)
WANTED = {"from_day": SOON.isoformat(), "station": "0.20", "packing": "7.00", "payment": "1"}


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def table(**others):
    """A table of two zones: one near, one where nothing is sent; the rest is in none."""
    of = {make.SHANXI: "1", make.BEIJING: "1", make.TAIWAN: "2"}
    provinces = {f"provinces-{n}": of.get(each.code, "0") for n, each in enumerate(PROVINCES)}
    near = {"name_zh": "近", "name_en": "Near", "first": "1", "first_fen": "9.00"}
    near |= {"further": "0.5", "further_fen": "1.50", "free_over": "199"}
    zones = {f"zones-0-{name}": value for name, value in near.items()}
    far = {"zones-1-name_zh": "不发", "zones-1-name_en": "Not", "zones-1-refused": "y"}
    return {"from_day": SOON.isoformat(), "then": "save", **provinces, **zones, **far, **others}


def test_fees_are_set_from_a_day_on_and_the_same_form_twice_is_one(he):
    for _again in range(2):
        assert he.post(FEES, data=WANTED).status_code == 303
    assert fees.schedule_on(SOON).packing_fen_per_box == Fen(700)
    assert len(versions.fee_versions()) == 2
    page = he.get(FEES).text
    assert "To come" in page
    assert "¥7.00" in page
    assert "1%" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"from_day": "2026-01-01"}, "It cannot begin in the past"),
        ({"from_day": ""}, "Say from which day."),
        ({"station": "x"}, "Write an amount in yuan"),
        ({"packing": ""}, "This must not stay empty."),
        ({"payment": "21"}, "at most a fifth"),
        ({"payment": "0.601"}, "Write a number"),
        ({"payment": "-1"}, "Write a number"),
    ],
)
def test_fees_that_cannot_be_keep_what_was_typed(he, change, sentence):
    answer = he.post(FEES, data={**WANTED, "packing": "6.66", **change})
    assert (answer.status_code, sentence in unescape(answer.text)) == (422, True)
    assert "packing" in change or 'value="6.66"' in answer.text
    assert len(versions.fee_versions()) == 1


def test_fees_to_come_are_taken_back_and_begun_ones_stand(he):
    he.post(FEES, data=WANTED)
    coming, begun = (row.id for row in versions.fee_versions())
    assert he.post(f"{FEES}/{coming}/take-back").status_code == 303
    assert he.post(f"{FEES}/{coming}/take-back").status_code == 404
    assert he.post(f"{FEES}/{begun}/take-back").status_code == 409
    assert [row.id for row in db.session.scalars(select(FeeSchedule))] == [begun]


def test_fees_that_would_sell_a_pack_below_cost_name_it(he):
    he.post(FEES, data={**WANTED, "packing": "60"})
    assert make.BOX in he.get(FEES).text.partition("To come")[2]


def test_a_freight_table_is_set_from_a_day_on(he):
    page = he.get(f"{FREIGHT}/new")
    assert 'value="6.00"' in page.text  # begins from what stands
    for _again in range(2):
        assert he.post(f"{FREIGHT}/new", data=table()).status_code == 303
    assert len(versions.freight_versions()) == 2
    assert freight.quote_on(SOON, make.BEIJING, Grams(1_400), Fen(1)).charge == Fen(1_050)
    newest = versions.freight_versions()[0].id
    assert "¥9.00" in he.get(f"{FREIGHT}?table={newest}").text
    assert he.post(f"{FREIGHT}/{newest}/take-back").status_code == 303
    assert len(versions.freight_versions()) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"from_day": "2026-01-01"}, "It cannot begin in the past"),
        ({"zones-0-first": ""}, "This must not stay empty."),
        ({"zones-0-first_fen": "x"}, "Write an amount in yuan"),
        ({"zones-0-first": "0"}, "needs a first and a further weight"),
        ({"zones-0-further_fen": "99"}, "one parcel would cost more than two"),
        ({"zones-2-name_en": "Third"}, "This must not stay empty."),
        ({"provinces-0": "9"}, "field__error"),
    ],
)
def test_a_freight_table_that_cannot_be_keeps_what_was_typed(he, change, sentence):
    answer = he.post(f"{FREIGHT}/new", data=table(**{"zones-0-free_over": "188.00", **change}))
    assert (answer.status_code, sentence in unescape(answer.text)) == (422, True)
    assert 'value="188.00"' in answer.text
    assert len(db.session.scalars(select(FreightTable)).all()) == 1


def test_one_more_zone_is_given_without_saving(he):
    answer = he.post(f"{FREIGHT}/new", data=table(then="more"))
    assert (answer.status_code, "Zone 3" in answer.text) == (200, True)
    assert len(versions.freight_versions()) == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (f"sku={make.BOX}&packs=2&province={make.SHANXI}", "¥11.00"),
        (f"sku={make.BOX}&packs=3&province={make.SHANXI}", "Free"),
        (f"sku={make.BOX}&packs=2&province={make.TAIWAN}", "We do not send fresh fruit to Taiwan"),
        (f"sku={make.BOX}&packs=2", "Choose a province"),
        ("sku=NONE&packs=x&province=y&table=z", "Choose a province"),
    ],
)
def test_a_parcel_is_tried_out(he, asked, sentence):
    for answer in (he.get(f"{FREIGHT}?{asked}"), he.fragment(f"{FREIGHT}?{asked}")):
        assert (answer.status_code, sentence in answer.text) == (200, True)


def test_the_pages_ask_little(he):
    for address in (FEES, FREIGHT, f"{FREIGHT}/new"):
        with statements() as seen:
            he.get(address)
        assert len(seen) <= 8, address
