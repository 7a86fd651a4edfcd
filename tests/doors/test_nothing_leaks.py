"""Whoever reads the log, an address bar or an error page learns nothing of a person."""

import json
import re

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.accounts.models import User
from storefront.audit import AuditEvent
from storefront.orders.models import OrderEvent
from tests import factories as make
from tests.doors.shopping import check_out, put_in, stocked
from tests.people import PASSWORD
from tests.visits import come_in

LINK = re.compile(r'(?:href|action)="([^"]*)')
# of nobody, and nothing else looks like it
ANA = {
    "recipient": "安娜甲乙丙",
    "phone": "13800000087",
    "address": "不存在路 9987 号",
    "email": "ana.9987@example.org",
}
ACCOUNT = "6216261000000000018"
# nor of the giver of a gift, nor of an invoice
WISHES = {
    "gift": "y",
    "giver": "安娜丁戊己",
    "giver_phone": "13800000086",
    "message": "不存在的祝福 9987",
    "invoice": "company",
    "invoice_title": "不存在公司 9987",
    "tax_number": "140000000099870",
    "invoice_email": "books.9987@example.org",
}
WRONG = "a wrong password 9987"


@pytest.fixture
def lived(app, capsys):
    """A shopper buys and complains, staff work and mistype: everything that was answered."""
    with time_machine.travel(make.NOW, tick=False):
        county, answers = stocked(), []
        capsys.readouterr()
        ana, nobody = app.test_client(), app.test_client()
        put_in(ana)
        answers.append(check_out(ana, **ANA, **WISHES))
        put_in(ana)
        pasted = {**ANA, "pasted": "".join(ANA.values())}
        answers.append(ana.post("/checkout/address", data=pasted))
        answers.append(check_out(ana, **{**ANA, "phone": "1380000008"}))
        token = answers[0].location.rpartition("/")[2]
        answers += [ana.get("/checkout"), ana.get(f"/orders/{token}"), ana.get("/orders/9987")]
        wrong = {"identifier": ANA["phone"], "password": WRONG}
        answers += [nobody.post("/sign-in", data=wrong), nobody.get("/county/income")]
        for name, address in (("he", "/brand/orders"), ("wu", "/county/"), ("lin", "/producers/")):
            client = app.test_client()
            come_in(client, getattr(county.cast, name))
            answers += [client.get(address), client.get("/nothing"), client.post(address)]
        yield answers, capsys.readouterr()


def secrets():
    """Everything personal that was typed or is kept, and what opens a door."""
    hashes = db.session.scalars(select(User.password_hash)).all()
    wished = {name: word for name, word in WISHES.items() if name not in {"gift", "invoice"}}
    return {*ANA.values(), *wished.values(), ACCOUNT, WRONG, PASSWORD, "林果甲", *hashes}


def test_the_log_holds_nothing_of_a_person(lived):
    _answers, printed = lived
    written = [printed.out, printed.err]
    assert "request" in printed.err
    assert [secret for secret in secrets() for text in written if secret in text] == []


def test_the_log_is_one_object_a_line(lived):
    _answers, printed = lived
    lines = [json.loads(line) for line in printed.err.splitlines()]
    assert all({"at", "level", "message"} <= set(line) for line in lines)


def test_no_address_holds_anything_of_a_person(lived):
    answers, _printed = lived
    sent_to = [answer.headers.get("Location", "") for answer in answers]
    asked = [answer.request.url for answer in answers]
    links = [link for answer in answers for link in LINK.findall(answer.text)]
    assert [one for one in secrets() for url in (*sent_to, *asked, *links) if one in url] == []


def test_no_refusal_shows_a_secret_or_how_it_is_made(lived):
    answers, _printed = lived
    refused = [answer for answer in answers if answer.status_code >= 400]
    assert {answer.status_code for answer in refused} >= {404, 422}
    for answer in refused:
        for word in (WRONG, PASSWORD, ACCOUNT, "Traceback", "SELECT ", "/storefront/", "werkzeug"):
            assert word not in answer.text, answer.request.path


def test_no_fact_of_the_audit_or_of_a_timeline_is_personal(lived):
    """They are kept for ever and can be searched: codes, states and amounts only."""
    events = db.session.scalars(select(AuditEvent)).all()
    said = [json.dumps([event.object_code, event.facts], ensure_ascii=False) for event in events]
    said += [json.dumps(facts) for facts in db.session.scalars(select(OrderEvent.facts))]
    assert said
    assert [secret for secret in secrets() for text in said if secret in text] == []
