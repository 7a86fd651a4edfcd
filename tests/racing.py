"""Several people press at the same moment, each in a thread and a transaction of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from storefront import db
from storefront.errors import Busy, Refusal


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Run the acts from one moment; return of each ``done``, its refusal's code, or ``busy``."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context():
            start.wait()
            try:
                with db.transaction():
                    act()
            except Refusal as refusal:
                return refusal.code
            except Busy:
                return "busy"
            return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        said = list(threads.map(run, acts))
    db.session.rollback()  # what this thread has read is old now
    return said
