"""From due to confirmed: two people, one file, the bank's answers, the household's word."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.accounts.models import User
from storefront.actors import Actor
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.ledger.models import Entry
from storefront.money import Fen
from storefront.orders import parcels
from storefront.reports.check import check
from storefront.settlement import answers, losses, payruns, queries, run_queries
from storefront.settlement.models import HouseholdMonth, PayItem, PayRun
from storefront.supply.households import Household
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW
DUE = NOW + 4 * make.DAY
CUTOFF = clock.china_day(DUE)
TIMES = {"delivery": timedelta(days=7), "after_sale": timedelta(days=2)}


@pytest.fixture
def c(app):
    """Lin is owed 28.00 for four boxes, 14.00 for a gift and 7.00 for a loss, Zhao 28.20."""
    with db.transaction():
        county = make.county()
        lot = make.weigh(county, county.lin, county.first, 7_000)
        make.weigh(county, county.zhao, county.top, 9_000)
        he = county.cast.he.actor
        losses.write_off(
            lot.id, Grams(1_000), "rot", "brand_fund", note="", key="k", actor=he, now=NOW
        )
    for items in ((make.PAIR, 4), (make.GIFT, 2)):
        with db.transaction():
            order = make.order(items)
            make.pay(order.id)
            make.dispatch(county, order.id)
            make.close(county, order.id)
    return county


def draft(c, cutoff=CUTOFF):
    with db.transaction():
        return payruns.draft(cutoff, actor=c.cast.wu.actor, now=DUE).id


def approve(c, run_id, who=None):
    with db.transaction():
        payruns.approve(run_id, actor=who or c.cast.qiao.actor, now=DUE)


def export(c, run_id):
    with db.transaction():
        return payruns.export(run_id, actor=c.cast.wu.actor, now=DUE)


def exported(c):
    run_id = draft(c)
    approve(c, run_id)
    export(c, run_id)
    return run_id


def answer(c, item_id, *, ok=True, reason=""):
    with db.transaction():
        wu = c.cast.wu.actor
        return answers.record_result(item_id, ok=ok, reason=reason, actor=wu, now=DUE).id


def confirm(item_id, actor, how="phone"):
    with db.transaction():
        return answers.confirm_received(item_id, how, actor=actor, now=DUE).id


def item_of(run_id, household_id):
    query = select(PayItem.id).where(PayItem.run_id == run_id, PayItem.household_id == household_id)
    return db.session.scalars(query).one()


def refused(of, *args, **facts):
    with pytest.raises(Refusal) as caught:
        of(*args, **facts)
    return caught.value.code


def owed(household_id):
    found = queries.owed_to(household_id, **TIMES)
    return (int(found.pending), int(found.due), int(found.in_transit))


def states(household_id):
    rows = queries.share_rows(household_id)
    return {row.state for row in rows}


def count(kind):
    return db.session.scalar(select(func.count()).where(Entry.kind == kind))


def state(model, key):
    return db.session.scalar(select(model.state).where(model.id == key))


def test_a_draft_takes_each_household_once_with_all_that_is_due(c):
    run = db.get(PayRun, draft(c))
    items = run_queries.pay_run_page(run.code).items
    assert [(item.household_code, int(item.amount), item.rows) for item in items] == [
        ("H-LIN", 4_900, 6),
        ("H-ZHAO", 2_820, 1),
    ]
    assert (run.state, run.drafted_by) == ("draft", c.cast.wu.actor.user_id)


def test_the_preview_is_what_the_draft_takes(c):
    assert run_queries.due_now(CUTOFF) == run_queries.DuePreview(2, 7, Fen(7_720), Fen(0))
    draft(c)
    assert run_queries.due_now(CUTOFF) == run_queries.DuePreview(0, 0, Fen(0), Fen(0))


def test_what_falls_due_after_the_cutoff_waits(c):
    run = db.get(PayRun, draft(c, clock.china_day(NOW)))
    (item,) = run_queries.pay_run_page(run.code).items
    assert (item.household_code, int(item.amount)) == ("H-LIN", 700)


def test_a_second_draft_finds_nothing(c):
    draft(c)
    assert refused(draft, c) == "nothing_due"


def test_nobody_in_particular_drafts_nothing(c):
    with pytest.raises(Forbidden), db.transaction():
        payruns.draft(CUTOFF, actor=Actor.shop(), now=DUE)


def test_an_abandoned_run_gives_its_rows_back(c):
    run_id = draft(c)
    with db.transaction():
        payruns.abandon(run_id, actor=c.cast.wu.actor, now=DUE)
    assert draft(c) != run_id


def test_nobody_approves_their_own_work(c):
    run_id = draft(c)
    assert refused(approve, c, run_id, c.cast.wu.actor) == "own_work"
    assert state(PayRun, run_id) == "draft"


def test_with_no_other_checker_the_refusal_says_so(c):
    run_id = draft(c)
    with db.transaction():
        db.lock_one(User, c.cast.qiao.actor.user_id or 0).disabled_at = DUE
    assert refused(approve, c, run_id, c.cast.wu.actor) == "too_few_checkers"


def test_approved_twice_is_approved(c):
    run_id = draft(c)
    approve(c, run_id)
    approve(c, run_id)
    assert state(PayRun, run_id) == "approved"


def test_what_is_not_approved_is_not_exported(c):
    assert refused(export, c, draft(c)) == "pay_run_step"


def test_an_exported_run_is_not_abandoned(c):
    run_id = exported(c)
    with pytest.raises(Refusal), db.transaction():
        payruns.abandon(run_id, actor=c.cast.wu.actor, now=DUE)


def test_the_export_books_each_row_in_transit(c):
    exported(c)
    assert owed(c.lin) == (0, 0, 4_900)
    assert owed(c.zhao) == (0, 0, 2_820)
    assert count("pay_exported") == 7
    assert states(c.lin) == {"due"}


def test_exported_again_gives_the_same_file_and_books_nothing(c):
    run_id = draft(c)
    approve(c, run_id)
    first = export(c, run_id)
    with db.transaction():
        household = db.lock_one(Household, c.lin)
        household.payee, household.bank_account = "somebody else", "1"
    assert export(c, run_id) == first
    assert count("pay_exported") == 7


def test_a_row_is_paid_on_the_banks_answer(c):
    run_id = exported(c)
    answer(c, item_of(run_id, c.lin))
    assert owed(c.lin) == (0, 0, 0)
    assert states(c.lin) == {"paid"}
    assert state(PayRun, run_id) == "exported"
    assert [(row.amount, row.confirmed_at) for row in queries.past_pay(c.lin)] == [(4_900, None)]


def test_the_last_answer_settles_the_run(c):
    run_id = exported(c)
    answer(c, item_of(run_id, c.lin))
    answer(c, item_of(run_id, c.zhao), ok=False, reason="account closed")
    assert state(PayRun, run_id) == "settled"


def test_a_failed_row_is_still_due_and_the_next_draft_takes_it(c):
    run_id = exported(c)
    answer(c, item_of(run_id, c.lin), ok=False, reason="account closed")
    assert owed(c.lin) == (0, 4_900, 0)
    assert states(c.lin) == {"due"}
    again = db.get(PayRun, draft(c))
    (item,) = run_queries.pay_run_page(again.code).items
    assert (item.household_code, int(item.amount)) == ("H-LIN", 4_900)
    assert again.id != run_id


def test_the_same_answer_twice_is_one_answer(c):
    run_id = exported(c)
    item = item_of(run_id, c.lin)
    assert answer(c, item) == answer(c, item)
    assert count("pay_ok") == 1
    assert refused(answer, c, item, ok=False) == "pay_item_step"


def test_the_bank_does_not_answer_before_the_export(c):
    run_id = draft(c)
    assert refused(answer, c, item_of(run_id, c.lin)) == "pay_run_step"


def test_the_bank_does_not_answer_for_a_run_that_was_given_up(c):
    run_id = draft(c)
    approve(c, run_id)
    item = item_of(run_id, c.lin)
    with db.transaction():
        payruns.abandon(run_id, actor=c.cast.wu.actor, now=DUE)
    for ok in (True, False):
        assert refused(answer, c, item, ok=ok) == "pay_run_step"
    assert owed(c.lin) == (0, 4_900, 0)


def test_what_failed_once_is_paid_by_the_next_run_and_never_twice(c):
    """The bank's first answer stands, also when somebody types another one later."""
    first = exported(c)
    failed = item_of(first, c.lin)
    answer(c, failed, ok=False, reason="account closed")
    second = draft(c)
    approve(c, second)
    export(c, second)
    answer(c, item_of(second, c.lin))
    assert refused(answer, c, failed) == "pay_item_step"
    answer(c, item_of(first, c.zhao))
    assert refused(answer, c, failed) == "pay_run_step"  # the first run is settled by now
    assert (owed(c.lin), states(c.lin)) == ((0, 0, 0), {"paid"})
    assert [state(PayRun, run) for run in (first, second)] == ["settled", "settled"]
    assert [int(row.amount) for row in queries.past_pay(c.lin)] == [4_900]
    assert [finding for finding in check() if not finding.ok] == []


