"""docs/performance.md, and the same in a few lines for whoever ran it."""

import os
import platform
import sqlite3
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import SHOPPERS, Crowd, Measured
from benchmarks.rows import JOURNEY, LIMIT_A, LIMIT_B, LIST, ROWS
from storefront.config import ROOT

PAPER = ROOT / "docs" / "performance.md"
PEERS = Path(__file__).with_name("peers.toml")
COLD_START_S, RESIDENT_MIB, STATEMENTS = 1.5, 110.0, 50
KEPT = {LIST: "list", "product": "product", "search": "search"}
KEPT |= {"cart add (durable)": "cart_add", JOURNEY: "journey"}


@dataclass
class Run:
    """Everything one run of the bench found out."""

    began: datetime
    load: float
    cold: list[float]
    statements: int
    rows: dict[str, Measured] = field(default_factory=dict)
    memory: list[tuple[float, float]] = field(default_factory=list)
    crowd: Crowd = field(default_factory=Crowd)


def verdicts(run: Run) -> Iterator[tuple[bool, str]]:
    """Yield, for every target of the bench, whether it is reached and a sentence with the figure."""
    for row in ROWS:
        if row.most_ms is not None:
            ms = median(run.rows[row.name].ms)
            yield (
                ms <= row.most_ms,
                f"{row.name}: {ms:.2f} ms of server CPU (at most {row.most_ms:g})",
            )
    yield (
        run.statements <= STATEMENTS,
        f"statements a journey: {run.statements} (at most {STATEMENTS})",
    )
    failed, ordered = run.crowd.failed, run.crowd.ordered
    yield failed == 0, f"failed orders: {failed} of {ordered} by {SHOPPERS} shoppers at once (none)"
    cold, resident = median(run.cold), max(size for size, _ in run.memory)
    yield cold <= COLD_START_S, f"cold start: {cold:.2f} s (at most {COLD_START_S:g})"
    yield (
        resident <= RESIDENT_MIB,
        f"resident: {resident:.0f} MiB a worker (at most {RESIDENT_MIB:g})",
    )


def summary(run: Run) -> str:
    """Return the table and the verdicts for a terminal."""
    lines = [f"{'server CPU, ms per request':28}{'median':>8}{'min-max':>16}{'x limit (b)':>14}"]
    limit = run.rows[LIMIT_B]
    for name, found in run.rows.items():
        ratio = median(found.ratios(limit))
        lines.append(f"{name:28}{median(found.ms):8.2f}{_range(found.ms):>16}{ratio:14.1f}")
    lines += [f"{'reached' if good else 'MISSED':8} {words}" for good, words in verdicts(run)]
    return "\n".join(lines)


def write(run: Run) -> None:
    """Write the paper."""
    PAPER.write_text("\n".join(_paper(run)) + "\n", "utf-8")


def _paper(run: Run) -> Iterator[str]:
    yield "# Performance"
    yield ""
    yield (
        "What a request costs our server, beside two limits and two shops that people know. Written by `make bench`; "
        "run it again to see the figures of your machine. It is no test: a shared machine would make it lie."
    )
    yield ""
    yield f"Measured on {run.began:%-d %B %Y} on {_machine()}. Load average {run.load:.1f} before, {os.getloadavg()[0]:.1f} after."
    yield ""
    yield from _method(run)
    yield from _targets(run)
    yield from _table(run)
    yield from _peers()
    yield from _start(run)


def _method(run: Run) -> Iterator[str]:
    yield "## How to read it"
    yield (
        "granian with two workers of one thread, SQLite (WAL, `synchronous=FULL`), production settings, 1,000 products on ten shelves, "
        "246 lots of 43 households; real HTTP over kept connections, four visitors at once. **Server CPU** is user and system time of the "
        f"server's processes, so it hardly moves with what else the machine does. {len(run.rows[LIMIT_A].ms)} rounds; in each round every row and both limits take turns, "
        "and a ratio is of two figures of the same round: median (least to most)."
    )
    yield ""
    yield "- **Limit (a)**: bare Flask that returns 12 KB of constant text, served alike."
    yield "- **Limit (b)**: Flask, one SQL statement, twenty rows through one Jinja template without a macro, served alike."
    yield ""


