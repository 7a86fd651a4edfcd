"""Money back for what has left: by amount and bearer, before and after the household was paid."""

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.errors import Refusal
from storefront.ledger import books
from storefront.money import ZERO, Fen
from storefront.orders.models import Order
from storefront.payments import afterwards, refunds
from storefront.payments.afterwards import Asked
from storefront.payments.models import Refund, RefundShare
from storefront.reports.check import check
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter
from storefront.reports.order_books import order_books
from storefront.reports.recomputation import recompute
from storefront.settlement import answers, payruns, queries, run_queries
from storefront.settlement.models import PayItem, PayItemRow
from tests import factories as make
from tests.racing import at_once

NOW = make.NOW
LATER = NOW + 4 * make.DAY
MUCH_LATER = NOW + 40 * make.DAY
EVER = Filter("2026-01", "2027-12")
SHARE = Fen(1_750)  # 2.5 kg of the first grade at 7.00


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 30_000)
    return county


def sold(c, *, boxes=1, now=NOW):
    with db.transaction():
        order = make.order((make.BOX, boxes), now=now)
        make.pay(order.id, now=now)
        make.dispatch(c, order.id, now=now)
    return order.id


def closed(c, order_id, now=NOW):
    with db.transaction():
        make.close(c, order_id, now=now)


def paid(c, now=LATER, *, ok=True):
    """Draft, approve, export and answer; returns what the household got."""
    wu, qiao = c.cast.wu.actor, c.cast.qiao.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(now), actor=wu, now=now)
    with db.transaction():
        payruns.approve(run.id, actor=qiao, now=now)
    with db.transaction():
        payruns.export(run.id, actor=wu, now=now)
    item = db.session.scalars(select(PayItem).where(PayItem.run_id == run.id)).one()
    with db.transaction():
        answers.record_result(item.id, ok=ok, reason="", actor=wu, now=now)
    return item.amount_fen


def confirm(c, now=LATER):
    (item, *_) = db.session.scalars(select(PayItem.id).order_by(PayItem.id.desc())).all()
    with db.transaction():
        answers.confirm_received(item, "phone", actor=c.cast.lin.actor, now=now)


def rows_of(order_id):
    return [row.id for row in make.allocations(order_id)]


def give(c, order_id, fen, bearer="brand_fund", *, second=None, key="k", now=NOW, **others):
    asked = Asked(amount=Fen(fen), reason="damaged", key=key, bearer=bearer, **others)
    he = c.cast.he.actor
    with db.transaction():
        return afterwards.request_after_dispatch(order_id, asked, second=second, actor=he, now=now)


def take(c, order_id, fen, *, key="k", now=NOW):
    """At the household's cost, as it should be done."""
    facts = {"rows": rows_of(order_id), "evidence": "photograph 7"}
    return give(c, order_id, fen, "share", second=c.cast.wu.actor, key=key, now=now, **facts)


def balances(*accounts):
    db.session.rollback()
    return tuple(int(books.balance(account)) for account in accounts)


def share_accounts():
    return balances("share_pending", "share_due", "in_transit", "bank")


def refused(code, act, *args, **facts):
    with pytest.raises(Refusal) as answer:
        act(*args, **facts)
    assert answer.value.code == code
    return answer.value.facts


def broken():
    db.session.rollback()
    wrong = [finding for finding in check() if not finding.ok]
    return wrong + [shelf for shelf in recompute() if shelf.differences]


def owed(c):
    db.session.rollback()
    return queries.owed_to(c.lin, delivery=7 * make.DAY, after_sale=2 * make.DAY)


# who bears it


@pytest.mark.parametrize("bearer", ["brand_fund", "carrier_debt"])
def test_money_of_a_parcel_that_left_goes_back_at_its_bearers_cost(c, bearer):
    order_id = sold(c)
    before = balances(bearer, "refund_due", "shopper", "share_pending")
    refund = give(c, order_id, 1_000, bearer)
    after = balances(bearer, "refund_due", "shopper", "share_pending")
    assert after == (before[0] + 1_000, before[1] - 1_000, before[2], before[3])
    assert (refund.dispatched, refund.bearer, refund.state) == (True, bearer, "requested")
    assert {row.state for row in make.allocations(order_id)} == {"booked"}
    held = order_books(db.get(Order, order_id).code)
    assert held.agrees
    assert held.left.charged_to_bearer == Fen(1_000)
    assert broken() == []