def test_a_household_confirms_what_arrived(c):
    run_id = exported(c)
    item = item_of(run_id, c.lin)
    answer(c, item)
    assert [row.item_id for row in queries.owed_to(c.lin, **TIMES).arrived] == [item]
    assert confirm(item, c.cast.mei.actor) == confirm(item, c.cast.lin.actor)
    assert states(c.lin) == {"confirmed"}
    assert queries.owed_to(c.lin, **TIMES).arrived == ()
    (paid,) = queries.past_pay(c.lin)
    assert (paid.how, paid.confirmed_at) == ("phone", DUE)
    kept = db.session.scalars(select(HouseholdMonth.confirmed_fen)).all()
    assert sum(map(int, kept)) == 4_900


def test_what_has_not_arrived_is_not_confirmed(c):
    run_id = exported(c)
    item = item_of(run_id, c.lin)
    assert refused(confirm, item, c.cast.lin.actor) == "pay_item_step"


def test_the_agent_of_the_station_confirms_for_a_household(c):
    run_id = exported(c)
    item = item_of(run_id, c.lin)
    answer(c, item)
    confirm(item, c.cast.sun.actor, "agent")
    assert queries.past_pay(c.lin)[0].how == "agent"


@pytest.mark.parametrize(
    ("who", "how"), [("zhao", "phone"), ("gao", "agent"), ("lin", "agent"), ("he", "phone")]
)
def test_a_stranger_confirms_nothing(c, who, how):
    run_id = exported(c)
    item = item_of(run_id, c.lin)
    answer(c, item)
    with pytest.raises(NotFound):
        confirm(item, getattr(c.cast, who).actor, how)


