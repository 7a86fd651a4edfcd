"""``python -m tests.soak``: the long soak on every database that answers, and its report."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import flask_migrate

from storefront import clock, create_app, db
from storefront.config import ROOT
from storefront.web import asset_build, assets
from tests.conftest import settings_for
from tests.databases import Database, Postgres, Sqlite
from tests.run import postgres_answers
from tests.soak.plans import LONG
from tests.soak.report import Circumstances, written
from tests.soak.soak import Outcome, Plan, soak

REPORT = ROOT / "docs" / "soak.md"


def main() -> int:
    """Soak each database; return 0 when nothing was found on any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=LONG.seconds)
    parser.add_argument("--report", type=Path, default=REPORT)
    asked = parser.parse_args()
    plan = _lasting(asked.seconds)
    outcomes = dict(_outcomes(plan))
    where = Circumstances(
        day=clock.china_day(clock.now()).isoformat(),
        command=f"make soak SECONDS={plan.seconds:g}",
        machine=_machine(),
    )
    asked.report.write_text(written(where, plan, outcomes), "utf-8")
    for name, outcome in outcomes.items():
        print(f"{name}: {len(outcome.faults)} findings", *outcome.faults, sep="\n  ")
    if len(outcomes) == 1:
        print("Not run: PostgreSQL (none answers at TEST_DATABASE_URL)")
    return 1 if any(outcome.faults for outcome in outcomes.values()) else 0


def _machine() -> str:
    """Say what the soak ran on, and whether it went before everybody else's work."""
    said = f"{os.cpu_count()} processors, Python {platform.python_version()}, {sys.platform}"
    first = os.sched_getscheduler(0) in {os.SCHED_FIFO, os.SCHED_RR}
    return f"{said}, our processes before everybody else's (chrt)" if first else said


def _lasting(seconds: float) -> Plan:
    """Return the long plan for so many seconds, asking for as much of everything as fits."""
    part = seconds / LONG.seconds
    least = {act: max(1, round(times * part)) for act, times in LONG.least.items()}
    return replace(LONG, seconds=seconds, least=least)


def _outcomes(plan: Plan) -> Iterator[tuple[str, Outcome]]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        asset_build.build(assets.target(folder), compress=False)
        yield "SQLite", _soak(Sqlite(folder, lambda url: _migrate(folder, url)), plan, folder)
        if postgres_answers():
            yield "PostgreSQL", _soak(Postgres(lambda url: _migrate(folder, url)), plan, folder)


def _soak(database: Database, plan: Plan, folder: Path) -> Outcome:
    try:
        database.renew()
        return soak(plan, settings_for(folder, database.url), folder, {})
    finally:
        database.close()


def _migrate(folder: Path, url: str) -> None:
    with create_app(settings_for(folder, url)).app_context():
        flask_migrate.upgrade()
        db.sa.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
