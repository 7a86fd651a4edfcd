"""A household's entry: its numbers for a reason, its payee, two that become one, one two."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from storefront import db
from storefront.audit import AuditEvent
from storefront.settlement import payruns
from storefront.settlement.models import PayItem
from storefront.supply.households import Household
from storefront.supply.mergers import HouseholdMerger, HouseholdSplit
from storefront.supply.reveals import SecretReveal
from tests import factories as make
from tests.access import only, only_post
from tests.harvest import harvest, sell
from tests.visits import come_in, statements

HERE = "/county/households/H-LIN"
CARD, MASKED = "6216261000000000018", "****0018"
OTHER = "6216261000000000026"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(make.NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def h(app):
    return harvest()


@pytest.fixture
def cast(h):
    return h.county.cast


@pytest.fixture
def officer(english, cast):
    come_in(english, cast.wu)
    return english


def number(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def home(code="H-LIN"):
    db.session.rollback()
    return db.session.scalars(select(Household).where(Household.code == code)).one()


def reveal(client, which="bank_account", reason="账号被银行退回，核对"):
    return client.post(f"{HERE}/reveal", data={"which": which, "reason": reason})


POSTS = ("reveal", "payee", "merge", "split")


def test_only_the_county_office_reads_and_only_officers_write(app, cast):
    pages = [f"{HERE}/entry", f"{HERE}/split", f"{HERE}/merge?into=H-ZHAO", "/county/reveals"]
    only(app, cast, {"wu", "qiao"}, pages)
    only_post(app, cast, {"wu", "qiao"}, [f"{HERE}/{step}" for step in POSTS])
    checker = app.test_client()
    come_in(checker, cast.qiao)
    assert {checker.post(f"{HERE}/{step}").status_code for step in POSTS} == {403}
    assert '<form class="form"' not in checker.get(f"{HERE}/entry").text


def test_numbers_are_masked_until_somebody_says_why(officer):
    page = officer.get(f"{HERE}/entry").text
    assert MASKED in page
    assert CARD not in page
    assert "13800000099" not in page
    shown = officer.get(reveal(officer).location)
    assert CARD in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    assert "13800000099" not in shown.text


def test_a_number_is_gone_after_five_minutes(officer, at_noon):
    location = reveal(officer).location
    at_noon.shift(timedelta(minutes=5))
    page = officer.get(location)
    assert page.status_code == 200
    assert CARD not in page.text
    assert "It is shown for five minutes" in page.text


def test_nobody_else_sees_what_was_shown_to_one(app, officer, cast):
    location = reveal(officer).location
    only(app, cast, {"wu", "qiao"}, [location])
    checker = app.test_client()
    come_in(checker, cast.qiao)
    assert CARD not in checker.get(location).text


@pytest.mark.parametrize(
    ("which", "reason"),
    [("bank_account", ""), ("bank_account", "   "), ("", "why"), ("id_number", "why"), ("x", "y")],
)
def test_without_a_reason_or_a_number_nothing_is_shown(officer, which, reason):
    answer = reveal(officer, which, reason)
    assert answer.status_code == 422
    assert CARD not in answer.text
    assert number(SecretReveal) == 0


def test_a_fresh_code_is_asked_for_and_what_was_typed_is_kept(officer, at_noon):
    at_noon.shift(timedelta(hours=1))
    answer = reveal(officer)
    assert answer.status_code == 403
    assert "账号被银行退回，核对" in answer.text
    assert number(SecretReveal) == 0


def test_a_double_click_is_one_look(officer):
    assert reveal(officer).location == reveal(officer).location
    assert number(SecretReveal) == 1


def test_the_checker_finds_who_saw_what_and_why(app, officer, cast):
    reveal(officer)
    reveal(officer, "phone", "回访")
    checker = app.test_client()
    checker.set_cookie("lang", "en")
    come_in(checker, cast.qiao)
    for q, there in (
        ("", True),
        ("H-LIN", True),
        ("吴县", True),
        ("回访", True),
        ("H-ZHAO", False),
    ):
        page = checker.get("/county/reveals", query_string={"q": q}).text
        assert ("回访" in page.replace('value="回访"', "")) is there, q
        assert CARD not in page
    acts = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "reveal")).all()
    assert [act.facts["which"] for act in acts] == ["bank_account", "phone"]
    assert all("回访" not in str(act.facts) for act in acts)


def payee(client, code="H-LIN", **others):
    typed = {"payee": "林试妻", "relation": "spouse", "account": OTHER, "id_number": "", **others}
    return client.post(f"/county/households/{code}/payee", data=typed)


def test_another_payee_is_paid_and_named_on_the_pay_run(officer, h, cast):
    assert payee(officer).status_code == 303
    assert (home().payee, home().payee_relation, home().bank_account) == ("林试妻", "spouse", OTHER)
    for code in ("H-ZHAO", "H-YANG"):
        payee(officer, code)
    sell(h.county, (make.BOX, 1), steps="close")
    due = make.NOW + 5 * make.DAY
    with db.transaction():
        run = payruns.draft(due.date(), actor=cast.wu.actor, now=due).code
    page = officer.get(f"/county/pay-runs/{run}").text
    assert "林试妻" in page
    assert "husband or wife of the head" in page
    for code in ("H-LIN", "H-ZHAO", "H-YANG"):
        payee(officer, code, payee="林试父", relation="parent")
    items = db.session.execute(select(PayItem.payee, PayItem.payee_relation)).all()
    assert ("林试妻", "spouse") in items


@pytest.mark.parametrize(
    "change",
    [
        {"payee": ""},
        {"relation": "self"},
        {"relation": "cousin"},
        {"account": "6216261000000000019"},
        {"account": "3.51E+16"},
        {"id_number": "142635190001010013"},
        {"payee": "x" * 61},
    ],
)
def test_a_payee_that_cannot_be_is_refused_at_its_field(officer, change):
    answer = payee(officer, **change)
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert (home().payee, home().bank_account) == ("林果甲", CARD)


def test_an_empty_account_stays_as_it_is_and_the_same_again_is_no_act(officer):
    payee(officer, account="")
    payee(officer, account="")
    assert home().bank_account == CARD
    count = select(func.count()).where(AuditEvent.verb == "change_payee")
    assert db.session.scalar(count) == 1


def test_two_become_one_after_a_look_at_what_it_means(officer):
    look = officer.get("/county/households/H-ZHAO/merge?into=H-LIN")
    assert look.status_code == 200
    assert "10.0" in look.text
    assert number(HouseholdMerger) == 0
    for _ in range(2):
        answer = officer.post("/county/households/H-ZHAO/merge", data={"into": "H-LIN"})
        assert (answer.status_code, answer.location) == (303, f"{HERE}/entry")
    assert number(HouseholdMerger) == 1
    gone = officer.get("/county/households/H-ZHAO/entry").text
    assert "This household is one with another" in gone
    assert "Note the payee" not in gone


@pytest.mark.parametrize("into", ["", "H-NONE", "H-LIN"])
def test_a_household_goes_into_another_that_there_is(officer, into):
    answer = officer.post(f"{HERE}/merge", data={"into": into})
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert number(HouseholdMerger) == 0


def split(client, **others):
    village = db.session.scalar(select(Household.village_id).where(Household.code == "H-LIN"))
    typed = {
        "code": "H-NEW",
        "head": "林试子",
        "members": "1",
        "orchard_tenth_mu": "1.5",
        "village_id": village,
        "status": "general",
        "phone": "",
        "account": "",
        **others,
    }
    return client.post(f"{HERE}/split", data=typed)


def test_some_leave_with_people_and_orchard_and_nothing_else(officer):
    for _ in range(2):
        answer = split(officer)
        assert (answer.status_code, answer.location) == (303, "/county/households/H-NEW/entry")
    new, old = home("H-NEW"), home()
    assert (new.members, new.orchard_tenth_mu, new.station_id) == (1, 15, old.station_id)
    assert (old.members, old.orchard_tenth_mu) == (3, 35)
    assert number(HouseholdSplit) == 1
    assert "Came out of" in officer.get("/county/households/H-NEW/entry").text


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"code": "H ZHAO!"},
        {"code": "H-ZHAO"},
        {"head": ""},
        {"members": "4"},
        {"members": "0"},
        {"members": "viele"},
        {"orchard_tenth_mu": "99"},
        {"orchard_tenth_mu": "ein"},
        {"village_id": "999"},
        {"status": "rich"},
        {"phone": "12"},
        {"account": "6216261000000000019"},
    ],
)
def test_what_cannot_leave_is_refused_at_its_field_and_nothing_is_lost(officer, change):
    answer = split(officer, **change)
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert 'value="林试子"' in answer.text or "head" in change
    assert number(HouseholdSplit) == 0


def test_the_entry_asks_few_questions(officer):
    for page in (f"{HERE}/entry", f"{HERE}/split", f"{HERE}/merge?into=H-ZHAO", "/county/reveals"):
        with statements() as asked:
            assert officer.get(page).status_code == 200
        assert len(asked) <= 8, page


def test_a_number_is_stored_in_no_words_of_the_act(officer):
    reveal(officer)
    stored = db.session.execute(text("SELECT * FROM secret_reveal")).all()
    assert CARD not in str(stored)
