"""`flask books check` can fail: for every claim there is a wrong row that it names.

A copy of the table without its guards (CHECKs, keys, triggers) is laid over the
table as a temporary one, and a row of the copy is changed: no history of the
rooms could leave such a row, and nothing of it outlives the test.
"""

import pytest
from sqlalchemy import select, text

from storefront import db
from storefront.append_only import create_triggers, trigger_names
from storefront.ledger import books
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.reports import laws_of_goods as goods
from storefront.reports import laws_of_money as money
from storefront.reports import laws_of_shares as shares
from storefront.reports import laws_of_slips as slips
from storefront.reports.check import CLAIMS, UNTOUCHED, check
from storefront.reports.laws_of_figures import CLAIMS as FIGURES
from storefront.settlement import losses, summary
from storefront.supply.models import Lot
from storefront.weight import Grams
from tests import factories as make
from tests.histories import A_SEASON, History

FIRST = "UPDATE {0} SET {1} WHERE id = (SELECT min(id) FROM {0} WHERE {2})"
LINE_OF = "entry_id IN (SELECT id FROM entry WHERE kind = '{}') AND account = '{}'"
# claim -> table, what is changed, in which row
BROKEN = {
    money.CONSERVATION: ("posting", "fen = fen + 1", LINE_OF.format("dispatch", "station")),
    money.SHOPPER: ("payment", "amount_fen = amount_fen + 1", "state = 'succeeded'"),
    money.CHARGE: ("parcel", "charge_fen = charge_fen + 1", "dispatched_at IS NOT NULL"),
    money.COSTS: ("parcel_boxes", "boxes = boxes + 1", "id > 0"),
    money.CANCELLED: ("orders", "state = 'cancelled'", "state = 'confirmed'"),
    money.LINE_BACK: ("line_cancellation", "returned_fen = returned_fen - 1", "id > 0"),
    money.BORNE: ("refund", "amount_fen = amount_fen + 1", "dispatched"),
    money.BALANCED: ("posting", "fen = fen - 1", "account = 'bank'"),
    money.ONCE: ("entry", "kind = 'payment', source = 'payment:1'", "source <> 'payment:1'"),
    money.CORRECTED: ("posting", "account = 'bank'", LINE_OF.format("correction", "brand_fund")),
    money.ONE_CHARGE: ("payment", "kept = (1 = 0)", "kept"),
    money.GIVEN_BACK: ("refund", "amount_fen = amount_fen - 1", "amount_fen > 0"),
    money.RECEIVED: ("payment", "state = 'failed'", "state = 'succeeded'"),
    goods.STOCK: ("movement", "grams = grams + 1", "stock = 'on_hand'"),
    goods.AVAILABLE: ("lot", "available_g = available_g + 1", "state = 'received'"),
    goods.ALLOCATED: ("lot", "allocated_g = allocated_g - 1", "allocated_g > 0"),
    goods.PACKED: ("movement", "grams = grams + 1", "reason = 'pack'"),
    goods.BORNE: ("movement", "bearer = NULL", "reason = 'rot'"),
    goods.AGREED: ("movement", "second_user_id = actor_user_id", "bearer = 'household'"),
    slips.AGREED_BY: ("slip_code", "used_at = NULL", "used_at IS NOT NULL"),
    slips.PUT_RIGHT: ("movement", "reason = 'correct'", "reason = 'take_back' OR reason = 'rot'"),
    slips.UNPAID: ("dispute_answer", "answered_at = '2999-01-01'", "decision = 'refused'"),
    goods.CASES: ("loss_case", "grams = grams + 1", "decision <> 'dropped'"),
    goods.DESTROYED: (
        "lot",
        "on_hand_g = on_hand_g + 1",
        "id IN (SELECT lot_id FROM lot_hold WHERE ended = 'destroyed')",
    ),
    goods.WEIGHED: ("allocation", "weighed_g = grams - 1", "state = 'due'"),
    goods.FILLED: ("allocation", "grams = grams + 1", "state <> 'freed'"),
    goods.BOXED: ("parcel_boxes", "boxes = boxes + 1", "id > 0"),
    goods.PRICED: ("line_part", "retail_fen = retail_fen + 1", "id > 0"),
    goods.GOODS: ("line", "price_fen = price_fen + 1", "id > 0"),
    goods.DISCOUNT: ("line", "discount_fen = discount_fen + 1", "id > 0"),
    goods.OWN_LOT: ("allocation", "household_id = household_id + 1", "lot_id IS NOT NULL"),
    goods.CUSTODY: ("allocation", "custody = 'segregated'", "how_confirmed = 'assumed'"),
    goods.MERGED: ("household_merger", "lots = lots - 1", "id > 0"),
    goods.AS_BOOKED: ("allocation", "share_fen = share_fen - 1", "state = 'confirmed'"),
    goods.LOSS_AS_BOOKED: ("movement", "owed_fen = owed_fen + 1", "bearer = 'brand_fund'"),
    shares.SHARE_STANDS: ("allocation", "state = 'due'", "state = 'confirmed'"),
    shares.LOSS_STANDS: ("pay_item", "state = 'open'", "state = 'paid'"),
    shares.HOUSEHOLD_OWED: ("allocation", "share_fen = share_fen + 1", "state = 'due'"),
    shares.PRICE_TIMES_GRAMS: ("lot", "purchase_price = purchase_price + 9", "allocated_g > 0"),
    shares.LOSS_PRICE: ("movement", "owed_fen = 0", "bearer = 'brand_fund'"),
    shares.LOT_GRAMS: ("lot", "net_g = net_g + 1", "net_g IS NOT NULL"),
    shares.BORNE_ONCE: ("refund_share", "fen = fen + 1", "id > 0"),
    shares.DUE_BEFORE_PAID: ("entry", "id = id + 9999", "kind = 'due'"),
    shares.PAID_TO: ("pay_item", "household_code = 'H-NOBODY'", "id > 0"),
    shares.PAY_ITEM: ("pay_item", "amount_fen = amount_fen + 1", "id > 0"),
    FIGURES[0]: ("household_month", "due_fen = due_fen + 1", "id > 0"),
    FIGURES[1]: ("county_month", "grams = grams - 1", "id > 0"),
}
CHANGED = ("posting", "account = 'freight'", "account = 'packing'")


