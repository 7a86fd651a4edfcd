"""A pay run: drafted by one person, approved by another, told to the bank, answered one by one."""

import hashlib
import re

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from storefront import db
from storefront.accounts.models import User, UserRole
from storefront.audit import AuditEvent
from storefront.settlement.models import PayItem, PayRun
from tests import season as made
from tests.season import TODAY
from tests.visits import come_in

ACCOUNT = "6216261000000000018"


@pytest.fixture
def season(app):
    with time_machine.travel(TODAY, tick=False):
        yield made.season()


@pytest.fixture
def officer(english, season):
    come_in(english, season.county.cast.wu)
    return english


@pytest.fixture
def checker(app, season):
    other = app.test_client()
    other.set_cookie("lang", "en")
    come_in(other, season.county.cast.qiao)
    return other


def run_of(season):
    return db.session.scalars(select(PayRun).where(PayRun.code == season.run)).one()


def at(season, what=""):
    return f"/county/pay-runs/{season.run}{what}"


def handed_over(season, officer, checker):
    assert checker.post(at(season, "/approve")).status_code == 303
    assert officer.post(at(season, "/export")).status_code == 303


def test_a_run_goes_from_draft_to_settled(season, officer, checker):
    handed_over(season, officer, checker)
    for item in db.session.scalars(select(PayItem.household_code)).all():
        answer = officer.post(at(season, f"/{item}"), data={"result": "paid"})
        assert answer.status_code == 303
    page = officer.get(at(season))
    assert run_of(season).state == "settled"
    assert "not yet" in page.text


def test_the_page_says_who_may_approve(season, officer, checker):
    page = officer.get(at(season))
    assert "Who may approve: 乔复核" in page.text
    assert "You drafted it, so you cannot" in page.text
    assert "/approve" not in page.text
    assert "/approve" in checker.get(at(season)).text


def test_with_too_few_people_in_post_the_page_says_so(season, officer):
    with db.transaction():
        db.get(User, season.county.cast.qiao.actor.user_id).disabled_at = TODAY
    assert "Too few people in post" in officer.get(at(season)).text


def test_nobody_approves_their_own_work(season, officer):
    with db.transaction():
        wu = season.county.cast.wu.actor.user_id
        db.session.add(UserRole(user_id=wu, role="checker", granted_at=TODAY))
    assert "/approve" not in officer.get(at(season)).text
    answer = officer.post(at(season, "/approve"))
    assert answer.status_code == 409
    assert run_of(season).state == "draft"


def test_the_database_knows_four_eyes_too(season):
    with pytest.raises(IntegrityError):
        _let_the_maker_approve()
    assert run_of(season).approved_by is None


def _let_the_maker_approve():
    with db.transaction():
        db.session.execute(update(PayRun).values(approved_by=PayRun.drafted_by))


def test_the_file_is_the_same_however_often_and_its_hash_is_shown(season, officer, checker):
    handed_over(season, officer, checker)
    files = {officer.post(at(season, "/file")).data for _ in range(2)}
    [body] = files
    hashed = hashlib.sha256(body).hexdigest()
    assert hashed == run_of(season).file_hash
    assert hashed in officer.get(at(season)).text
    assert ACCOUNT.encode() in body
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.object_code == season.run))
    assert sorted(verbs) == ["approve", "download", "download", "draft", "export"]


def test_whole_accounts_stand_in_the_file_alone(season, officer, checker):
    handed_over(season, officer, checker)
    for what in ("", "/H-LIN"):
        page = officer.get(at(season, what)).text
        assert "**** 0018" in page
        assert ACCOUNT not in page


def test_a_failed_payment_needs_its_reason_and_loses_nothing(season, officer, checker):
    handed_over(season, officer, checker)
    bare = officer.post(at(season, "/H-LIN"), data={"result": "failed", "reason": "  "})
    assert bare.status_code == 422
    assert "Write what the bank gave as the reason" in bare.text
    long = officer.post(at(season, "/H-LIN"), data={"result": "failed", "reason": "x" * 121})
    assert long.status_code == 422
    assert "x" * 121 in long.text
    assert officer.post(at(season, "/H-LIN"), data={}).status_code == 422
    told = officer.post(at(season, "/H-LIN"), data={"result": "failed", "reason": "户名不符"})
    assert told.status_code == 303
    assert "户名不符" in officer.get(at(season)).text


def test_what_failed_is_due_again(season, officer, checker):
    handed_over(season, officer, checker)
    officer.post(at(season, "/H-LIN"), data={"result": "failed", "reason": "closed"})
    again = officer.post("/county/pay-runs", data={"cutoff": "2026-10-20"})
    assert again.status_code == 303
    assert "H-LIN" in officer.get(again.location).text


def test_an_answer_is_not_changed_afterwards(season, officer, checker):
    handed_over(season, officer, checker)
    officer.post(at(season, "/H-LIN"), data={"result": "paid"})
    assert officer.post(at(season, "/H-LIN"), data={"result": "paid"}).status_code == 303
    other = officer.post(at(season, "/H-LIN"), data={"result": "failed", "reason": "late"})
    assert other.status_code in {409, 422}
    assert (
        db.session.scalar(select(PayItem.state).where(PayItem.household_code == "H-LIN")) == "paid"
    )


def test_steps_out_of_turn_are_refused(season, officer, checker):
    assert officer.post(at(season, "/export")).status_code == 409
    assert officer.post(at(season, "/file")).status_code == 409
    assert officer.post(at(season, "/H-LIN"), data={"result": "paid"}).status_code == 422
    handed_over(season, officer, checker)
    assert officer.post(at(season, "/abandon")).status_code == 409


def test_an_abandoned_run_frees_its_rows(season, officer):
    assert officer.post(at(season, "/abandon")).status_code == 303
    assert "This run was abandoned" in officer.get(at(season)).text
    assert officer.post("/county/pay-runs", data={"cutoff": "2026-10-20"}).status_code == 303


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-02-31"])
def test_a_day_that_is_none_keeps_what_was_typed(season, officer, typed):
    page = officer.post("/county/pay-runs", data={"cutoff": typed})
    assert page.status_code == 422
    assert f'value="{typed}"' in page.text


def test_nothing_due_is_said_at_the_field(season, officer):
    page = officer.post("/county/pay-runs", data={"cutoff": "2026-01-01"})
    assert page.status_code == 422
    assert "field__error" in page.text


def test_an_item_opens_to_the_rows_it_settles(season, officer):
    page = officer.get(at(season, "/H-LIN")).text
    item = db.session.scalars(select(PayItem).where(PayItem.household_code == "H-LIN")).one()
    assert f"{int(item.amount_fen) / 100:.2f}" in page.partition("<tfoot>")[2]
    assert "/county/orders/" in page
    assert "Rot" in page


def test_marking_within_the_page_answers_with_the_page_part(season, officer, checker):
    handed_over(season, officer, checker)
    htmx = {"HX-Request": "true"}
    answer = officer.post(at(season, "/H-LIN"), data={"result": "failed"}, headers=htmx)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith('<div class="stack stack--loose" id="pay-run"')


def test_enter_in_the_reason_cannot_mean_paid(season, officer, checker):
    handed_over(season, officer, checker)
    page = officer.get(at(season)).text
    forms = [form.partition("</form>")[0] for form in page.split("<form ")[1:]]
    [with_reason] = [form for form in forms if 'id="reason-H-LIN"' in form]
    assert re.findall(r'name="result" value="(\w+)"', with_reason) == ["failed"]
