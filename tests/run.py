"""Run everything that can run here, and say in the last line what could not.

`make test` calls this; a missing PostgreSQL or browser is a failure only where
it is required.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from tests.browser import find_chromium
from tests.databases import POSTGRES, server

FOLDER = Path(__file__).parent
TWO_AT_A_TIME = ("-n", "2", "--dist", "worksteal")


@dataclass(frozen=True)
class Part:
    """One run of pytest; ``missing`` says why it cannot run here, ``needs`` names what it needs."""

    name: str
    folders: tuple[str, ...]
    options: tuple[str, ...] = ()
    needs: str = ""
    missing: str = ""


def parts() -> Iterator[Part]:
    """Yield what there is to run, in the order in which a fault is cheapest to find."""
    yield Part("rules", ("rules",))
    yield Part("rooms, doors, house", ("rooms", "doors", "house"), TWO_AT_A_TIME)
    postgres = ("--database", "postgres", *TWO_AT_A_TIME)
    no_postgres = "" if postgres_answers() else "no PostgreSQL answers at TEST_DATABASE_URL"
    yield Part("rooms on PostgreSQL", ("rooms",), postgres, "postgres", no_postgres)
    days = ("soak/test_serve.py", "soak/test_bad_days.py")
    yield Part("bad days", days, TWO_AT_A_TIME)
    yield Part("bad days on PostgreSQL", days, postgres, "postgres", no_postgres)
    soak = ("soak/test_soak.py",)  # alone on the machine: waits are measured
    yield Part("soak", soak)
    yield Part("soak on PostgreSQL", soak, postgres[:2], "postgres", no_postgres)
    no_browser = "" if find_chromium() else "no Chromium is found"
    yield Part("journeys", ("journeys",), TWO_AT_A_TIME, "browser", no_browser)


def postgres_answers() -> bool:
    """Whether the PostgreSQL of TEST_DATABASE_URL can be reached."""
    engine = server(f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}connect_timeout=3")
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()
    return True


def passes(part: Part, *, skips: bool) -> bool:
    """Run ``part``; whether it is green."""
    print(f"\n== {part.name}", flush=True)
    folders = [str(FOLDER / folder) for folder in part.folders]
    options = [*part.options, *(() if skips else ("--no-skips",))]
    command = [sys.executable, "-m", "pytest", "-q", *options, *folders]
    return subprocess.run(command, cwd=FOLDER.parent, check=False).returncode == 0


def last_line(ran: Sequence[Part], failed: Sequence[Part], missing: Sequence[Part]) -> str:
    """Return what ran, what failed and what did not run, in one line."""
    green = [part.name for part in ran if part not in failed]
    told = [f"Green: {', '.join(green) or 'nothing'}."]
    if failed:
        told.append(f"FAILED: {', '.join(part.name for part in failed)}.")
    absent = "; ".join(f"{part.name} ({part.missing})" for part in missing) or "nothing"
    return " ".join((*told, f"Not run: {absent}."))


def main() -> int:
    """Run the parts; return 0 when all that ran is green and nothing required is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--require", default="", help="postgres,browser")
    required = {need.strip() for need in parser.parse_args().require.split(",") if need.strip()}
    every = list(parts())
    missing = [part for part in every if part.missing]
    ran = [part for part in every if not part.missing]
    failed = [part for part in ran if not passes(part, skips=not required)]
    print(f"\n{last_line(ran, failed, missing)}", flush=True)
    return 1 if failed or required & {part.needs for part in missing} else 0


if __name__ == "__main__":
    sys.exit(main())