@pytest.fixture
def season(app):
    """A season in which every claim has rows to look at, a correction among them."""
    with db.transaction():
        history = History(make.county())
    history.walk(A_SEASON)
    with db.transaction():
        correct_a_loss(history)
    return history


def correct_a_loss(history):
    """A loss that was none: its entry is reversed, and the summary says so."""
    lot = db.session.scalars(select(Lot).where(Lot.on_hand_g > 500).order_by(Lot.id)).all()[0]
    he, now = history.county.cast.he.actor, history.now
    loss = ("theft", "brand_fund")
    moved = losses.write_off(lot.id, Grams(100), *loss, note="", key="k", actor=he, now=now)
    entry = db.session.scalars(select(Entry).where(Entry.source == f"movement:{moved.id}")).one()
    turned = books.reverse(entry.id, now=now)
    owed = moved.owed_fen or Fen(0)
    flow = summary.Flow(movement_id=moved.id, booked=owed, due=owed)
    summary.record(turned.booked_month, [flow.turned])


def lay_over(table):
    """Lay a copy without guards over the table, until the transaction ends."""
    schema = "main" if db.sa.engine.dialect.name == "sqlite" else "public"
    copied = f"SELECT * FROM {schema}.{table}"  # noqa: S608  ours
    db.session.execute(text(f"CREATE TEMPORARY TABLE {table} AS {copied}"))


def break_row(table, change, where):
    lay_over(table)
    db.session.execute(text(FIRST.format(table, change, where)))


def broken_now():
    return {finding.claim: finding.broken for finding in check() if not finding.ok}


def test_a_season_breaks_nothing_and_every_claim_has_rows(season):
    found = check()
    assert [finding for finding in found if not finding.ok or finding.looked == 0] == []
    assert len(found) == len(CLAIMS) + 1


def test_there_is_a_wrong_row_for_every_claim():
    assert set(BROKEN) == set(CLAIMS)


def test_every_claim_names_the_row_that_breaks_it(season):
    silent = []
    for claim, wrong in BROKEN.items():
        break_row(*wrong)
        if claim.says not in broken_now():
            silent.append(claim.says)
        db.session.rollback()
    assert silent == []
    assert broken_now() == {}


def test_an_entry_that_was_changed_is_named(season):
    break_row(*CHANGED)
    assert "kind dispatch" in broken_now()[UNTOUCHED]


def test_the_first_wrong_row_is_named_with_both_figures(season):
    break_row(*BROKEN[money.CONSERVATION])
    named = broken_now()[money.CONSERVATION.says]
    assert named.startswith("orders ")
    assert "charged" in named
    assert "split" in named


@pytest.fixture
def no_guards():
    """Take the triggers of the postings down for good, and put them up again."""
    sqlite = db.sa.engine.dialect.name == "sqlite"
    with db.transaction():
        for name in trigger_names(db.Base.metadata):
            if name.startswith("posting_"):
                db.session.execute(text(f"DROP TRIGGER {name}{'' if sqlite else ' ON posting'}"))
    yield
    with db.transaction():
        create_triggers(db.session.connection(), db.Base.metadata)


def test_the_command_finds_the_books_in_order(season, app):
    said = app.test_cli_runner().invoke(args=["books", "check"])
    last = f"{len(CLAIMS) + 1} claims looked at, 0 broken."
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, last)


def test_the_command_fails_and_names_the_row(season, no_guards, app):
    wrong = db.session.scalars(select(Posting).where(Posting.account == "station")).all()[0]
    with db.transaction():
        change = text("UPDATE posting SET fen = fen - 1 WHERE id = :id")
        db.session.execute(change, {"id": wrong.id})
    said = app.test_cli_runner().invoke(args=["books", "check"])
    assert said.exit_code == 1
    assert f"entry {wrong.entry_id}, kind dispatch" in said.output
