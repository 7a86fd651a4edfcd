"""The one way to write: what was read before is not believed, and nobody writes beside us."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError

from storefront import create_app, db
from storefront.append_only import append_only_tables, trigger_names
from storefront.catalogue import drafting
from storefront.catalogue.models import Category
from storefront.errors import Busy, NotFound
from storefront.orders.models import Cart
from storefront.supply.households import Household
from tests import factories as make
from tests.conftest import settings_for
from tests.visits import statements

AT = datetime(2026, 9, 20, tzinfo=UTC)
ROUNDS = 12


def counter() -> int:
    """A row whose position is the count."""
    with db.transaction():
        return drafting.add_category("counter", "计数", "Counter", 0).id


def add_one(app: Flask, row: int, rounds: int = 1) -> None:
    with app.app_context():
        for _ in range(rounds):
            with db.transaction():
                category = db.lock_one(Category, row)
                category.position += 1


def test_what_was_read_before_the_transaction_is_read_again(app: Flask) -> None:
    """The first hole: ending the read by commit left stale objects, and a count came out short."""
    row = counter()
    seen = db.session.get(Category, row)
    assert seen is not None
    assert seen.position == 0
    with ThreadPoolExecutor(1) as other:
        other.submit(add_one, app, row).result()
    assert seen.position == 0  # the old read still stands...
    with db.transaction():
        fresh = db.session.get(Category, row)  # ...even without a lock it is read anew inside
        assert fresh is not None
        assert fresh.position == 1


def test_what_was_written_since_our_last_commit_is_read_again(app: Flask) -> None:
    """A rollback forgets nothing when no read follows a commit: two transactions in one request."""
    row = counter()
    with db.transaction():
        kept = db.lock_one(Category, row)
    with ThreadPoolExecutor(1) as other:
        other.submit(add_one, app, row).result()
    with db.transaction():
        assert db.get(Category, row) is kept
        assert kept.position == 1


def test_threads_write_one_after_the_other(app: Flask) -> None:
    """Two people at once: nobody's change is lost."""
    row = counter()
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(add_one, app, row, ROUNDS) for _ in range(4)]:
            done.result()
    assert db.session.scalar(select(Category.position)) == 4 * ROUNDS


@pytest.mark.sqlite
def test_only_one_thread_is_inside_at_a_time(app: Flask) -> None:
    """The second hole: a shared lock file excludes nobody, four threads were inside at once."""
    engine, inside, most, watch = db.sa.engine, 0, 0, Lock()

    def enter() -> None:
        nonlocal inside, most
        with db.fair_turn(engine):
            with watch:
                inside += 1
                most = max(most, inside)
            time.sleep(0.002)
            with watch:
                inside -= 1

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(enter) for _ in range(20)]:
            done.result()
    assert most == 1


def _child(url: str, var: str, row: int) -> None:
    add_one(create_app(settings_for(Path(var), url)), row, ROUNDS)


def test_processes_write_one_after_the_other(app: Flask, var: Path) -> None:
    """A descriptor inherited by a fork excludes nobody either: two processes and a parent count."""
    row = counter()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    spawn = multiprocessing.get_context("spawn")
    children = [spawn.Process(target=_child, args=(url, str(var), row)) for _ in range(2)]
    for child in children:
        child.start()
    add_one(app, row, ROUNDS)
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert db.session.scalar(select(Category.position)) == 3 * ROUNDS


def put_down(token: str) -> None:
    with db.transaction():
        db.session.add(Cart(token=token, touched_at=AT))
        db.session.flush()


def test_whoever_cannot_write_soon_is_told_so(app: Flask) -> None:
    """Another writes for as long as it likes: nobody behind it waits for more than a second."""
    holds, over = Event(), Event()

    def hold() -> None:
        with app.app_context(), db.transaction():
            db.lock_tables(Cart)
            holds.set()
            over.wait(20)

    def write() -> float:
        began = time.monotonic()
        with app.app_context(), pytest.raises(Busy):
            put_down(str(began))
        return time.monotonic() - began

    with ThreadPoolExecutor(5) as pool:
        holding = pool.submit(hold)
        holds.wait(20)
        waits = [pool.submit(write) for _ in range(4)]
        longest = max(wait.result() for wait in waits)
        over.set()
        holding.result()
    assert 0.7 < longest < 3  # 0.8 s, on a machine that has other things to do


