"""Commitment certificates: the household's, the office's, and what anyone may read."""

import re

import pytest
import time_machine

from storefront import db
from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest, parcel_of
from tests.visits import come_in

HERE = "/brand/certificates"


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        made = harvest()
        with db.transaction():
            make.pack(made.county, parcel_of(made.parcel).order_id)
        yield made


@pytest.fixture
def visit(app, h):
    def come(who, language="en"):
        client = app.test_client()
        client.set_cookie("lang", language)
        come_in(client, getattr(h.county.cast, who))
        return client

    return come


def form_of(page):
    return dict(re.findall(r'name="(key|grade|day)"[^>]*value="([^"]*)"', page))


def issued(client, address, **more):
    form = form_of(client.get(address).text)
    return client.post(address, data={**form, "basis": "controlled", **more})


def test_who_may_see_and_issue_them(app, h, visit):
    code = issued(visit("he"), HERE).location.rpartition("/")[2]
    only(app, h.county.cast, {"he"}, [HERE, f"{HERE}/{code}"])
    only_post(app, h.county.cast, {"he"}, [HERE])
    own = f"/producers/lots/{h.lot}/certificate"
    assert visit("zhao").get(own).status_code == 404
    assert visit("gao").get(own.replace("lots", "for/H-LIN/lots")).status_code == 404


def test_a_household_promises_on_its_phone_and_prints_in_chinese(visit, h):
    lin, own = visit("lin"), f"/producers/lots/{h.lot}/certificate"
    assert "Commitment certificate" in lin.get(f"/producers/lots/{h.lot}").text
    for _ in range(2):
        assert issued(lin, own, basis="tested").status_code == 303
    page = lin.get(own).text
    for said in (
        "承诺达标合格证",
        "未使用禁用农药",
        "自行检测合格",
        "林果甲",
        "替换原合格证",
        "2026年9月20日",
    ):
        assert said in page
    none = lin.post(own, data={**form_of(page), "basis": []})
    assert none.status_code == 422
    assert "tick at least one" in none.text


def test_the_agent_does_it_for_the_household(visit, h):
    sun, own = visit("sun"), f"/producers/for/H-LIN/lots/{h.lot}/certificate"
    assert "let it sign" in sun.get(own).text
    assert issued(sun, own).status_code == 303


def test_what_is_only_declared_cannot_be_promised_of(visit, h):
    page = visit("lin").get(f"/producers/lots/{h.declared}/certificate").text
    assert "once the lot is weighed in" in page
    assert 'name="basis"' not in page


def test_the_office_certifies_what_it_packed_and_the_trace_says_so(app, visit, h):
    issued(visit("lin"), f"/producers/lots/{h.lot}/certificate")
    he = visit("he")
    done = issued(he, HERE)
    page = he.get(done.location).text
    assert "已按规定收取并保存" in page
    assert h.lot in page
    stranger = app.test_client()
    stranger.set_cookie("lang", "en")
    trace = stranger.get(f"/t/{parcel_of(h.parcel).trace_code}").text
    assert "Commitment certificate" in trace
    assert done.location.rpartition("/")[2] in trace
    for secret in ("林果甲", "H-LIN", "13800000099"):
        assert secret not in trace


def test_a_form_that_names_nothing_is_told_so(visit, h):
    he = visit("he")
    form = form_of(he.get(HERE).text)
    assert he.post(HERE, data={**form, "basis": []}).status_code == 422
    other = he.post(HERE, data={**form, "basis": "tested", "day": "2026-01-01"})
    assert other.status_code == 422
    assert "Nothing of this grade was packed on 1 Jan" in other.text
    assert he.post(HERE, data={**form, "basis": "tested", "grade": "999"}).status_code == 404