def test_a_pending_share_that_bears_it_falls_due_with_less(c):
    order_id = sold(c)
    take(c, order_id, 400)
    assert share_accounts() == (-1_350, 0, 0, 0)
    assert owed(c).pending == Fen(1_350)
    closed(c, order_id)
    assert share_accounts() == (0, -1_350, 0, 0)
    assert paid(c) == Fen(1_350)
    assert share_accounts() == (0, 0, 0, -1_350)
    assert broken() == []


def test_a_share_that_is_due_and_bears_it_is_paid_with_less(c):
    order_id = sold(c)
    closed(c, order_id)
    take(c, order_id, 400, now=LATER)
    assert owed(c).due == Fen(1_350)
    assert paid(c) == Fen(1_350)
    assert broken() == []


def test_a_paid_share_that_bears_it_falls_below_zero_and_the_next_run_takes_it_back_by_name(c):
    order_id = sold(c)
    closed(c, order_id)
    assert paid(c) == SHARE
    take(c, order_id, 400, now=LATER)
    assert share_accounts() == (0, 400, 0, -1_750)
    assert (owed(c).due, owed(c).total) == (Fen(-400), Fen(-400))
    assert {row.state for row in make.allocations(order_id)} == {"paid"}
    assert broken() == []
    again = sold(c, now=LATER)
    closed(c, again, now=LATER)
    assert paid(c, MUCH_LATER) == SHARE - Fen(400)
    rows = db.session.execute(
        select(PayItemRow.allocation_id, PayItemRow.fen, PayItemRow.recovers, PayItemRow.live)
        .order_by(PayItemRow.id)
        .offset(1)
    ).all()
    assert rows == [
        (rows_of(order_id)[0], -400, True, False),
        (rows_of(again)[0], 1_750, False, True),
    ]
    assert share_accounts() == (0, 0, 0, -3_100)
    confirm(c, MUCH_LATER)
    assert owed(c).total == ZERO
    assert broken() == []


def test_what_cannot_be_taken_back_is_carried_and_no_item_is_drafted(c):
    order_id = sold(c, boxes=2)
    closed(c, order_id)
    paid(c)
    take(c, order_id, 3_000, now=LATER)
    facts = {"actor": c.cast.wu.actor, "now": LATER}
    day = clock.china_day(LATER)
    with db.transaction():
        refused("nothing_due", payruns.draft, day, **facts)
    small = sold(c, now=LATER)
    closed(c, small, now=LATER)
    day = clock.china_day(MUCH_LATER)
    seen = run_queries.due_now(day)
    assert (seen.households, seen.amount, seen.carried) == (0, ZERO, SHARE - Fen(3_000))
    with db.transaction():
        refused("nothing_due", payruns.draft, day, **facts)
    assert db.session.scalar(select(func.count(PayItem.id))) == 1
    other = sold(c, now=LATER)
    closed(c, other, now=LATER)
    assert paid(c, MUCH_LATER) == Fen(2 * 1_750 - 3_000)
    assert owed(c).total == ZERO
    assert broken() == []


def test_a_share_with_the_bank_that_bears_it_is_taken_back_when_the_bank_has_paid(c):
    order_id = sold(c)
    closed(c, order_id)
    item = at_the_bank(c)
    take(c, order_id, 400, now=LATER)
    assert share_accounts() == (0, 400, -1_750, 0)
    answer(c, item, ok=True)
    assert share_accounts() == (0, 400, 0, -1_750)
    assert broken() == []


def test_a_share_the_bank_did_not_pay_is_due_again_with_less(c):
    order_id = sold(c)
    closed(c, order_id)
    item = at_the_bank(c)
    take(c, order_id, 400, now=LATER)
    answer(c, item, ok=False)
    assert share_accounts() == (0, -1_350, 0, 0)
    assert paid(c, MUCH_LATER) == Fen(1_350)
    assert broken() == []


def at_the_bank(c):
    wu = c.cast.wu.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=wu, now=LATER)
    with db.transaction():
        payruns.approve(run.id, actor=c.cast.qiao.actor, now=LATER)
    with db.transaction():
        payruns.export(run.id, actor=wu, now=LATER)
    return db.session.scalars(select(PayItem.id).where(PayItem.run_id == run.id)).one()