def test_there_is_no_other_run_or_item(c):
    run = db.get(PayRun, draft(c))
    assert run_queries.pay_run_id(run.code) == run.id
    assert run_queries.pay_item_of_run(run.code, "H-LIN") == item_of(run.id, c.lin)
    for of, args in (
        (run_queries.pay_run_page, ("NOTHING",)),
        (run_queries.pay_run_id, ("NOTHING",)),
        (run_queries.pay_item_of_run, (run.code, "H-YANG")),
    ):
        with pytest.raises(NotFound):
            of(*args)


def test_the_list_of_runs_counts_what_the_bank_said(c):
    run_id = exported(c)
    answer(c, item_of(run_id, c.zhao), ok=False, reason="account closed")
    (row,) = run_queries.pay_runs()
    assert (row.items, row.paid, row.failed, int(row.amount)) == (2, 0, 1, 7_720)
    assert (row.drafted_by, row.approved_by) == ("吴县办", "乔复核")


def test_what_is_owed_and_when_it_comes(app):
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 9_000)
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        parcel = make.dispatch(c, order.id)
    found = queries.owed_to(c.lin, **TIMES)
    assert (int(found.total), found.next_due_on) == (1_750, clock.china_day(NOW + 9 * make.DAY))
    with db.transaction():
        parcels.mark_delivered(parcel.id, actor=c.cast.he.actor, now=NOW + make.DAY)
    found = queries.owed_to(c.lin, **TIMES)
    assert found.next_due_on == clock.china_day(NOW + 3 * make.DAY)
    assert queries.owed_to(c.yang, **TIMES).next_due_on is None
