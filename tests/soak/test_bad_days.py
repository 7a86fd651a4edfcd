"""Bad days, with real processes: what people see meanwhile, and that all is whole afterwards."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from storefront import clock, db
from storefront.config import ROOT
from tests.databases import POSTGRES, server
from tests.soak import town as towns
from tests.soak import verdict
from tests.soak.browser import Browser
from tests.soak.buyers import Buyer
from tests.soak.conftest import asked, broken
from tests.soak.diary import Diary
from tests.soak.packers import Packer
from tests.soak.shop import environment, free_port, kill, until
from tests.soak.soak import sign_in

AWAY = 10.0  # seconds
QUICKLY = 5.0  # seconds: far below the ten, and a busy test machine is slow
LAPSING = "SELECT count(*) FROM orders WHERE state = 'awaiting_payment'"


# a worker


@contextmanager
def worker(settings, var, name: str, app: str = "wsgi") -> Iterator[subprocess.Popen[bytes]]:
    """Run `flask worker`, its log in ``var``."""
    with (var / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", app, "worker"],
            cwd=ROOT,
            env=environment(settings.database_url, var, 0),
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def lapsed(town):
    """A hundred orders whose holds are over: five batches for the worker."""
    long_ago = clock.now() - timedelta(minutes=10)
    for _ in range(100):
        towns.left_unpaid(long_ago, 0)
    db.session.remove()
    return 100


def waiting() -> int:
    return int(str(asked(LAPSING)[0][0]))


def test_a_worker_killed_at_its_work_leaves_nothing_half_done(app, lapsed, var):
    settings = app.config["SETTINGS"]
    with worker(settings, var, "first") as first:
        assert until(lambda: 0 < waiting() < lapsed)
        kill(first.pid)
    assert broken() == []
    half = "SELECT o.code FROM orders o JOIN allocation a ON a.order_id = o.id AND"
    assert asked(f"{half} a.state = 'planned' WHERE o.state = 'expired'") == []
    assert asked(f"{half} a.state = 'freed' WHERE o.state = 'awaiting_payment'") == []
    with db.transaction():  # five minutes later
        db.session.execute(text("UPDATE lease SET until = '2026-01-01 00:00:00'"))
    with worker(settings, var, "second"):
        assert until(lambda: waiting() == 0)
    assert broken() == []


def test_a_worker_asked_to_stop_finishes_its_chore_first(app, lapsed, var):
    settings = app.config["SETTINGS"]
    with worker(settings, var, "asked") as process:
        assert until(lambda: 0 < waiting() < lapsed)
        process.terminate()
        assert process.wait(30) == 0
    assert (waiting(), broken()) == (0, [])


def test_of_two_workers_one_works_and_the_other_follows(app, lapsed, var):
    settings = app.config["SETTINGS"]
    with worker(settings, var, "one") as one, worker(settings, var, "two") as two:
        assert until(lambda: waiting() == 0)
        assert until(lambda: any(_chores(var)))
        assert not all(_chores(var))
        first, second = (one, two) if _chores(var)[0] else (two, one)
        holder = asked("SELECT holder FROM lease")
        first.terminate()
        assert first.wait(30) == 0
        assert until(lambda: asked("SELECT holder FROM lease") != holder)
        assert second.poll() is None
    assert broken() == []


def _chores(var: Path) -> list[int]:
    """Return how many chores each of the two has done."""
    logs = [(var / f"{name}.log").read_text("utf-8") for name in ("one", "two")]
    return [log.count('"message": "chore"') for log in logs]


# a database


@contextmanager
def away(url: str) -> Iterator[None]:
    """Let the database be gone: nobody may connect, and whoever was connected is not."""
    name, office = make_url(url).database, server(POSTGRES)
    gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
    with office.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'))
        connection.execute(text(gone), {"name": name})
    try:
        yield
    finally:
        with office.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true'))
        office.dispose()


def _works_on(running) -> bool:
    """Whether the chores run again; they are all made due first."""
    with db.transaction():
        db.session.execute(text("DELETE FROM chore_run"))
    return until(lambda: asked("SELECT name FROM chore_run"))


@pytest.mark.postgres
def test_a_database_that_is_away_for_ten_seconds_is_answered_for_and_waited_for(running):
    shopper, packer = running.browser(), running.browser()
    sign_in(packer, running.town.county.cast.he)
    form = shopper.get("product", "/products/pear-box").form("/products/pear-box")
    processes = running.shop.web(), running.shop.workers()
    db.session.remove()
    db.sa.engine.dispose()
    end = time.monotonic() + AWAY
    with away(running.settings.database_url):
        while time.monotonic() < end:
            for page in (
                shopper.once("home", "GET", "/", None),
                packer.once("packing", "GET", "/brand/packing", None),
                shopper.once("basket", "POST", form.action, {**form.fields, "quantity": "1"}),
            ):
                assert page is not None
                assert page.status == 503
                assert "请再试一次" in page.text
    assert max(one.wait for one in running.diary.answered) < QUICKLY
    assert until(lambda: running.shop.answers("/"))
    assert shopper.send("basket", form, quantity=1).location == "/cart"
    assert packer.get("packing", "/brand/packing").status == 200
    assert _works_on(running)
    assert (running.shop.web(), running.shop.workers()) == processes
    assert broken() == []


@pytest.mark.sqlite
def test_a_database_that_takes_no_writes_for_ten_seconds_is_still_read(running):
    shopper = running.browser()
    form = shopper.get("product", "/products/pear-box").form("/products/pear-box")
    processes = running.shop.web(), running.shop.workers()
    end = time.monotonic() + AWAY
    holding = sqlite3.connect(str(make_url(running.settings.database_url).database))
    holding.execute("BEGIN IMMEDIATE")
    while time.monotonic() < end:
        read = shopper.once("home", "GET", "/", None)
        wrote = shopper.once("basket", "POST", form.action, {**form.fields, "quantity": "1"})
        assert read is not None
        assert wrote is not None
        assert (read.status, wrote.status) == (200, 503)
    holding.rollback()
    holding.close()
    assert max(one.wait for one in running.diary.answered) < QUICKLY
    assert shopper.send("basket", form, quantity=1).location == "/cart"
    assert _works_on(running)
    assert (running.shop.web(), running.shop.workers()) == processes
    assert broken() == []


# clocks


@dataclass
class Commuter(Browser):
    """A browser whose every other request is answered by another machine."""

    ports: list[int] = field(default_factory=list)

    def once(self, kind, method, address, fields):
        self.ports.append(self.ports.pop(0))
        self.port = self.ports[0]
        return super().once(kind, method, address, fields)


@contextmanager
def machine_ahead(running, var) -> Iterator[int]:
    """Serve the same database from a machine whose clock is two minutes ahead."""
    settings, port = running.settings, free_port()
    command = ("granian", "--interface", "wsgi", "--no-ws", "--port", str(port))
    with (var / "ahead.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "tests.soak.ahead:app"],
            cwd=ROOT,
            env=environment(settings.database_url, var, running.shop.port),
            stderr=log,
            stdout=log,
        )
    probe = Browser(port, Diary(), None, None)  # type: ignore[arg-type]  # it only looks
    try:
        assert until(lambda: probe.once("alive", "GET", "/healthz", None))
        yield port
    finally:
        process.terminate()
        process.wait(30)


def test_two_machines_whose_clocks_are_two_minutes_apart_lose_and_double_nothing(running, var):
    running.town.old_pages += [towns.left_unpaid(clock.now(), 150) for _ in range(3)]
    running.diary.tried["before"] |= {str(key) for (key,) in asked("SELECT key FROM orders")}
    running.diary.tried["before"] |= {str(key) for (key,) in asked("SELECT key FROM slip")}
    with machine_ahead(running, var) as port:
        ports = [running.shop.port, port]
        with worker(running.settings, var, "ahead", "tests.soak.ahead"):
            people = [Commuter(**vars(running.browser()), ports=list(ports)) for _ in range(2)]
            packer = people[1]
            sign_in(packer, running.town.county.cast.he)
            buyer = Buyer(people[0], running.town)
            for _ in range(12):
                buyer.visit()
            Packer(packer, running.town).pack_one()
    assert running.shop.stop() == 0
    assert running.diary.acts["paid"] >= 3
    assert running.diary.acts["crate packed"] + running.diary.acts["parcel finished"] >= 1
    assert [*running.diary.wrong, *verdict.faults(running.settings, running.diary)] == []
