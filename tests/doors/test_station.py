"""The station's first page: its own day, what is still to come, what nobody has agreed with."""

from datetime import timedelta

import pytest
import time_machine

from storefront import db
from storefront.supply import confirming, disputes
from tests import factories as make
from tests.harvest import harvest, lot_of
from tests.visits import come_in, statements

MOST = 8


@pytest.fixture
def h(app):
    with time_machine.travel(make.NOW, tick=False):
        yield harvest()


@pytest.fixture
def sun(english, h):
    come_in(english, h.county.cast.sun)
    return english


def part(page, heading):
    """Return what stands under a heading of the page."""
    return page.text.partition(heading)[2].partition("<section")[0]


def test_the_days_deliveries_what_is_to_come_and_what_is_open(sun, h):
    page = sun.get("/producers/")
    for said in ("Not agreed yet: 2", "Declared, not weighed: 1", "Weighed today: 2"):
        assert said in page.text
    assert h.declared in part(page, "Declared, not weighed")
    assert "Disputed by the household" not in page.text


def test_another_day_the_oldest_stands_first_with_its_age(sun, h):
    with db.transaction():
        sun_actor, slip = h.county.cast.sun.actor, lot_of(h.lot).slip_id or 0
        confirming.at_next_visit(slip, actor=sun_actor, now=make.NOW)
    with time_machine.travel(make.NOW + timedelta(days=3), tick=False):
        come_in(sun, h.county.cast.sun)
        with db.transaction():
            make.weigh(h.county, h.county.lin, h.county.first, 5_000, now=make.NOW + 3 * make.DAY)
        page = sun.get("/producers/")
    still_open = part(page, "Not agreed yet: 3")
    assert still_open.index(h.slip) < still_open.index("since today")
    assert "3 days · ask at the next visit" in " ".join(still_open.split())
    assert "Weighed today: 1" in page.text


def test_what_is_disputed_stands_alone_and_first(sun, h):
    lot = lot_of(h.lot)
    with db.transaction():
        said = {"words": "", "key": "k", "actor": h.county.cast.lin.actor, "now": make.NOW}
        disputes.dispute(lot.slip_id or 0, lot.id, "weight", **said)
    page = sun.get("/producers/")
    assert h.slip in part(page, "Disputed by the household: 1")
    assert h.slip not in part(page, "Not agreed yet: 1")


def test_another_stations_day_is_not_shown(app, h):
    gao = app.test_client()
    gao.set_cookie("lang", "en")
    come_in(gao, h.county.cast.gao)
    page = gao.get("/producers/").text
    assert "Weighed today: 0" in page
    for code in (h.slip, h.zhao_slip, h.declared):
        assert code not in page


def test_however_many_it_asks_at_most_eight_questions(sun, h):
    def count():
        with statements() as asked:
            assert sun.get("/producers/").status_code == 200
        return len(asked)

    before = count()
    with db.transaction():
        for _ in range(25):
            make.weigh(h.county, h.county.lin, h.county.first, 1_000)
    assert before == count() <= MOST
    assert "Not agreed yet: 20+" in sun.get("/producers/").text


def test_who_looks_for_somebody_sees_only_whom_they_look_for(sun, h):
    assert "Weighed today" not in sun.get("/producers/?q=赵").text
