"""A parcel that never arrives: the operator says so, the shares stand and fall due at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import db
from storefront.actors import Actor
from storefront.audit import AuditEvent
from storefront.errors import Forbidden, Refusal
from storefront.orders import parcels
from storefront.orders.models import Order, OrderEvent, Parcel
from storefront.orders.queries import order_page, orders_listed
from storefront.outbox import Letter
from storefront.reports.check import check
from storefront.reports.order_books import order_books
from storefront.settlement import sales
from storefront.supply.models import Movement
from tests import factories as make

NOW = make.NOW
WINDOW = timedelta(days=2)
HOW = {"lost": parcels.mark_lost, "returned": parcels.mark_returned}
BOTH = pytest.mark.parametrize("how", sorted(HOW))


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 40_000)
    return county


def sent(c, *items):
    with db.transaction():
        order = make.order(*(items or [(make.BOX, 1)]))
        make.pay(order.id)
    with db.transaction():
        return make.dispatch(c, order.id)


def say(c, parcel, how, actor=None, now=NOW):
    with db.transaction():
        return HOW[how](parcel.id, actor=actor or c.cast.he.actor, now=now)


def chore(now=NOW):
    with db.transaction():
        return sales.close_due(after_sale=WINDOW, now=now)


def as_it_is(parcel):
    query = select(Parcel).where(Parcel.id == parcel.id).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def token_of(parcel):
    return db.get(Order, parcel.order_id).token


@BOTH
def test_it_closes_without_a_window_and_its_shares_fall_due(c, how):
    parcel = sent(c)
    assert say(c, parcel, how).state == how
    assert chore() == 1
    (row,) = make.allocations(parcel.order_id)
    assert (as_it_is(parcel).state, row.state, int(row.share_fen)) == ("closed", "due", 1_750)
    assert db.get(Order, parcel.order_id).state == "completed"
    assert [finding for finding in check() if not finding.ok] == []
    assert order_books(db.get(Order, parcel.order_id).code).agrees


@BOTH
def test_said_again_it_changes_nothing_also_after_it_closed(c, how):
    parcel = sent(c)
    first = say(c, parcel, how)
    when = getattr(first, f"{how}_at")
    say(c, parcel, how, now=NOW + make.DAY)
    chore()
    say(c, parcel, how, now=NOW + 2 * make.DAY)
    now_is = as_it_is(parcel)
    assert (now_is.state, getattr(now_is, f"{how}_at")) == ("closed", when)
    events = db.session.scalars(select(OrderEvent).where(OrderEvent.kind == how)).all()
    letters = db.session.scalars(select(Letter).where(Letter.kind == how)).all()
    assert (len(events), len(letters)) == (1, 1)


@BOTH
def test_it_stands_on_the_timeline_in_the_audit_and_in_one_letter(c, how):
    parcel = sent(c)
    say(c, parcel, how)
    (event,) = db.session.scalars(select(OrderEvent).where(OrderEvent.kind == how))
    assert (event.parcel_id, event.actor_kind) == (parcel.id, "user")
    verb = {"lost": "lose", "returned": "return"}[how]
    (audited,) = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == verb))
    assert (audited.object_code, audited.actor_user_id) == (parcel.code, c.cast.he.actor.user_id)
    (letter,) = db.session.scalars(select(Letter).where(Letter.kind == how))
    assert letter.recipient == "ana@example.com"


@BOTH
def test_only_the_brand_office_says_so(c, how):
    parcel = sent(c)
    for actor in (Actor.guest(), Actor.shop(), c.cast.lin.actor, c.cast.sun.actor, c.cast.wu.actor):
        with pytest.raises(Forbidden):
            say(c, parcel, how, actor)
    assert as_it_is(parcel).state == "dispatched"


@BOTH
def test_what_did_not_leave_or_has_arrived_is_neither_lost_nor_back(c, how):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    here, arrived, other = make.parcel_of(order.id), sent(c), sent(c)
    with db.transaction():
        parcels.mark_delivered(arrived.id, actor=Actor.guest(), now=NOW)
    say(c, other, "returned" if how == "lost" else "lost")
    for parcel in (here, arrived, other):
        with pytest.raises(Refusal) as caught:
            say(c, parcel, how)
        assert caught.value.code == "parcel_step"


@BOTH
def test_neither_the_shopper_nor_the_days_make_it_arrive(c, how):
    parcel = sent(c)
    say(c, parcel, how)
    with pytest.raises(Refusal), db.transaction():
        parcels.mark_delivered(parcel.id, actor=Actor.guest(), now=NOW)
    with db.transaction():
        assert parcels.deliver_by_elapsed(now=NOW + 30 * make.DAY, days=7) == 0
    assert as_it_is(parcel).state == how


def test_what_came_back_goes_into_no_lot_again(c):
    parcel = sent(c)
    before = db.session.scalars(select(Movement.id)).all()
    say(c, parcel, "returned")
    chore()
    assert db.session.scalars(select(Movement.id)).all() == before


@BOTH
def test_people_read_what_became_of_it_before_and_after_it_closed(c, how):
    parcel = sent(c)
    assert order_page(token_of(parcel)).progress == "dispatched"
    say(c, parcel, how)
    assert order_page(token_of(parcel)).progress == how
    chore()
    page = order_page(token_of(parcel))
    assert (page.state, page.progress, page.parcels[0].fate) == ("completed", how, how)
    assert [row.progress for row in orders_listed()] == [how]
