"""The books: what can be written into them, and that nothing can be changed in them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from storefront import db
from storefront.errors import NotFound
from storefront.ledger import books
from storefront.ledger.books import AlreadyBooked, Line
from storefront.ledger.models import CHART, Entry, Posting
from storefront.money import Fen

NOW = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
LATE = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)  # midnight in China: October has begun
AMOUNTS = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=6)


def booked():
    return db.session.scalar(select(func.count()).select_from(Entry))


def pair(fen=500):
    return [Line("bank", Fen(fen)), Line("brand_fund", Fen(-fen))]


def test_every_account_of_the_chart_is_there(app):
    codes = db.session.scalars(text("SELECT code FROM account")).all()
    assert set(codes) == set(CHART)


def test_an_entry_keeps_its_lines_and_its_month(app):
    with db.transaction():
        entry = books.post("payment", "payment:1", [*pair(), Line("station", Fen(0))], now=NOW)
    assert (entry.kind, entry.booked_month, entry.happened_at) == ("payment", "2026-09", NOW)
    assert books.lines_of(entry.id) == pair()
    assert books.balance("bank") == Fen(500)


def test_an_entry_counts_in_the_month_it_is_in_china(app):
    with db.transaction():
        entry = books.post("payment", "payment:1", pair(), now=LATE)
    assert entry.booked_month == "2026-10"


def test_lines_that_do_not_balance_are_not_booked(app):
    with db.transaction(), pytest.raises(ValueError, match="does not balance"):
        books.post("payment", "payment:1", [Line("bank", Fen(1))], now=NOW)
    assert booked() == 0


def test_nothing_at_all_is_not_booked(app):
    with db.transaction(), pytest.raises(ValueError, match="does not balance"):
        books.post("payment", "payment:1", [Line("bank", Fen(0))], now=NOW)


def test_the_same_fact_is_booked_once_and_the_transaction_goes_on(app):
    with db.transaction():
        books.post("payment", "payment:1", pair(), now=NOW)
        with pytest.raises(AlreadyBooked):
            books.post("payment", "payment:1", pair(700), now=NOW)
        books.post("payment", "payment:2", pair(), now=NOW)
    assert booked() == 2
    assert books.balance("bank") == Fen(1_000)


def test_a_correction_turns_the_signs_and_names_what_it_corrects(app):
    with db.transaction():
        entry = books.post("payment", "payment:1", pair(), now=NOW)
    with db.transaction():
        fixed = books.reverse(entry.id, now=LATE)
    assert (fixed.kind, fixed.reverses_id, fixed.booked_month) == (
        "correction",
        entry.id,
        "2026-10",
    )
    assert books.balance("bank") == books.balance("brand_fund") == Fen(0)


def test_an_entry_is_corrected_once(app):
    with db.transaction():
        entry = books.post("payment", "payment:1", pair(), now=NOW)
        books.reverse(entry.id, now=NOW)
        with pytest.raises(AlreadyBooked):
            books.reverse(entry.id, now=NOW)


def test_a_correction_stands(app):
    with db.transaction():
        entry = books.post("payment", "payment:1", pair(), now=NOW)
        fixed = books.reverse(entry.id, now=NOW)
        with pytest.raises(ValueError, match="correction"):
            books.reverse(fixed.id, now=NOW)


def test_there_must_be_an_entry_to_correct(app):
    with db.transaction(), pytest.raises(NotFound):
        books.reverse(1, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET kind = 'refund'",
        "DELETE FROM entry",
        "UPDATE posting SET fen = fen + 1",
        "DELETE FROM posting",
    ],
)
def test_the_database_refuses_to_change_the_books(app, change):
    with db.transaction():
        books.post("payment", "payment:1", pair(), now=NOW)
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.session.execute(text(change))
    assert books.balance("bank") == Fen(500)


def test_a_share_names_its_row_or_is_refused(app):
    share = [Line("brand_fund", Fen(5)), Line("share_due", Fen(-5))]
    with pytest.raises(DBAPIError), db.transaction():
        books.post("loss", "movement:1", share, now=NOW)


@given(AMOUNTS)
def test_a_digest_does_not_depend_on_the_order_of_lines(amounts):
    fact = books.Fact("payment", "payment:1", NOW, "2026-09")
    lines = [Line("bank", Fen(fen)) for fen in amounts]
    assert books.digest(fact, lines) == books.digest(fact, lines[::-1])


@given(AMOUNTS, st.data())
def test_a_digest_changes_with_any_line(amounts, data):
    fact = books.Fact("payment", "payment:1", NOW, "2026-09")
    lines = [Line("bank", Fen(fen)) for fen in amounts]
    place = data.draw(st.integers(0, len(lines) - 1))
    other = [*lines]
    other[place] = Line("bank", lines[place].fen + Fen(1))
    assert books.digest(fact, lines) != books.digest(fact, other)


def test_a_posting_is_never_zero(app):
    with db.transaction():
        books.post("payment", "payment:1", [*pair(), Line("freight", Fen(0))], now=NOW)
    assert db.session.scalar(select(func.count()).where(Posting.fen == 0)) == 0
