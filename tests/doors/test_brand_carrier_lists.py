"""The carrier's list on the office's screen: sent, looked at, and sent off in one step."""

import re
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.cli import chores
from storefront.orders.models import Parcel
from tests import factories as make
from tests.access import only, only_post
from tests.filed import csv_of, xlsx_of
from tests.harvest import harvest, parcel_of, sell
from tests.visits import come_in, statements

HERE = "/brand/carrier-lists"
HEAD = ["包裹号", "快递公司", "运单号"]


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        made = harvest()
        with db.transaction():
            make.pack(made.county, parcel_of(made.parcel).order_id)
        yield made


@pytest.fixture
def he(english, h):
    come_in(english, h.county.cast.he)
    return english


def sent(client, rows, *, as_file=xlsx_of, **others):
    content = as_file([HEAD, *rows])
    return client.post(HERE, data={"file": (BytesIO(content), "a.xlsx"), "carrier": "", **others})


def press(client, address, page, **others):
    [seen] = re.findall(r'name="seen" value="([0-9a-f]+)"', page)
    return client.post(f"{address}/send-off", data={"seen": seen, **others})


def test_only_the_office_sends_lists(app, h, he):
    code = sent(he, [[h.parcel, "顺丰", "SF1234567890"]]).location.rpartition("/")[2]
    only(app, h.county.cast, {"he"}, [HERE, f"{HERE}/{code}"])
    steps = [f"{HERE}/{code}/{step}" for step in ("send-off", "put-away")]
    only_post(app, h.county.cast, {"he"}, [HERE, *steps])


def test_a_list_is_looked_at_and_sent_off(he, h):
    answer = sent(he, [[h.parcel, "顺丰", "SF1234567890"], ["BCDFGHJK", "顺丰", "SF1234567891"]])
    assert answer.status_code == 303
    page = he.get(answer.location).text
    assert "Send off 1 parcel" in page
    assert "row 3 · A 包裹号" in page
    assert "one of its signs is wrong" in page
    assert parcel_of(h.parcel).state == "packed"
    done = press(he, answer.location, page)
    assert done.status_code == 303
    assert "1 parcel has left." in he.get(done.location).text
    assert parcel_of(h.parcel).number == "SF1234567890"


def test_pasted_rows_are_a_list_too(he, h):
    pasted = f"{h.parcel}\tSF1234567890\r\n"
    answer = he.post(HERE, data={"pasted": pasted, "carrier": "SF"})
    assert "Send off 1 parcel" in he.get(answer.location).text


def test_what_is_no_list_is_refused_and_keeps_what_was_pasted(he):
    answer = he.post(HERE, data={"pasted": "what is this", "carrier": ""})
    assert answer.status_code == 422
    assert "No line of headings names a column for the numbers" in answer.text
    assert "what is this" in answer.text
    assert "There is nothing in this file." in he.post(HERE, data={"carrier": ""}).text


def test_a_page_that_is_out_of_date_is_told_so(he, h):
    answer = sent(he, [[h.parcel, "顺丰", "SF1234567890"]])
    page = he.get(answer.location).text
    he.post(f"/brand/packing/{h.parcel}/dispatch", data={"carrier": "SF", "number": "SF999999999"})
    refused = press(he, answer.location, page)
    assert refused.status_code == 409
    assert "no longer as it was shown" in refused.text
    assert "has left under the number SF999999999" in refused.text


def test_of_a_long_list_the_worker_sends_the_rest(he, h):
    codes = [h.parcel]
    for _ in range(24):
        order = sell(h.county, (make.PASTE, 1))
        with db.transaction():
            codes.append(make.pack(h.county, order.id).code)
    answer = sent(he, [[code, "顺丰", f"SF{n:010}"] for n, code in enumerate(codes)])
    press(he, answer.location, he.get(answer.location).text)
    page = he.get(answer.location).text
    assert "of 25 parcels have left." in page
    assert 'hx-trigger="every 2s"' in page
    assert chores.send_off_lists() > 0
    assert "25 parcels have left." in he.get(answer.location).text
    left = select(Parcel.id).where(Parcel.state == "dispatched")
    assert len(list(db.session.scalars(left))) == 25


def test_two_thousand_rows_are_judged_in_few_questions(he, h):
    rows = [[h.parcel, "顺丰", f"SF{n:010}"] for n in range(2000)]
    answer = sent(he, rows, as_file=csv_of)
    with statements() as seen:
        assert he.get(answer.location).status_code == 200
    assert len(seen) <= 8
