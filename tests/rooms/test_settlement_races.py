"""Two people press the same button at once: once in the books, and the summary misses nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.actors import Actor
from storefront.errors import Busy, Refusal
from storefront.ledger.models import Entry
from storefront.orders import parcels
from storefront.reports.check import check
from storefront.settlement import answers, losses, payruns, sales
from storefront.settlement.models import PayItem, PayItemRow, PayRun
from storefront.supply.models import Lot
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW
LATER = NOW + 4 * make.DAY
ORDERS = 4


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 40_000)
    return county


def packed(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        return make.pack(c, order.id).id


def at_once(app, *acts):
    """Run each act in a thread of its own, from the same moment; return what they said."""
    start = Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait()
            try:
                with db.transaction():
                    return act() or "done"
            except (Refusal, Busy) as answer:
                return answer

    with ThreadPoolExecutor(len(acts)) as threads:
        said = list(threads.map(run, acts))
    db.session.rollback()  # what this thread has read is old now
    return said


def send(c, parcel_id):
    def act():
        sales.dispatch(parcel_id, "SF", "SF1", actor=c.cast.he.actor, now=NOW)

    return act


def entries(kind):
    return db.session.scalar(select(func.count()).where(Entry.kind == kind))


def broken():
    return [finding for finding in check() if not finding.ok]


def test_a_parcel_that_two_people_send_is_booked_once(app, c):
    parcel = packed(c)
    assert at_once(app, *[send(c, parcel)] * 3) == ["done"] * 3
    assert entries("dispatch") == 1
    assert broken() == []


def test_parcels_of_one_household_that_leave_together_all_count(app, c):
    sent = [packed(c) for _ in range(ORDERS)]
    assert at_once(app, *(send(c, parcel) for parcel in sent)) == ["done"] * ORDERS
    assert entries("dispatch") == ORDERS
    assert broken() == []


def test_a_parcel_that_two_workers_close_is_due_once(app, c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        make.dispatch(c, order.id)
        parcel = make.parcel_of(order.id)
        parcels.mark_delivered(parcel.id, actor=c.cast.he.actor, now=NOW)

    def close():
        sales.close(parcel.id, after_sale=2 * make.DAY, actor=Actor.shop(), now=LATER)

    assert at_once(app, close, close) == ["done", "done"]
    assert entries("due") == 1
    assert broken() == []


def owed(c):
    for _ in range(2):
        with db.transaction():
            order = make.order((make.BOX, 1))
            make.pay(order.id)
            make.dispatch(c, order.id)
            make.close(c, order.id)


def test_two_drafts_at_once_never_hold_the_same_row(app, c):
    owed(c)

    def draft():
        payruns.draft(clock.china_day(LATER), actor=c.cast.wu.actor, now=LATER)

    said = at_once(app, draft, draft)
    assert said.count("done") == 1
    assert [getattr(answer, "code", "") for answer in said if answer != "done"] == ["nothing_due"]
    live = select(func.count()).select_from(PayItemRow).where(PayItemRow.live)
    assert db.session.scalar(live) == 2


def test_an_answer_that_two_people_type_is_booked_once(app, c):
    owed(c)
    wu = c.cast.wu.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=wu, now=LATER)
    with db.transaction():
        payruns.approve(run.id, actor=c.cast.qiao.actor, now=LATER)

    def export():
        payruns.export(run.id, actor=wu, now=LATER)

    assert at_once(app, export, export) == ["done", "done"]
    assert entries("pay_exported") == 2
    item = db.session.scalars(select(PayItem.id)).one()

    def answer():
        answers.record_result(item, ok=True, reason="", actor=wu, now=LATER)

    assert at_once(app, answer, answer) == ["done", "done"]
    assert entries("pay_ok") == 1
    assert db.session.scalar(select(PayRun.state)) == "settled"
    assert broken() == []


def test_a_loss_sent_twice_is_one_loss(app, c):
    lot = db.session.scalars(select(Lot)).one()

    def lose():
        he, loss = c.cast.he.actor, ("rot", "brand_fund")
        losses.write_off(lot.id, Grams(900), *loss, note="", key="once", actor=he, now=NOW)

    at_once(app, lose, lose)
    assert entries("loss") == 1
    assert broken() == []
