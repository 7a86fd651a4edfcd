"""Run the bench: build the shop, serve it beside the limits, measure, write docs/performance.md."""

import os
import sys
from datetime import UTC, datetime
from typing import IO

from benchmarks import inside, report, stock
from benchmarks.measure import Cookies, Measured, crowd, measure
from benchmarks.report import Run
from benchmarks.rows import ROWS
from benchmarks.served import HOST, serve
from storefront import config
from storefront.cli import lean
from storefront.web import asset_build, assets

PORT = int(os.environ.get("PORT", "8180"))
ROUNDS = int(os.environ.get("ROUNDS", "7"))
STARTS, WARM = 5, 400
ENVIRON = {
    "DATABASE_URL": "sqlite:///var/bench/shop.db",
    "VAR_DIR": "var/bench",
    "PUBLIC_URL": f"http://{HOST}:{PORT}",
    "PRETEND_PAYMENTS": "yes",
    "PROXY_HOPS": "1",  # each visitor comes from an address of their own
    "PASSWORD_MEMORY_KIB": "32",
    "PASSWORD_PASSES": "1",
}


def main() -> int:
    """Measure everything, write the paper; return 0 when every target is reached."""
    began, load = datetime.now(UTC), os.getloadavg()[0]
    settings = config.load(ENVIRON)
    asset_build.build(assets.target(settings.var))  # as `make assets` does, and
    lean.prepare(settings.var)
    cookies, statements = inside.look(settings, stock.fresh_copy(settings))
    with (settings.var / "server.log").open("w") as log:
        cold = [_cold_start(log) for _start in range(STARTS)]
        run = Run(began, load, cold, statements)
        _serve_and_measure(run, cookies, log)
    report.write(run)
    print(report.summary(run))
    return 0 if all(good for good, _words in report.verdicts(run)) else 1


def _cold_start(log: IO[str]) -> float:
    with serve("benchmarks.shop:app", PORT, ENVIRON, log) as shop:
        return shop.cold_start


def _serve_and_measure(run: Run, cookies: Cookies, log: IO[str]) -> None:
    with (
        serve("benchmarks.shop:app", PORT, ENVIRON, log) as shop,
        serve("benchmarks.limits:app", PORT + 1, ENVIRON, log) as limits,
    ):
        for _round in range(ROUNDS):
            for row in ROWS:
                server = limits if row.limit else shop
                measure(row, server, cookies, run.rows.setdefault(row.name, Measured()))
        run.memory = shop.memory()
        run.crowd = crowd(shop)


if __name__ == "__main__":
    sys.exit(main())
