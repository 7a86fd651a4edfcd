"""What the pick list costs with 2,000 orders: ``python -m benchmarks.picking``.

Orders are placed and paid by the verbs' own rows: forty of them are, over forty lots of two
stations, and each is then copied fifty times over, parcels and crates along.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import cast

import flask_migrate
import time_machine
from sqlalchemy import text

from storefront import create_app, db
from storefront.web import asset_build, assets
from tests import factories as make
from tests.conftest import Client, settings_for
from tests.visits import come_in, statements

ORDERS, PLACED, ROUNDS = 2_000, 40, 15
TABLES = ("orders", "line", "line_part", "parcel", "parcel_boxes", "allocation")
UNIQUE = {"code", "token", "key", "trace_code"}
OWN = {"order_id": "orders", "line_id": "line", "line_part_id": "line_part", "parcel_id": "parcel"}
APART = 1_000_000  # the ids of one copy from the next


def fill() -> make.County:
    """Make the county, its lots and its orders."""
    with db.transaction():
        county = make.county()
    for number in range(PLACED):
        with db.transaction():
            home = (county.lin, county.zhao, county.yang)[number % 3]
            make.weigh(county, home, county.first, 4_000 + 100 * (number % 7))
    for _ in range(PLACED):
        with db.transaction():
            order = make.order((make.BOX, 1), (make.PAIR, 1))
        with db.transaction():
            make.pay(order.id)
    for copy in range(1, ORDERS // PLACED):
        with db.transaction():
            for table in TABLES:
                _copy(table, copy)
    return county


def _copy(table: str, copy: int) -> None:
    columns = [row[1] for row in db.session.execute(text(f"PRAGMA table_info({table})"))]
    cells = []
    for name in columns:
        if name == "id" or name in OWN:
            cells.append(f"{name} + {copy * APART}")
        else:
            cells.append(f"{name} || '{copy}'" if name in UNIQUE else name)
    names = ", ".join(columns)
    copied = f"SELECT {', '.join(cells)} FROM {table} WHERE id < {APART}"  # noqa: S608  ours
    db.session.execute(text(f"INSERT INTO {table} ({names}) {copied}"))


def measure(client: Client, address: str) -> str:
    """Return what opening the page takes here, and how many statements it asks."""
    times, asked, size = [], 0, 0
    for _ in range(ROUNDS):
        with statements() as seen:
            began = perf_counter()
            answer = client.get(address)
            times.append(perf_counter() - began)
        asked, size = len(seen), len(answer.data)
    times.sort()
    return f"{address}: median {1000 * median(times):.0f} ms, slowest {1000 * times[-1]:.0f} ms, {asked} statements, {size:,} bytes"


def main() -> int:
    """Measure, and say it."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(make.NOW, tick=True):
        app = create_app(settings_for(Path(folder), f"sqlite:///{folder}/shop.db"))
        app.test_client_class = Client
        with app.app_context():
            flask_migrate.upgrade()
            asset_build.build(assets.target(Path(folder)), compress=False)
            county = fill()
            crates = db.session.scalar(
                text("SELECT count(*) FROM allocation WHERE state = 'planned'")
            )
            lot = db.session.scalar(text("SELECT code FROM lot ORDER BY id"))
            print(f"{ORDERS:,} orders, {crates:,} crates, {PLACED} lots")
            client = cast("Client", app.test_client())
            come_in(client, county.cast.he)
            for address in (
                "/brand/packing",
                "/brand/packing?until=all",
                f"/brand/packing?lot={lot}",
            ):
                print(measure(client, address))
    return 0


if __name__ == "__main__":
    sys.exit(main())
