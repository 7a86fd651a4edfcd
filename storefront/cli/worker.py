"""flask worker: the chores, one at a time, by one worker at a time."""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from time import perf_counter

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from storefront import chores, clock, db, ids
from storefront.cli.chores import CHORES, Chore
from storefront.errors import Busy

log = logging.getLogger("storefront.worker")
# Longer than any one chore takes and than two machines' clocks are apart: a worker whose clock is
# ahead would take the lease of one that works.
LEASE = timedelta(minutes=5)
PAUSE = 1.0  # seconds between looks at what is due
PATIENCE = 5.0  # seconds to leave a database alone that does not answer


@click.command()
@click.option("--once", is_flag=True, help="Do every chore once, due or not, and stop.")
@click.option("--holder", help="The name under which to hold the lease; `flask serve` gives one.")
@pass_script_info
def worker(info: ScriptInfo, *, once: bool, holder: str | None) -> None:
    """Do the chores: lapse holds, send letters and refunds, deliver, close."""
    mine = Worker(info.load_app(), holder=holder)
    if once:
        mine.turn(everything=True)
        mine.rest()
        return
    log.info("the worker is here")
    with _signals(mine.stopping):
        while not mine.stopping.wait(PAUSE):
            mine.turn_whatever_comes()
    mine.rest()
    log.info("the worker has gone")


class Worker:
    """One worker: may run the chores while it holds the lease.

    Whoever starts a worker anew after the last one died gives both the same
    ``holder``, and the new one need not wait until the dead one's lease is over.
    """

    def __init__(
        self, app: Flask, todo: Sequence[Chore] = CHORES, holder: str | None = None
    ) -> None:
        self.app = app
        self.todo = todo
        self.holder = holder or ids.new_key()
        self.stopping = Event()

    def turn(self, *, everything: bool = False) -> list[str]:
        """Do what is due, unless another worker has the lease; return the names of what ran."""
        with self.app.app_context():
            last = {} if everything else chores.last_runs()
        now = clock.now()
        due = [
            one for one in self.todo if one.name not in last or last[one.name] + one.every <= now
        ]
        ran = []
        for chore in due:
            if self.stopping.is_set() or not self._leased():
                break
            self._run(chore)
            ran.append(chore.name)
        return ran

    def turn_whatever_comes(self) -> None:
        """Do what is due; a database that is away is waited for."""
        try:
            self.turn()
        except (Busy, SQLAlchemyError) as fault:
            facts = {"why": type(fault).__name__}
            log.warning("the worker waits for the database", extra={"facts": facts})
            self.stopping.wait(PATIENCE)

    def _leased(self) -> bool:
        """Take the lease, or prolong it; another worker's is respected."""
        with self.app.app_context():
            try:
                with db.transaction():
                    return chores.take_lease(self.holder, now=clock.now(), lasting=LEASE)
            except IntegrityError:
                return False

    def _run(self, chore: Chore) -> None:
        """Run one chore; its fault is written down and stops no other one."""
        began, fault, count = perf_counter(), None, 0
        with self.app.app_context():
            try:
                count = chore.run()
            except Exception as trouble:
                fault = type(trouble).__name__
                log.exception("chore failed", extra={"facts": {"chore": chore.name}})
        took_ms = round((perf_counter() - began) * 1000)
        with self.app.app_context(), db.transaction():
            chores.note_run(chore.name, took_ms=took_ms, fault=fault, now=clock.now())
        if count:
            facts = {"chore": chore.name, "count": count, "ms": took_ms}
            log.info("chore", extra={"facts": facts})

    def rest(self) -> None:
        """Give the lease back, so that the next worker need not wait for its end.

        Where the database is away the lease ends by itself.
        """
        try:
            with self.app.app_context(), db.transaction():
                chores.give_back(self.holder, now=clock.now())
        except (Busy, SQLAlchemyError) as fault:
            log.warning(
                "the lease was not given back", extra={"facts": {"why": type(fault).__name__}}
            )


@contextmanager
def _signals(stopping: Event) -> Iterator[None]:
    """Finish the chore at hand when asked to stop."""
    kinds = (signal.SIGTERM, signal.SIGINT)
    before = {kind: signal.signal(kind, lambda *_asked: stopping.set()) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
