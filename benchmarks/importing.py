"""20,000 rows of the registry beside shoppers who order: ``python -m benchmarks.importing``.

The shop is served as in production; another process reads the file as the worker does and takes
it in, while shoppers order over HTTP one after another. Says how long each took, and fails
where the file takes longer than ten seconds or an order waits longer than one.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import perf_counter, process_time, sleep
from unicodedata import normalize

import flask_migrate
from sqlalchemy import select

from benchmarks.served import HOST, serve
from benchmarks.visitor import Answer, Visitor
from storefront import clock, config, create_app, db
from storefront.cli import chores
from storefront.supply import importing, taking_in
from storefront.supply.imports import RegistryFile
from storefront.web import asset_build, assets
from tests import factories as make
from tests.doors.shopping import DOOR
from tests.filed import HEADINGS, household, xlsx_of
from tests.soak.browser import Form, Page

ROWS, PEOPLE, BUYERS, PORT = 20_000, 4, 2, 8190
LONGEST_IMPORT, LONGEST_ORDER = 10.0, 1.0  # seconds
BUSY = 503
CALM = 8  # orders before the file comes
BOX = "/products/pear-box"


def environ(folder: str) -> dict[str, str]:
    """Return what the server and the reader are started with."""
    return {
        "DATABASE_URL": f"sqlite:////{folder.lstrip('/')}/shop.db",
        "VAR_DIR": f"{folder}/var",
        "PUBLIC_URL": f"http://{HOST}:{PORT}",
        "PRETEND_PAYMENTS": "yes",
        "LIMIT_FACTOR": "1000",
        "PROXY_HOPS": "1",
        "PASSWORD_MEMORY_KIB": "32",
        "PASSWORD_PASSES": "1",
    }


@contextmanager
def shop(given: Mapping[str, str]) -> Iterator[None]:
    """Work in the shop that ``given`` names."""
    app = create_app(config.load(given))
    with app.app_context():
        yield


def fill(given: Mapping[str, str]) -> None:
    """Make the county, pears to sell, and the file that waits."""
    settings = config.load(given)
    with shop(given):
        flask_migrate.upgrade()
        asset_build.build(assets.target(settings.var), compress=False)
        now = clock.now()
        with db.transaction():
            county = make.county(now)
        for _ in range(20):
            with db.transaction():
                make.weigh(county, county.lin, county.first, 400_000, now=now)
        content = xlsx_of([HEADINGS, *_people()])
        with db.transaction():
            day = clock.china_day(now)
            importing.send(content, day, actor=county.cast.wu.actor, now=now)


def _people() -> Iterator[list[str]]:
    chance = Random(5)  # noqa: S311  a bench
    for number in range(ROWS // PEOPLE):
        phone = f"138{chance.randrange(10**8):08d}"
        yield from household(f"{140000 + number}", people=PEOPLE, phone=phone, account="")


def read(given: Mapping[str, str]) -> None:
    """Read the file that waits as the worker does, take it in, and say how long that took."""
    with shop(given):
        began, cpu = perf_counter(), process_time()
        chores.read_files()
        ready = perf_counter()
        file = db.session.scalars(select(RegistryFile)).one()
        seen, rows = taking_in.differences(file.id).seen, file.rows_read
        officer = make.OFFICE
        with db.transaction():
            taking_in.take_in(file.id, seen, actor=officer, now=clock.now())
        print(f"{rows} {ready - began:.2f} {perf_counter() - ready:.2f} {process_time() - cpu:.2f}")


def order(visitor: Visitor) -> float:
    """Order a box as a shopper does; return how long the longest answer took."""
    slowest = 0.0

    def timed(ask: object, *given: object) -> Answer:
        nonlocal slowest
        began = perf_counter()
        answer: Answer = ask(*given)  # type: ignore[operator]
        slowest = max(slowest, perf_counter() - began)
        return answer

    page = _form(timed(visitor.get, BOX), BOX)
    timed(visitor.post, BOX, {**page.fields, "sku": make.BOX, "quantity": "1"})
    form = _form(timed(visitor.get, f"/checkout?province={make.SHANXI}"), "/checkout")
    filled = perf_counter()
    placed = timed(visitor.post, "/checkout", {**form.fields, **DOOR})
    while placed.status == BUSY:  # told to try again, a shopper does: that is waiting, too
        placed = timed(visitor.post, "/checkout", {**form.fields, **DOOR})
        slowest = max(slowest, perf_counter() - filled)
    if not placed.location:
        message = f"no order: {Page('', placed.status, placed.text, '').refusal}"
        raise RuntimeError(normalize("NFC", message))
    return slowest


def _form(answer: Answer, action: str) -> Form:
    found = Page(action, answer.status, answer.text, answer.location).form(action)
    if found is None:
        message = f"no form on {action}: {answer.status}"
        raise RuntimeError(message)
    return found


def buy(waits: list[float], over: Event, *, most: int = 10_000) -> None:
    """Order again and again until it is over."""
    for _ in range(most):
        if over.is_set():
            return
        visitor = Visitor(PORT)
        waits.append(order(visitor))
        visitor.close()
        sleep(0.05)


def main() -> int:
    """Measure, and say it."""
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "w") as log:  # noqa: PTH123
        given = environ(folder)
        fill(given)
        calm: list[float] = []
        waits: list[float] = []
        with serve("benchmarks.shop:app", PORT, given, log):
            buy(calm, Event(), most=CALM)
            over = Event()
            buyers = [Thread(target=buy, args=(waits, over)) for _ in range(BUYERS)]
            for buyer in buyers:
                buyer.start()
            command = [sys.executable, "-m", "benchmarks.importing", folder]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
            over.set()
            for buyer in buyers:
                buyer.join()
    rows, reading, taking, cpu = told.split()
    took, longest = float(reading) + float(taking), max(waits)
    homes, load = ROWS // PEOPLE, os.getloadavg()[0]
    print(
        f"{int(rows):,} rows of {homes:,} households: read in {reading} s, taken in in {taking} s"
    )
    print(f"of it {cpu} s of one processor; load {load:.1f} on {os.cpu_count()}")
    print(f"{len(waits)} orders beside it, slowest {longest:.2f} s; before it {max(calm):.2f} s")
    return 0 if took <= LONGEST_IMPORT and longest <= LONGEST_ORDER else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        read(environ(str(Path(sys.argv[1]))))
        sys.exit(0)
    sys.exit(main())
