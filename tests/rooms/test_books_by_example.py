"""docs/books.md tells the truth: its worked examples are lived here and compared line by line."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.ledger import books
from storefront.ledger.models import CHART, KINDS, Entry, Posting
from storefront.money import Fen
from storefront.orders.models import Allocation
from storefront.payments import inbox, refunds, sessions
from storefront.payments.afterwards import Asked, request_after_dispatch
from storefront.payments.cancelling import cancel_line
from storefront.payments.models import Refund
from storefront.settlement import answers, losses, payruns
from storefront.settlement.models import PayItem
from storefront.settlement.payfile import yuan
from storefront.supply.households import Household
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams
from tests import factories as make

PAGE = Path(__file__).parents[2] / "docs" / "books.md"
NOW = make.NOW
EXAMPLE = re.compile(r"^### Example: (.+?)\n.*?^(\|.+?)\n\n", re.MULTILINE | re.DOTALL)


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 8_000)
        make.weigh(county, county.zhao, county.top, 6_000)
    return county


def a_gift_box_is_sold(c):
    with db.transaction():
        order = make.order((make.GIFT, 1), province=make.BEIJING)
        make.pay(order.id)
    with db.transaction():
        make.dispatch(c, order.id)
    with db.transaction():
        make.close(c, order.id)


def more_boxes_cost_less(c):
    make.reduce(c, make.BOX, (2, 200))
    with db.transaction():
        order = make.order((make.BOX, 2))
        make.pay(order.id)
    with db.transaction():
        make.dispatch(c, order.id)


def an_order_is_paid_twice(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        first = make.attempt(order.id)
        second = sessions.start(order.id, provider="another", now=NOW)
        sessions.opened(second.payment_id, "ref-2", "/another", now=NOW)
    for attempt, reference in (first, (second, "ref-2")):
        with db.transaction():
            inbox.receive(make.success(attempt, reference), now=NOW)
    refund = db.session.scalars(select(Refund)).one()
    with db.transaction():
        refunds.mark_sent(refund.id, now=NOW)
    with db.transaction():
        refunds.record_result(refund.id, ok=True, reference="re-1", fault=None, now=NOW)


def lose(c, key="k"):
    lot = db.session.scalars(select(Lot).order_by(Lot.id)).all()[0]
    he, loss = c.cast.he.actor, ("rot", "brand_fund")
    with db.transaction():
        losses.write_off(lot.id, Grams(2_500), *loss, note="", key=key, actor=he, now=NOW)


def a_crate_rots(c):
    lose(c)


def two_households_are_paid_and_one_account_is_closed(c):
    with db.transaction():
        order = make.order((make.GIFT, 1), province=make.BEIJING)
        make.pay(order.id)
        make.dispatch(c, order.id)
        make.close(c, order.id)
    later = NOW + 4 * make.DAY
    wu, qiao = c.cast.wu.actor, c.cast.qiao.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(later), actor=wu, now=later)
    with db.transaction():
        payruns.approve(run.id, actor=qiao, now=later)
    with db.transaction():
        payruns.export(run.id, actor=wu, now=later)
    items = db.session.scalars(select(PayItem).order_by(PayItem.household_code)).all()
    for item, ok in zip(items, (True, False), strict=True):
        with db.transaction():
            answers.record_result(item.id, ok=ok, reason="", actor=wu, now=later)


def sell(c, *items, now=NOW, province=make.SHANXI):
    """Sell and send one order."""
    with db.transaction():
        order = make.order(*items, now=now, province=province)
        make.pay(order.id, now=now)
        make.dispatch(c, order.id, now=now)
    return order.id


def give_back(c, order_id, fen, bearer, now):
    rows = [row.id for row in make.allocations(order_id)]
    asked = Asked(
        amount=Fen(fen), reason="damaged", key=f"k{fen}", bearer=bearer, rows=rows, evidence="seen"
    )
    people = {"second": c.cast.wu.actor, "actor": c.cast.he.actor}
    with db.transaction():
        return request_after_dispatch(order_id, asked, **people, now=now)


def bruised_pears_are_refunded(c):
    order_id = sell(c, (make.GIFT, 1), province=make.BEIJING)
    refund = give_back(c, order_id, 2_000, "brand_fund", NOW)
    with db.transaction():
        refunds.mark_sent(refund.id, now=NOW)
    with db.transaction():
        refunds.record_result(refund.id, ok=True, reference="re-1", fault=None, now=NOW)


def a_pair_of(c):
    """What 1 kg of the first grade brings Lin: 7.00."""
    return sell(c, (make.PAIR, 1))


def a_share_bears_refunds(c):
    first, second = a_pair_of(c), a_pair_of(c)
    give_back(c, first, 200, "share", NOW)
    for order_id in (first, second):
        with db.transaction():
            make.close(c, order_id)
    pay_out(c, NOW + 4 * make.DAY)
    later = NOW + 5 * make.DAY
    give_back(c, second, 300, "share", later)
    third = sell(c, (make.PAIR, 1), now=later)
    with db.transaction():
        make.close(c, third, now=later)
    pay_out(c, later + 4 * make.DAY)


def pay_out(c, now):
    wu, qiao = c.cast.wu.actor, c.cast.qiao.actor
    with db.transaction():
        run = payruns.draft(clock.china_day(now), actor=wu, now=now)
    with db.transaction():
        payruns.approve(run.id, actor=qiao, now=now)
    with db.transaction():
        payruns.export(run.id, actor=wu, now=now)
    item = db.session.scalars(select(PayItem.id).where(PayItem.run_id == run.id)).one()
    with db.transaction():
        answers.record_result(item, ok=True, reason="", actor=wu, now=now)


def a_line_is_cancelled(c):
    with db.transaction():
        order = make.order((make.BOX, 1), (make.PASTE, 1), province=make.TIBET)
        make.pay(order.id)
    with db.transaction():
        cancel_line(order.id, 1, "pears_gone", actor=c.cast.he.actor, now=NOW)
    with db.transaction():
        make.dispatch(c, order.id)


def a_mistake_is_corrected(c):
    lose(c)
    entry = db.session.scalars(select(Entry)).one()
    with db.transaction():
        books.reverse(entry.id, now=NOW + timedelta(days=1))


LIVED = {
    "a gift box is sold": a_gift_box_is_sold,
    "more boxes cost less": more_boxes_cost_less,
    "an order is paid twice": an_order_is_paid_twice,
    "a crate rots": a_crate_rots,
    "two households are paid, one account is closed": (
        two_households_are_paid_and_one_account_is_closed
    ),
    "bruised pears are refunded at the brand fund's cost": bruised_pears_are_refunded,
    "a share bears a refund before it is due, and another after it was paid": a_share_bears_refunds,
    "a line is cancelled before it leaves": a_line_is_cancelled,
    "a mistake is corrected": a_mistake_is_corrected,
}
LEFT_OUT = {
    "bruised pears are refunded at the brand fund's cost": ("payment", "dispatch"),
    "a share bears a refund before it is due, and another after it was paid": (
        "payment",
        "dispatch",
    ),
    "two households are paid, one account is closed": ("payment", "dispatch", "due"),
}


def told():
    return {
        name: table.splitlines()[2:] for name, table in EXAMPLE.findall(PAGE.read_text("utf-8"))
    }


def booked(left_out):
    """Return the books as the page writes them: an entry's kind stands on its first line."""
    query = (
        select(Entry.id, Entry.kind, Posting.account, Household.code, Posting.fen)
        .join(Posting, Posting.entry_id == Entry.id)
        .outerjoin(Allocation, Allocation.id == Posting.allocation_id)
        .outerjoin(Movement, Movement.id == Posting.movement_id)
        .outerjoin(Lot, Lot.id == func.coalesce(Allocation.lot_id, Movement.lot_id))
        .outerjoin(Household, Household.id == Lot.household_id)
        .where(Entry.kind.not_in(left_out))
        .order_by(Entry.id, Posting.id)
    )
    rows, last = [], None
    for entry, kind, account, household, fen in db.session.execute(query):
        debit = yuan(fen) if fen > 0 else ""
        credit = yuan(-fen) if fen < 0 else ""
        first = kind if entry != last else ""
        rows.append(f"| {first} | {account} | {household or ''} | {debit} | {credit} |")
        last = entry
    return [re.sub(r" +", " ", row) for row in rows]


@pytest.mark.parametrize("name", LIVED)
def test_an_example_of_the_page_is_what_the_books_say(c, name):
    LIVED[name](c)
    lines = [re.sub(r" +", " ", line) for line in told()[name]]
    assert lines == booked(LEFT_OUT.get(name, ()))


def test_every_example_of_the_page_is_lived():
    assert set(told()) == set(LIVED)


def test_the_page_explains_every_account_and_every_kind_of_entry():
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert explained == {*CHART, *KINDS}
