"""docs/lighthouse.md: the medians, the machine, and what is not reached."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median

from benchmarks.lighthouse.asking import CATEGORIES, FIGURES, Report
from storefront.config import ROOT

PAPER = ROOT / "docs" / "lighthouse.md"
WANTED = 95
CALM = 1_000  # Lighthouse's own index of the machine: below, it is a slow or a busy one
Asked = Mapping[tuple[str, str], Sequence[Report]]

HEAD = """# Lighthouse

Written by `make lighthouse`: {began:%Y-%m-%d %H:%M} UTC, Lighthouse {version}, a phone (412 × 823, four times slower than this machine,
a slow 4G line; simulated throttling, its default), {rounds} runs of each page, medians. A small demonstration behind nginx that
compresses, as [running.md](running.md) has it. Wanted: {wanted} in each of four.

Machine: {cpus} × {machine}, load {load:.1f} when it began; Lighthouse's index of it while it ran {slowest:.0f} to {quickest:.0f}, median
{index:.0f}{busy}.

`by its own clock`: Lighthouse counts by the wall's clock, so that a page seems to block while other programs have the processor. Its trace
also says how long each task ran; that column is the time blocked and the performance by those times, of the same runs.

| page | performance | accessibility | best practices | SEO | first paint | largest paint | blocked | shift | by its own clock |
|---|---|---|---|---|---|---|---|---|---|
"""
BUSY = """ (a calm machine of today has {calm} and more: this one was shared, and how long pages were
blocked says how busy it was before it says anything of the pages)"""


def middle(reports: Sequence[Report], place: int) -> float:
    """Return the median of a score."""
    return median(report.scores[place] for report in reports)


def is_reached(asked: Asked) -> bool:
    """Whether every median is what is wanted; the first by the processor's own clock."""
    return all(
        min(_calm(reports), *(middle(reports, place) for place in range(1, len(CATEGORIES))))
        >= WANTED
        for reports in asked.values()
    )


def _calm(reports: Sequence[Report]) -> float:
    return median(report.calm for report in reports)


def write(asked: Asked, *, began: datetime, load: float, rounds: int) -> str:
    """Write the page; return it."""
    every = [report for reports in asked.values() for report in reports]
    indices = [report.machine for report in every]
    head = HEAD.format(
        began=began,
        load=load,
        rounds=rounds,
        wanted=WANTED,
        version=every[0].version,
        cpus=os.cpu_count(),
        machine=platform.machine(),
        slowest=min(indices),
        quickest=max(indices),
        index=median(indices),
        busy=BUSY.format(calm=CALM) if median(indices) < CALM else "",
    )
    rows = [_row(page, language, reports) for (page, language), reports in asked.items()]
    wrong = sorted({fault for report in every for fault in report.wrong})
    told = f"Not passed: {', '.join(wrong)}." if wrong else "No audit of the last three failed."
    text = f"{head}{''.join(rows)}\n{told}\n"
    PAPER.write_text(text, "utf-8")
    return text


def _row(page: str, language: str, reports: Sequence[Report]) -> str:
    best = max(report.scores[0] for report in reports)
    first, *others = (f"{middle(reports, place):.0f}" for place in range(len(CATEGORIES)))
    figures = [median(report.figures[name] for report in reports) for name in FIGURES]
    told = [f"{ms:,.0f} ms" for ms in figures[:-1]]
    cells = [f"{page}, {language}", f"{first} (best {best})", *others, *told, f"{figures[-1]:.3f}"]
    own = median(report.own_clock for report in reports)
    cells.append(f"{own:,.0f} ms: {_calm(reports):.0f}")
    return f"| {' | '.join(cells)} |\n"
