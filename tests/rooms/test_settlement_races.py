"""Two people press the same button at once: once in the books, and the summary misses nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.actors import Actor
from storefront.errors import Busy, Refusal
from storefront.ledger.models import Entry
from storefront.orders import parcels, split
from storefront.orders.models import Line, Parcel
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


def test_of_lost_and_delivered_at_once_one_is_true(app, c):
    """The operator gives up the parcel in the moment the shopper opens it."""
    parcel = packed(c)
    with db.transaction():
        sales.dispatch(parcel, "SF", "SF1", actor=c.cast.he.actor, now=NOW)
    he = c.cast.he.actor
    said = at_once(
        app,
        lambda: parcels.mark_lost(parcel, actor=he, now=NOW).state,
        lambda: parcels.mark_delivered(parcel, actor=Actor.guest(), now=NOW).state,
    )
    refused = [answer for answer in said if isinstance(answer, Refusal)]
    assert [answer.code for answer in refused] == ["parcel_step"]
    assert refused[0].facts["state"] in said
    assert broken() == []


def test_a_split_that_is_sent_twice_at_once_makes_one_parcel(app, c):
    with db.transaction():
        order = make.order((make.BOX, 3))
        make.pay(order.id)
        parcel = make.parcel_of(order.id).id
    line = db.session.scalars(select(Line.id).where(Line.order_id == order.id)).one()
    he = c.cast.he.actor

    def act():
        return split.split_boxes(parcel, {line: 1}, key="once", actor=he, now=NOW).code

    said = at_once(app, *[act] * 3)
    assert len(set(said)) == 1
    assert db.session.scalar(select(func.count()).select_from(Parcel)) == 2
    assert broken() == []


def test_a_parcel_split_while_it_is_sent_is_whole_or_in_two(app, c):
    """Either it left before, and is not split; or it is in two, and one of them left."""
    with db.transaction():
        order = make.order((make.BOX, 1), (make.PASTE, 1))
        make.pay(order.id)
        parcel = make.pack(c, order.id).id
    (row,) = make.allocations(order.id)
    he, row_id = c.cast.he.actor, row.id
    said = at_once(
        app,
        send(c, parcel),
        lambda: split.split_crates(parcel, {row_id}, key="k", actor=he, now=NOW).code,
    )
    parts = db.session.scalar(select(func.count()).select_from(Parcel))
    assert parts == (1 if isinstance(said[1], Refusal) else 2)
    assert broken() == []
