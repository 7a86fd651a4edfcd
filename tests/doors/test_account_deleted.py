"""Leaving: the person goes, records of trade stay; at once, by themselves, and only once."""

import pytest
from sqlalchemy import select, text

from storefront import audit, db
from storefront.accounts import own, sign_ins
from storefront.accounts.models import Address, User
from storefront.cli import chores
from storefront.orders import kept
from storefront.orders.models import KeptOrder, Order, Parcel
from storefront.outbox import Letter
from storefront.reports.check import check
from tests import factories as make
from tests.doors.test_account_addresses import TYPED
from tests.people import PASSWORD
from tests.visits import come_in


@pytest.fixture
def county(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 50_000)
    return county


@pytest.fixture
def bai(english, county):
    come_in(english, county.cast.bai)
    return english


def bought(county, how="placed"):
    """Let Bai's account have a fresh order."""
    with db.transaction():
        order = make.order((make.BOX, 1))
        order.buyer_email = "ana@example.com"
        kept.keep(order.id, how, actor=county.cast.bai.actor, now=make.NOW)
    return order.id


def arrive(county, order_id):
    with db.transaction():
        make.pay(order_id)
    with db.transaction():
        make.dispatch(county, order_id)
    with db.transaction():
        make.close(county, order_id)


def delete(client, password=PASSWORD):
    return client.post("/account/delete", data={"current_password": password})


def buyer(order_id):
    db.session.rollback()
    db.session.expire_all()
    order = db.get(Order, order_id)
    parcel = db.session.scalars(select(Parcel).where(Parcel.order_id == order_id)).one()
    own = [order.buyer_name, order.buyer_phone, order.buyer_email]
    return [*own, parcel.recipient, parcel.address]


CUT = ["", "", None, "", ""]


def test_the_page_says_what_goes_and_what_stays(bai):
    page = bai.get("/account/delete").text
    assert "article 31" in page
    assert "What goes, at once" in page


def test_the_person_goes_and_the_trade_stays(bai, county):
    order_id = bought(county)
    arrive(county, order_id)
    before = db.get(Order, order_id)
    token, total = before.token, before.total_fen
    bai.post("/account/addresses/new", data=TYPED)
    assert delete(bai).location == "/"
    assert buyer(order_id) == CUT
    user = db.get(User, county.cast.bai.actor.user_id)
    assert (user.phone, user.email, user.password_hash) == ("", "", "")
    assert (user.email_digest, user.phone_digest, user.pair_digest) == (None, None, None)
    assert user.disabled_at is not None
    assert db.session.scalars(select(Address.id)).all() == []
    assert db.session.scalars(select(KeptOrder.id)).all() == []
    assert {row.recipient for row in db.session.scalars(select(Letter))} <= {""}
    assert db.get(Order, order_id).total_fen == total
    assert bai.get(f"/orders/{token}").status_code == 200
    assert [law for law in check() if not law.ok] == []


def test_every_session_ends_and_nobody_comes_in_any_more(bai, county):
    other = bai.application.test_client()
    come_in(other, county.cast.bai)
    delete(bai)
    for client in (bai, other):
        assert client.get("/account/").status_code == 303
    form = {"identifier": county.cast.bai.identifier, "password": PASSWORD}
    assert other.post("/sign-in", data=form).status_code == 422


def test_an_order_on_its_way_is_forgotten_when_it_is_over(bai, county):
    order_id = bought(county)
    with db.transaction():
        make.pay(order_id)
    delete(bai)
    assert "" not in buyer(order_id)[:2]  # it must still find its door
    with db.transaction():
        make.dispatch(county, order_id)
    assert db.session.scalars(select(Letter).where(Letter.kind == "dispatched")).all()
    with db.transaction():
        make.close(county, order_id)
    chores.forget_people()
    assert buyer(order_id) == CUT
    assert {row.recipient for row in db.session.scalars(select(Letter))} == {""}


def test_an_order_of_somebody_else_keeps_its_buyer(bai, county):
    order_id = bought(county, how="link")
    arrive(county, order_id)
    delete(bai)
    assert "" not in buyer(order_id)
    assert db.session.scalars(select(KeptOrder.id)).all() == []


def test_a_wrong_password_deletes_nothing(bai, county):
    order_id = bought(county)
    answer = delete(bai, "not my password")
    assert answer.status_code == 422
    assert bai.get("/account/").status_code == 200
    assert "" not in buyer(order_id)


def test_guessing_here_locks_as_everywhere(bai, county):
    answers = [delete(bai, "not my password") for _ in range(6)]
    assert "too many wrong tries" in answers[-1].text
    assert "too many wrong tries" in delete(bai).text


def test_closed_twice_is_closed_once(bai, county):
    actor, now = county.cast.bai.actor, make.NOW
    proof = own.prove(actor, PASSWORD, now=now)
    for _ in range(2):
        with db.transaction():
            assert kept.close_account(actor, proof, now=now) is None
    rows = audit.of_account(actor.user_id or 0, limit=20)
    assert [row.verb for row in rows].count("close_account") == 1


def test_a_letter_that_waits_for_the_mail_server_is_not_sent_to_who_has_gone(bai, county):
    order_id = bought(county)
    arrive(county, order_id)
    delete(bai)
    fates = db.session.execute(text("SELECT sent_at, given_up_at, addressed FROM letter")).all()
    assert fates
    assert all(given_up and not addressed for _sent, given_up, addressed in fates)


def test_staff_and_households_do_not_leave_here(client, county):
    come_in(client, county.cast.lin)
    assert client.get("/account/delete").status_code == 404
    assert delete(client).status_code == 404
    assert sign_ins.prove(county.cast.lin.identifier, PASSWORD, now=make.NOW).right
