"""Before money leaves a fresh code is asked for, and what was typed is kept."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from storefront import db
from storefront.audit import AuditEvent
from storefront.settlement import payruns
from storefront.settlement.models import PayRun
from storefront.web import step_up
from tests import factories as make
from tests.doors.test_pins import change
from tests.people import PASSWORD
from tests.visits import come_in

NOW = make.NOW + 10 * make.DAY
LATER = step_up.FRESH


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def cast(app):
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 10_000)
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        make.dispatch(c, order.id)
        make.close(c, order.id)
    with db.transaction():
        payruns.draft(NOW.date(), actor=c.cast.wu.actor, now=NOW)
    return c.cast


@pytest.fixture
def run(cast):
    return f"/county/pay-runs/{db.session.scalars(select(PayRun.code)).one()}"


@pytest.fixture
def checker(client, cast, clock):
    """Qiao, who signed in ten minutes ago."""
    client.set_cookie("lang", "en")
    come_in(client, cast.qiao)
    clock.shift(LATER)
    return client


def state():
    db.session.rollback()
    return db.session.scalars(select(PayRun.state)).one()


def test_a_code_of_signing_in_holds_for_ten_minutes(client, cast, run, clock):
    come_in(client, cast.qiao)
    clock.shift(LATER - timedelta(seconds=1))
    assert client.post(f"{run}/approve").status_code == 303
    assert state() == "approved"


def test_after_that_a_payout_asks_for_a_code_and_then_goes_on(checker, cast, run):
    asked = checker.post(f"{run}/approve")
    assert asked.status_code == 403
    assert f'action="{run}/approve"' in asked.text
    assert 'autocomplete="one-time-code"' in asked.text
    assert state() == "draft"
    done = checker.post(f"{run}/approve", data={"one_time_code": cast.qiao.phone.code()})
    assert (done.status_code, done.location) == (303, run)
    assert state() == "approved"
    verbs = list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.id)))
    assert verbs[-2:] == ["step_up", "approve"]


def test_what_was_typed_is_held_and_sent_again(checker, run):
    asked = checker.post(f"{run}/approve?x=1", data={"note": 'two "pears"', "password": "s"})
    assert 'name="note" value="two &#34;pears&#34;"' in asked.text
    assert f'action="{run}/approve?x=1"' in asked.text
    assert 'name="csrf_token"' in asked.text


@pytest.mark.parametrize("typed", ["", "000000", "x" * 30])
def test_a_wrong_code_lets_nothing_through_and_keeps_what_was_typed(checker, run, typed):
    answer = checker.post(f"{run}/approve", data={"one_time_code": typed, "note": "kept"})
    assert answer.status_code == 422
    assert 'aria-describedby="one_time_code-hint one_time_code-error"' in answer.text
    assert 'value="kept"' in answer.text
    assert state() == "draft"


def test_the_code_of_signing_in_is_not_taken_again(client, cast, run, clock):
    client.set_cookie("lang", "en")
    code = cast.qiao.phone.code()
    client.post("/sign-in", data={"identifier": cast.qiao.identifier, "password": PASSWORD})
    client.post("/sign-in/code", data={"one_time_code": code})
    with client.session_transaction() as session:
        session.pop(step_up.PROVED)
    assert client.post(f"{run}/approve", data={"one_time_code": code}).status_code == 422
    assert state() == "draft"


@pytest.mark.parametrize("step", ["approve", "export", "file"])
def test_every_step_that_lets_money_leave_asks(client, cast, run, clock, step):
    person = cast.qiao if step == "approve" else cast.wu
    come_in(client, person)
    clock.shift(LATER)
    assert client.post(f"{run}/{step}").status_code == 403


def test_a_stranger_is_told_nothing_and_not_asked(client, cast, run, clock):
    come_in(client, cast.he)
    clock.shift(LATER)
    assert client.post(f"{run}/approve").status_code == 404


def test_a_page_that_is_only_read_is_gone_back_to(checker, cast):
    there = "/account/step-up?next=/county/pay-runs"
    wrong = checker.post(there, data={"one_time_code": "000000"})
    assert (wrong.status_code, f'action="{there}"' in wrong.text) == (422, True)
    right = checker.post(there, data={"one_time_code": cast.qiao.phone.code()})
    assert right.location == "/county/pay-runs"
    elsewhere = "/account/step-up?next=//evil.example"
    assert checker.post(elsewhere, data={"one_time_code": cast.qiao.phone.code()}).location == "/"


def test_changing_the_password_keeps_a_fresh_code_and_makes_no_stale_one_fresh(
    client, cast, run, clock
):
    come_in(client, cast.qiao)
    change(client, PASSWORD, "pears, then plums")
    assert client.post(f"{run}/approve").status_code == 303
    clock.shift(LATER)
    change(client, "pears, then plums", "plums, then pears")
    assert client.post(f"{run}/approve").status_code == 403


def test_new_recovery_codes_and_another_phone_ask_for_a_code(checker, cast):
    for what in ("recovery-codes", "factor/renew"):
        assert checker.post(f"/account/security/{what}").status_code == 403
    shown = checker.post(
        "/account/security/recovery-codes", data={"one_time_code": cast.qiao.phone.code()}
    )
    assert shown.text.count("<li>") == 10
    assert checker.post("/account/security/factor/renew").location == "/account/security/factor"