def test_a_transaction_that_fails_leaves_nothing(app: Flask) -> None:
    """All of it or none, and the next one starts clean."""

    def half() -> None:
        with db.transaction():
            drafting.add_category("half", "半", "Half", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert db.session.scalar(select(Category.id)) is None
    counter()


def test_transactions_do_not_nest(app: Flask) -> None:
    """A verb never begins one: the door does."""
    with db.transaction(), pytest.raises(RuntimeError, match="nest"), db.transaction():
        pass
    counter()


def test_a_lock_needs_a_transaction_and_a_row(app: Flask) -> None:
    """Locking outside a transaction would protect nothing; a missing row is not found."""
    with pytest.raises(RuntimeError, match="transaction"):
        db.lock(Cart, 1)
    with db.transaction(), pytest.raises(NotFound):
        db.lock_one(Cart, 1)


def test_a_row_that_is_held_is_asked_for_once(app: Flask) -> None:
    row = counter()
    with db.transaction(), statements() as sent:
        held = db.lock_one(Category, row)
        assert db.lock_one(Category, row) is held
    assert len(sent) == 1
    with db.transaction(), statements() as sent:  # the next transaction holds nothing yet
        db.lock_one(Category, row)
    assert len(sent) == 1


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_facts_are_refused_an_edit_by_the_database(app: Flask, verb: str) -> None:
    """Every append-only table says no to UPDATE and DELETE, whoever asks."""
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 10_000)
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.session.execute(text(verb.format("movement")))
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.session.execute(text(verb.format("audit_event")))


def test_every_append_only_trigger_stands(app: Flask) -> None:
    """Batch migrations drop triggers without a word, so they are looked for."""
    metadata = db.Base.metadata
    assert len(append_only_tables(metadata)) >= 8
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgres = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    asked = sqlite if db.sa.engine.dialect.name == "sqlite" else postgres
    assert trigger_names(metadata) <= set(db.session.scalars(text(asked)))


def test_an_instant_without_a_zone_is_refused(app: Flask) -> None:
    """A naive time would mean another moment elsewhere."""
    naive = AT.replace(tzinfo=None)
    with db.transaction():
        db.session.add(Cart(token="t", touched_at=naive))
        with pytest.raises(StatementError, match="time zone"):
            db.session.flush()
        db.session.rollback()
    with db.transaction():
        db.session.add(Cart(token="t", touched_at=AT))
    db.session.expire_all()
    assert db.session.scalar(select(Cart.touched_at)) == AT


def test_a_secret_is_unreadable_in_the_database(app: Flask) -> None:
    """The column holds ciphertext; the row gives the text."""
    with db.transaction():
        make.county()
    assert set(db.session.scalars(select(Household.phone))) == {"13800000099"}
    kept = db.session.scalars(text("SELECT phone FROM household")).all()
    assert all("138" not in value for value in kept)
    assert len(set(kept)) == len(kept)


def test_a_row_that_is_put_is_written_with_its_id_and_not_known_to_the_session(app: Flask) -> None:
    cart = Cart(token="put", touched_at=AT)
    with db.transaction():
        db.put(cart)
        assert cart not in db.session
    assert db.get(Cart, cart.id).token == "put"


def test_a_change_is_written_at_once_with_what_was_to_be_written_anyway(app: Flask) -> None:
    row = counter()
    with db.transaction():
        category = db.lock_one(Category, row)
        category.name_en = "Count"
        db.change(category, position=7)
        assert category.position == 7
        assert not db.session.dirty
    kept = db.get(Category, row)
    assert (kept.name_en, kept.position) == ("Count", 7)


def test_a_change_goes_back_with_its_transaction(app: Flask) -> None:
    row = counter()

    def change_and_fail() -> None:
        with db.transaction():
            db.change(db.lock_one(Category, row), position=7)
            raise Busy

    with pytest.raises(Busy):
        change_and_fail()
    assert db.get(Category, row).position == 0