def answer(c, item, *, ok):
    with db.transaction():
        answers.record_result(item, ok=ok, reason="", actor=c.cast.wu.actor, now=LATER)


def test_what_a_failed_run_was_to_take_back_is_taken_back_by_the_next(c):
    order_id = sold(c)
    closed(c, order_id)
    paid(c)
    take(c, order_id, 400, now=LATER)
    closed(c, sold(c, now=LATER), now=LATER)
    assert paid(c, MUCH_LATER, ok=False) == SHARE - Fen(400)
    assert share_accounts() == (0, -1_350, 0, -1_750)
    assert broken() == []
    assert paid(c, MUCH_LATER) == SHARE - Fen(400)
    assert broken() == []


def test_a_share_may_fall_again_after_it_was_taken_back(c):
    order_id = sold(c)
    closed(c, order_id)
    paid(c)
    for number in range(2):
        take(c, order_id, 400, key=f"k{number}", now=LATER)
        closed(c, sold(c, now=LATER), now=LATER)
        assert paid(c, MUCH_LATER + number * make.DAY) == SHARE - Fen(400)
    assert owed(c).total == ZERO
    assert broken() == []


def test_a_run_drafted_before_the_refund_is_not_paid(c):
    """Whoever approves saw other figures; the household would be paid what is no longer due."""
    order_id = sold(c)
    closed(c, order_id)
    wu, qiao = c.cast.wu.actor, c.cast.qiao.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=wu, now=LATER)
    take(c, order_id, 400, now=LATER)
    with db.transaction():
        facts = refused("pay_run_stale", payruns.approve, run.id, actor=qiao, now=LATER)
    assert facts["household"] == "H-LIN"
    with db.transaction():
        payruns.abandon(run.id, actor=wu, now=LATER)
    assert paid(c) == Fen(1_350)
    assert broken() == []


def test_an_approved_run_is_not_exported_after_a_refund(c):
    order_id = sold(c)
    closed(c, order_id)
    wu, qiao = c.cast.wu.actor, c.cast.qiao.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=wu, now=LATER)
    with db.transaction():
        payruns.approve(run.id, actor=qiao, now=LATER)
    take(c, order_id, 400, now=LATER)
    with db.transaction():
        refused("pay_run_stale", payruns.export, run.id, actor=wu, now=LATER)
    assert share_accounts() == (0, -1_350, 0, 0)


def test_several_rows_bear_it_by_what_each_still_holds(c):
    with db.transaction():
        make.weigh(c, c.zhao, c.top, 9_000)
        order = make.order((make.GIFT, 1))
        make.pay(order.id)
        make.dispatch(c, order.id)
    take(c, order.id, 1_000)
    query = select(RefundShare.allocation_id, RefundShare.fen)
    borne = {row: int(fen) for row, fen in db.session.execute(query)}
    shares = {row.id: row.share_fen for row in make.allocations(order.id)}
    assert shares == {1: 1_410, 2: 700}
    assert borne == {1: 668, 2: 332}
    assert broken() == []


def test_the_countys_page_of_the_household_shows_what_was_taken_off(c):
    order_id = sold(c)
    take(c, order_id, 400)
    db.session.rollback()
    totals = household_rows("H-LIN", EVER, today=clock.china_day(NOW)).totals
    assert (totals.booked, totals.reversed, totals.income) == (SHARE, Fen(400), Fen(1_350))
    (row,) = queries.share_rows(c.lin)
    assert (row.share, row.reversed) == (SHARE, Fen(400))


# what is refused


def test_no_more_goes_back_than_the_parcels_were_charged(c):
    order_id = sold(c)
    total = db.get(Order, order_id).total_fen
    give(c, order_id, 1_000)
    facts = refused("refund_too_much", give, c, order_id, int(total) - 999, key="k2")
    assert facts["left"] == total - Fen(1_000)
    give(c, order_id, int(total) - 1_000, key="k3")
    refused("refund_too_much", give, c, order_id, 1, key="k4")
    assert broken() == []