def _targets(run: Run) -> Iterator[str]:
    yield "## What must be reached"
    yield from (
        f"- {'reached' if good else '**missed**'}: {words}" for good, words in verdicts(run)
    )
    yield ""


def _table(run: Run) -> Iterator[str]:
    yield "## Ours"
    yield "| row | CPU ms per request | × limit (a) | × limit (b) | bytes | gzip -6 |"
    yield "|---|---|---|---|---|---|"
    a, b = run.rows[LIMIT_A], run.rows[LIMIT_B]
    for name, found in run.rows.items():
        ratios = f"{_spread(found.ratios(a))} | {_spread(found.ratios(b))}"
        weight = f"{found.raw:,} | {found.gzipped:,}" if name != JOURNEY and found.raw else " | "
        yield f"| {name} | {_spread(found.ms, 2)} | {ratios} | {weight} |"
    crowd = run.crowd
    yield ""
    yield (
        f"The journey is {run.rows[JOURNEY].sent} requests and {run.statements} SQL statements (the pretend provider's own not counted, a real one's are on another machine; a product nobody looked at since the catalogue changed costs up to six more): home, product, into the basket, basket, "
        "checkout with its freight, placed, the payment page, paid, the order's page. "
        f"{SHOPPERS} shoppers at once placed and paid {crowd.ordered - crowd.failed} of {crowd.ordered} orders, "
        f"{crowd.ordered / crowd.seconds:.0f} a second; the slowest took {crowd.slowest_ms:.0f} ms for its whole way."
    )
    yield ""


def _peers() -> Iterator[str]:
    kept = tomllib.loads(PEERS.read_text("utf-8"))
    yield "## Peers"
    yield f"Kept figures of {kept['date']}, {kept['machine']}: the same kind of catalogue, the same way of counting."
    yield ""
    columns = list(KEPT.values())
    yield f"| shop | {' | '.join(column.replace('_', ' ') for column in columns)} | how |"
    yield "|" + "---|" * (len(columns) + 2)
    for peer in kept["peer"]:
        cells = " | ".join(_ms(peer.get(column)) for column in columns)
        yield f"| {peer['name']} | {cells} | {peer['how']}; journey: {peer['journey_note']} |"
    yield ""


def _start(run: Run) -> Iterator[str]:
    kept = [
        peer for peer in tomllib.loads(PEERS.read_text("utf-8"))["peer"] if "cold_start" in peer
    ]
    yield "## Cold start and memory"
    yield "| shop | cold start s | resident MiB a worker | proportional MiB |"
    yield "|---|---|---|---|"
    resident, shared = ([size[place] for size in run.memory] for place in (0, 1))
    yield f"| ours | {_spread(run.cold, 2)} | {_spread(resident, 0)} | {_spread(shared, 0)} |"
    for peer in kept:
        yield f"| {peer['name']} (kept) | {peer['cold_start']} | {peer['resident']:.0f} | |"
    yield ""
    yield "Cold start is from starting the server to its first page; memory after 200 requests a worker."


def _ms(figure: Any) -> str:  # noqa: ANN401  a number of the file, or nothing
    return f"{figure:.1f}" if figure else "–"


def _spread(figures: Sequence[float], places: int = 1) -> str:
    low, middle, high = min(figures), median(figures), max(figures)
    return f"{middle:.{places}f} ({low:.{places}f}–{high:.{places}f})"


def _range(figures: Sequence[float]) -> str:
    return f"{min(figures):.2f}-{max(figures):.2f}"


def _machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(names)} cores ({names[0] if names else platform.machine()}), {memory:.0f} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
