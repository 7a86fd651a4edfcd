"""The worker: one at a time, every chore for itself, safe to repeat."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Event, Timer

import pytest
from sqlalchemy import func, select, update

from storefront import chores, clock, db
from storefront.chores import ChoreRun, Lease
from storefront.cli.chores import CHORES, Chore
from storefront.cli.worker import LEASE, Worker
from storefront.config import ROOT
from storefront.errors import Busy
from storefront.money import ZERO
from storefront.orders import cart
from storefront.orders.models import Cart, Order
from storefront.payments import inbox
from storefront.payments.models import Payment, Refund
from storefront.settlement import sales
from tests import factories as make

NOW = make.NOW
MINUTE = timedelta(minutes=1)


def take(holder, now=NOW):
    with db.transaction():
        return chores.take_lease(holder, now=now, lasting=MINUTE)


def states(model):
    db.session.rollback()
    return list(db.session.scalars(select(model.state).order_by(model.id)))


def runs():
    db.session.rollback()
    return dict(db.session.execute(select(ChoreRun.name, ChoreRun.fault)).all())


# the lease


def test_one_worker_at_a_time_has_the_lease(app):
    assert take("one")
    assert not take("two")
    assert take("one", NOW + MINUTE / 2)
    assert not take("two", NOW + MINUTE)
    assert take("two", NOW + 2 * MINUTE)
    assert not take("one", NOW + 2 * MINUTE)


def test_a_lease_given_back_is_free_at_once(app):
    take("one")
    with db.transaction():
        chores.give_back("two", now=NOW)
    assert not take("two")
    with db.transaction():
        chores.give_back("one", now=NOW)
    assert take("two")


# a turn


@pytest.fixture
def done():
    return []


@pytest.fixture
def todo(done):
    def chore(name, every=MINUTE):
        return Chore(name, every, lambda: done.append(name) or 1)

    return [chore("sweep"), chore("water", every=5 * MINUTE)]


def test_a_chore_runs_when_it_is_due_and_not_before(app, todo, done, time_machine):
    time_machine.move_to(NOW, tick=False)
    worker = Worker(app, todo)
    assert worker.turn() == ["sweep", "water"]
    assert worker.turn() == []
    time_machine.move_to(NOW + MINUTE, tick=False)
    assert worker.turn() == ["sweep"]
    time_machine.move_to(NOW + 5 * MINUTE, tick=False)
    assert worker.turn() == ["sweep", "water"]
    assert done == ["sweep", "water", "sweep", "sweep", "water"]


def test_two_workers_share_one_list_and_the_second_waits(app, todo, done):
    first, second = Worker(app, todo), Worker(app, todo)
    assert first.turn() == ["sweep", "water"]
    assert second.turn(everything=True) == []
    first.rest()
    assert second.turn(everything=True) == ["sweep", "water"]


def test_a_worker_that_died_is_followed_when_its_lease_is_over(app, todo, time_machine):
    time_machine.move_to(NOW, tick=False)
    Worker(app, todo).turn()
    time_machine.move_to(NOW + LEASE, tick=False)
    assert Worker(app, todo).turn(everything=True) == ["sweep", "water"]


def test_a_worker_started_anew_takes_up_the_dead_one_s_lease(app, todo):
    Worker(app, todo, holder="this machine's").turn()
    assert Worker(app, todo, holder="another's").turn(everything=True) == []
    assert Worker(app, todo, holder="this machine's").turn(everything=True) == ["sweep", "water"]


def test_a_worker_whose_clock_is_two_minutes_ahead_takes_nobody_s_lease(app, todo, time_machine):
    time_machine.move_to(NOW, tick=False)
    Worker(app, todo).turn()
    time_machine.move_to(NOW + MINUTE + 2 * MINUTE, tick=False)  # a minute later, on its clock
    assert Worker(app, todo).turn(everything=True) == []


def test_a_fault_of_one_chore_stops_no_other_and_is_written_down(app, todo, done):
    def spill():
        with db.transaction():
            db.session.add(Cart(token="half done", touched_at=NOW))
            raise Busy

    Worker(app, [Chore("spill", MINUTE, spill), *todo]).turn()
    assert done == ["sweep", "water"]
    assert runs() == {"spill": "Busy", "sweep": None, "water": None}
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 0


def test_a_chore_that_comes_right_again_says_so(app, done):
    trouble = [ZeroDivisionError(), None]

    def sometimes():
        fault = trouble.pop(0)
        if fault:
            raise fault
        return 0

    worker = Worker(app, [Chore("sometimes", MINUTE, sometimes)])
    worker.turn(everything=True)
    assert runs() == {"sometimes": "ZeroDivisionError"}
    worker.turn(everything=True)
    assert runs() == {"sometimes": None}


def test_a_worker_asked_to_stop_finishes_the_chore_at_hand(app, done):
    def first():
        worker.stopping.set()
        return done.append("first") or 1

    worker = Worker(
        app, [Chore("first", MINUTE, first), Chore("second", MINUTE, lambda: done.append("2") or 1)]
    )
    assert worker.turn() == ["first"]
    assert done == ["first"]


def test_a_database_that_is_away_is_waited_for(app, monkeypatch):
    worker = Worker(app, [])
    monkeypatch.setattr(worker, "turn", lambda: (_ for _ in ()).throw(Busy))
    Timer(0.1, worker.stopping.set).start()
    worker.turn_whatever_comes()
    assert worker.stopping.is_set()


# the list


def test_every_chore_has_a_name_of_its_own():
    assert len({chore.name for chore in CHORES}) == len(CHORES)


@pytest.fixture
def county(app, time_machine):
    time_machine.move_to(NOW, tick=False)
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 30_000)
    return county


def once(app):
    outcome = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert outcome.exit_code == 0, outcome.output
    assert set(runs().values()) == {None}, runs()


def test_a_hold_that_is_over_lapses_and_its_page_closes(app, county, time_machine):
    with db.transaction():
        order = make.order((make.BOX, 1))
    with db.transaction():
        make.attempt(order.id)
    once(app)
    assert states(Order) == ["awaiting_payment"]
    time_machine.move_to(order.hold_until, tick=False)
    once(app)
    assert (states(Order), states(Payment)) == (["expired"], ["expired"])


def test_a_paid_order_lives_on_by_itself_until_its_shares_are_due(app, county, time_machine):
    with db.transaction():
        order = make.order((make.BOX, 1))
    with db.transaction():
        make.pay(order.id)
    with db.transaction():
        make.dispatch(county, order.id)
    time_machine.move_to(NOW + timedelta(days=7), tick=False)
    once(app)
    assert make.parcel_of(order.id).state == "delivered"
    time_machine.move_to(NOW + timedelta(days=9), tick=False)
    for _ in range(2):
        once(app)
    assert states(Order) == ["completed"]
    assert [row.state for row in make.allocations(order.id)] == ["due"]
    with db.transaction():
        assert sales.close_due(now=clock.now(), after_sale=2 * make.DAY, limit=50) == 0


def test_refunds_that_wait_are_sent(app, county, time_machine):
    with db.transaction():
        order = make.order((make.BOX, 1))
    with db.transaction():
        first = make.attempt(order.id)
    with db.transaction():
        db.session.execute(update(Payment).values(state="expired"))
    with db.transaction():
        make.pay(order.id)
    with db.transaction():
        inbox.receive(make.success(*first), now=NOW)
    once(app)
    assert states(Refund) == ["failed"]  # the provider never saw this page; it says so
    assert db.session.scalars(select(Refund.fault)).all() == ["unknown_session"]
    assert db.session.scalars(select(Refund.amount_fen)).one() > ZERO


def test_a_cart_nobody_touched_for_a_month_is_forgotten(app, county, time_machine):
    with db.transaction():
        cart.add(None, make.BOX, 1, now=NOW)
    time_machine.move_to(NOW + timedelta(days=31), tick=False)
    once(app)
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 0


def test_the_process_stops_in_peace_when_asked(app, database, var):
    """`flask worker` runs its chores, and a SIGTERM lets it finish and give the lease back."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        cwd=ROOT,
        env={"DATABASE_URL": database.url, "VAR_DIR": str(var), "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
    )
    patience = Event()
    deadline = time.monotonic() + 30
    while len(runs()) < len(CHORES) and time.monotonic() < deadline:
        patience.wait(0.2)
    assert set(runs()) == {chore.name for chore in CHORES}
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=20)
    assert (worker.returncode, b"Traceback" in said) == (0, False)
    db.session.rollback()
    assert db.session.scalars(select(Lease.until)).one() <= clock.now()