def test_nothing_goes_back_this_way_before_a_parcel_left(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    assert refused("refund_too_much", give, c, order.id, 1)["left"] == ZERO


@pytest.mark.parametrize("fen", [0, -1])
def test_nothing_or_less_is_no_refund(c, fen):
    order_id = sold(c)
    refused("refund_too_much", give, c, order_id, fen)


def test_a_row_bears_no_more_than_its_share(c):
    order_id = sold(c)
    take(c, order_id, 1_000)
    facts = refused("refund_too_much", take, c, order_id, 751, key="k2")
    assert facts["left"] == Fen(750)


def test_a_household_bears_nothing_without_evidence(c):
    order_id = sold(c)
    facts = {"rows": rows_of(order_id), "second": c.cast.wu.actor, "evidence": "  "}
    refused("evidence_needed", give, c, order_id, 100, "share", **facts)


def test_a_household_bears_nothing_by_the_word_of_one_person(c):
    order_id = sold(c)
    facts = {"rows": rows_of(order_id), "evidence": "photograph"}
    for second in (None, c.cast.he.actor, c.cast.lin.actor, c.cast.ana):
        refused("second_person", give, c, order_id, 100, "share", second=second, **facts)
    assert db.session.scalar(select(func.count(Refund.id))) == 0


def test_a_household_bears_nothing_of_another_order(c):
    order_id, other = sold(c), sold(c)
    for rows in (rows_of(other), rows_of(other)[:0]):
        facts = {"rows": rows, "evidence": "photograph", "second": c.cast.wu.actor}
        refused("not_their_rows", give, c, order_id, 100, "share", **facts)


def test_a_bearer_or_a_reason_nobody_knows_is_refused(c):
    order_id = sold(c)
    refused("unknown_bearer", give, c, order_id, 100, "the weather")
    asked = Asked(amount=Fen(100), reason="because", key="k")
    with db.transaction():
        refused(
            "why_refunded",
            afterwards.request_after_dispatch,
            order_id,
            asked,
            actor=c.cast.he.actor,
            now=NOW,
        )


def test_the_same_form_twice_is_one_refund(c):
    order_id = sold(c)
    assert give(c, order_id, 100).id == give(c, order_id, 100).id
    refused("key_reused", give, c, order_id, 101)
    assert db.session.scalar(select(func.count(Refund.id))) == 1


def test_a_refund_that_failed_is_sent_anew_and_still_counts(c):
    order_id = sold(c)
    total = int(db.get(Order, order_id).total_fen)
    refund = give(c, order_id, total)
    for ok in (False, True):
        with db.transaction():
            sent = refunds.mark_sent(refund.id, now=NOW)
        with db.transaction():
            assert sent is not None
            reference = sent.key if ok else None
            refunds.record_result(refund.id, ok=ok, reference=reference, fault=None, now=NOW)
        refused("refund_too_much", give, c, order_id, 1, key=f"k-{ok}")
    assert balances("refund_due") == (0,)
    assert broken() == []


# at the same moment


def asking(c, order_id, fen, key):
    asked = Asked(
        amount=Fen(fen),
        reason="damaged",
        key=key,
        bearer="share",
        rows=rows_of(order_id),
        evidence="photograph",
    )
    he, wu = c.cast.he.actor, c.cast.wu.actor
    return lambda: afterwards.request_after_dispatch(
        order_id, asked, second=wu, actor=he, now=LATER
    )


def test_two_refunds_at_once_never_give_more_than_there_was(app, c):
    order_id = sold(c)
    said = at_once(app, *(asking(c, order_id, 1_000, f"k{number}") for number in range(3)))
    assert sorted(said) == ["done", "refund_too_much", "refund_too_much"]
    assert broken() == []


def test_the_same_refund_from_two_tabs_is_one(app, c):
    order_id = sold(c)
    assert at_once(app, *[asking(c, order_id, 1_000, "k")] * 3) == ["done"] * 3
    assert db.session.scalar(select(func.count(Refund.id))) == 1


@pytest.mark.parametrize("_again", range(3))
def test_a_refund_and_an_export_at_once_pay_what_is_due_or_not_at_all(app, c, _again):
    order_id = sold(c)
    closed(c, order_id)
    wu = c.cast.wu.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=wu, now=LATER)
    with db.transaction():
        payruns.approve(run.id, actor=c.cast.qiao.actor, now=LATER)
    said = at_once(
        app,
        asking(c, order_id, 400, "k"),
        lambda: payruns.export(run.id, actor=wu, now=LATER),
    )
    assert said[0] == "done"
    assert said[1] in {"done", "pay_run_stale"}
    assert broken() == []
