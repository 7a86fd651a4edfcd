"""Invoices at the brand's door: asked for, issued under a number, told to the buyer."""

import pytest
from sqlalchemy import select

from storefront import db
from storefront.audit import AuditEvent
from storefront.orders.invoices import IssuedInvoice
from storefront.orders.models import Order
from storefront.outbox import Letter
from tests import factories as make
from tests.doors.shopping import check_out, put_in, stocked
from tests.visits import come_in, statements

LIST = "/brand/invoices"
NUMBER, OTHER = "26442000000012345678", "26442000000087654321"
ASKED = {"invoice": "person", "invoice_title": "样小梨", "email": "ana@example.com"}


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return stocked()


@pytest.fixture
def he(app, county):
    office = app.test_client()
    office.get("/?lang=en")
    come_in(office, county.cast.he)
    return office


def bought(client, *, paid=True, **others):
    put_in(client)
    check_out(client, **ASKED, **others)
    db.session.rollback()
    order = db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
    if paid:
        with db.transaction():
            make.pay(order.id)
    return order.code, order.token


def numbers():
    db.session.rollback()
    return list(db.session.scalars(select(IssuedInvoice.number).order_by(IssuedInvoice.id)))


def letters():
    query = select(Letter.facts).where(Letter.kind == "invoice").order_by(Letter.id)
    return [facts["number"] for facts in db.session.scalars(query)]


def test_an_invoice_is_asked_for_issued_and_told(english, he):
    code, token = bought(english)
    assert code in he.get(LIST).text
    for _again in range(2):
        assert he.post(f"{LIST}/{code}", data={"number": NUMBER, "seen": ""}).status_code == 303
    assert (numbers(), letters()) == ([NUMBER], [NUMBER])
    assert code not in he.get(LIST).text
    assert NUMBER in he.get(f"{LIST}?state=issued").text
    assert NUMBER in he.get(f"/brand/orders/{code}").text
    assert NUMBER in english.get(f"/orders/{token}").text
    acts = select(AuditEvent.verb).where(AuditEvent.verb == "issue_invoice")
    assert len(db.session.scalars(acts).all()) == 1


def test_a_wrong_number_is_put_right_by_who_saw_it(english, he):
    code, _token = bought(english)
    he.post(f"{LIST}/{code}", data={"number": NUMBER, "seen": ""})
    stale = he.post(f"{LIST}/{code}", data={"number": OTHER, "seen": ""})
    assert (stale.status_code, "Somebody else changed this" in stale.text) == (422, True)
    right = he.post(f"{LIST}/{code}", data={"number": OTHER, "seen": NUMBER})
    assert right.status_code == 303
    assert (numbers(), letters()) == ([OTHER], [NUMBER, OTHER])


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Type the number of the invoice."),
        ("1234567", "has 8 to 20 digits"),
        ("INV-2026", "has 8 to 20 digits"),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_kept(english, he, number, sentence):
    code, _token = bought(english)
    answer = he.post(f"{LIST}/{code}", data={"number": number, "seen": ""})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{number}"' in answer.text
    assert numbers() == []


def test_one_number_is_of_one_order(english, he):
    first, second = bought(english)[0], bought(english)[0]
    he.post(f"{LIST}/{first}", data={"number": NUMBER, "seen": ""})
    answer = he.post(f"{LIST}/{second}", data={"number": NUMBER, "seen": ""})
    assert (answer.status_code, first in answer.text) == (422, True)
    assert numbers() == [NUMBER]


def test_what_is_not_paid_or_not_asked_for_has_none(english, he, county):
    unpaid, _token = bought(english, paid=False)
    assert unpaid not in he.get(LIST).text
    assert he.post(f"{LIST}/{unpaid}", data={"number": NUMBER}).status_code == 404
    with db.transaction():
        plain = make.order((make.BOX, 1)).code
    assert he.post(f"{LIST}/{plain}", data={"number": NUMBER}).status_code == 404
    assert numbers() == []


def test_the_list_asks_once_however_many_wait(english, he):
    bought(english)
    with statements() as few:
        he.get(LIST)
    for _more in range(3):
        bought(english)
    with statements() as many:
        he.get(LIST)
    assert len(many) == len(few)
