"""`make histories`: long random histories on both databases, and docs/histories.md from them.

Fails when a law broke, when an arrow that has a verb was taken fewer than a hundred
times, and when one that is said to have none was taken.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from tests.machine.arrows import NO_VERB, Arrow, every_arrow
from tests.machine.tally import Tally

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "histories.md"
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
MEMORY = Path("/dev/shm")  # noqa: S108  a disk that forgets is fast, and these data may be forgotten
LEAST = 100
ROUND = 25  # histories
Tallies = Mapping[str, Tally]
ABOUT = """\
Written by `make histories`; the machine is in `tests/machine/`. Every step is one verb in one
transaction. After every step all claims of `flask books check` hold, `flask books recompute` finds
nothing, no frozen column has changed, and the shop agrees to the fen and the gram with what
shopper, provider, bank, households and scales wrote down themselves. A refused step left every
row of every table as it was and said why in both languages; a step said again changed nothing."""


def live(database: str, minutes: float, steps: int) -> Tally | None:
    """Live histories round by round for so long, each anew; None when a law broke."""
    lived, until = Tally(), monotonic() + 60 * minutes
    while monotonic() < until:
        if subprocess.run(command(database, steps), cwd=ROOT, check=False).returncode != 0:
            return None
        lived.add(Tally.load(tally_of(database)))
    return lived


def command(database: str, steps: int) -> list[str]:
    """One round, in a process of its own."""
    test = "tests/rooms/test_laws_hold.py::test_no_step_of_any_history_breaks_a_law"
    told = ["--database", database, "--histories", f"{ROUND}x{steps}"]
    told += ["--tally", str(tally_of(database)), "-o", "faulthandler_timeout=3600"]
    if MEMORY.is_dir():
        told += ["--basetemp", str(MEMORY / f"histories-{database}")]
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", test, *told]


def tally_of(database: str) -> Path:
    return ROOT / "var" / f"histories-{database}.json"


def faults(tallies: Tallies) -> list[str]:
    """What the report must not say."""
    counts = {arrow: sum(one.arrows[arrow] for one in tallies.values()) for arrow in every_arrow()}
    seldom = [f"{arrow} was taken {n} times" for arrow, n in counts.items() if n < LEAST]
    rotten = [f"{arrow} has a verb after all" for arrow in NO_VERB if counts[arrow]]
    return [one for one in seldom if one.split(" was ")[0] not in map(str, NO_VERB)] + rotten


def report(tallies: Tallies, asked: str, day: str) -> Iterator[str]:
    """The lines of docs/histories.md."""
    yield "# Random histories"
    yield ""
    yield from ABOUT.splitlines()
    yield ""
    yield f"{day}, `{asked}`:"
    yield ""
    yield "| | SQLite | PostgreSQL |"
    yield "|---|---|---|"
    yield row("histories", [one.histories for one in tallies.values()])
    yield row("steps", [one.steps for one in tallies.values()])
    yield row("of them taken", [sum(one.taken.values()) for one in tallies.values()])
    yield row("nothing to do", [sum(one.idle.values()) for one in tallies.values()])
    yield row("refused", [sum(one.refused.values()) for one in tallies.values()])
    yield row("said again", [sum(one.repeated.values()) for one in tallies.values()])
    yield row("seconds", [round(one.seconds) for one in tallies.values()])
    yield ""
    yield from arrows(tallies)
    yield from verbs(tallies)


def arrows(tallies: Tallies) -> Iterator[str]:
    yield "## Arrows"
    yield "Read from the rows before and after each step."
    yield ""
    yield "| life | from | to | SQLite | PostgreSQL |"
    yield "|---|---|---|---|---|"
    for arrow in every_arrow():
        if arrow not in NO_VERB:
            counts = " | ".join(str(one.arrows[arrow]) for one in tallies.values())
            yield f"| {' | '.join(arrow)} | {counts} |"
    yield ""
    for without, why in NO_VERB.items():
        yield f"- {without}: {why}"
    wrong = faults(tallies)
    if wrong:
        yield f"**This run was too short.** Fewer than {LEAST} times in all: {'; '.join(wrong)}."
        yield ""


def verbs(tallies: Tallies) -> Iterator[str]:
    yield "## Verbs"
    yield "Taken / nothing to do / refused / said again."
    yield ""
    yield "| verb | SQLite | PostgreSQL |"
    yield "|---|---|---|"
    for verb in sorted({verb for one in tallies.values() for verb in one.verbs}):
        yield f"| {verb} | {' | '.join(of_verb(one, verb) for one in tallies.values())} |"
    yield ""
    codes = sorted({code for one in tallies.values() for code in one.codes})
    yield f"Refused with {len(codes)} different sentences: {', '.join(codes)}."


def of_verb(tally: Tally, verb: str) -> str:
    every = (tally.taken, tally.idle, tally.refused, tally.repeated)
    return " / ".join(str(counts[verb]) for counts in every)


def row(name: str, values: list[int]) -> str:
    return f"| {name} | {' | '.join(f'{value:,}' for value in values)} |"


def written(path: Path) -> dict[Arrow, tuple[int, int]]:
    """The counts of a report by arrow: SQLite, PostgreSQL."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[3].isdigit():  # life, from, to, two counts
            found[Arrow(*cells[:3])] = (int(cells[3]), int(cells[4]))
    return found


def main() -> int:
    """Live the histories, write the report, name what it must not say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--steps", type=int, default=40, help="of each history")
    asked = parser.parse_args()
    with ThreadPoolExecutor() as both:
        lives = [both.submit(live, name, asked.minutes, asked.steps) for name in DATABASES]
    lived = {name: one.result() for name, one in zip(DATABASES, lives, strict=True)}
    for database in DATABASES:
        shutil.rmtree(MEMORY / f"histories-{database}", ignore_errors=True)
    tallies = {name: tally for name, tally in lived.items() if tally is not None}
    if len(tallies) < len(DATABASES):
        print("A law broke: see above.")
        return 1
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    said = report(tallies, f"make histories MINUTES={asked.minutes:g} STEPS={asked.steps}", day)
    REPORT.write_text("\n".join([*said, ""]), "utf-8")
    wrong = faults(tallies)
    steps = sum(one.steps for one in tallies.values())
    print("\n".join(wrong or [f"docs/histories.md: {steps:,} steps."]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
