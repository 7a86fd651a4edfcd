"""At the table: a crate that holds less, and a parcel of which the rest goes later."""

import re

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.orders.models import Parcel
from storefront.outbox import Letter
from storefront.web import letters
from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest, parcel_of, planned, sell
from tests.visits import come_in


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def key_of(page, address):
    form = page.partition(f'action="{address}"')[2]
    return re.findall(r'name="key" type="hidden" value="([0-9a-f]{24})"', form)[0]


def test_only_the_office_splits(app, h, he):
    row = planned(h.parcel)[0].id
    only(app, h.county.cast, {"he"}, [f"/brand/packing/{h.parcel}/split"])
    here = f"/brand/packing/{h.parcel}"
    only_post(app, h.county.cast, {"he"}, [f"{here}/split", f"{here}/crates/{row}/short"])


def test_a_crate_that_holds_less_is_filled_from_another(he, h):
    row = planned(h.parcel)[0]
    here = f"/brand/packing/{h.parcel}"
    address = f"{here}/crates/{row.id}/short"
    key = key_of(he.get(here).text, address)
    typed = {"there": "x", "reason": "rot", "key": key}
    wrong = he.post(address, data=typed)
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    for _ in range(2):
        done = he.post(address, data={**typed, "there": "3"})
        assert done.status_code == 303
    assert "come from another crate now" in he.get(here).text
    assert [int(one.grams) for one in planned(h.parcel)] == [1_500, 1_000, 1_000]


def test_chosen_crates_go_later_and_the_buyer_reads_when(he, h):
    here = f"/brand/packing/{h.parcel}/split"
    page = he.get(here)
    assert page.text.count("checked") == 2  # both wait for their crate
    row, key = planned(h.parcel)[0].id, key_of(page.text, here)
    typed = {"crates": [row], "promised_on": "2026-09-28", "key": key}
    none = he.post(here, data={**typed, "crates": []})
    assert none.status_code == 422
    assert "Choose what goes later." in none.text
    past = he.post(here, data={**typed, "promised_on": "2026-09-01"})
    assert past.status_code == 422
    assert "No parcel leaves on 1 Sep" in past.text
    for _ in range(2):
        assert he.post(here, data=typed).status_code == 303
    first = parcel_of(h.parcel)
    both = db.session.scalars(select(Parcel.promised_on).where(Parcel.order_id == first.order_id))
    assert max(map(str, both)) == "2026-09-28"
    [letter] = db.session.scalars(select(Letter).where(Letter.kind == "split"))
    text = letters.render(letter).get_content()
    assert "9月28日" in text


def test_boxes_go_later_by_their_number(he, h):
    order = sell(h.county, (make.BOX, 3))
    code = make.parcel_of(order.id).code
    here = f"/brand/packing/{code}/split"
    page = he.get(here).text
    line = re.findall(r'name="line" type="hidden" value="(\d+)"', page)[0]
    typed = {"line": line, "promised_on": "2026-09-28", "key": key_of(page, here)}
    assert he.post(here, data={**typed, "boxes": "3"}).status_code == 422
    assert he.post(here, data={**typed, "boxes": "0"}).status_code == 422
    assert he.post(here, data={**typed, "boxes": "1"}).status_code == 303
    assert [int(one.grams) for one in planned(code)] == [5_000]


def test_a_parcel_that_has_left_is_not_split(he, h):
    order = sell(h.county, (make.BOX, 2), steps="dispatch")
    code = make.parcel_of(order.id).code
    assert "cannot be split any more" in he.get(f"/brand/packing/{code}/split").text
