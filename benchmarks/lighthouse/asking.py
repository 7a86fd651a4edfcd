"""One run of Lighthouse, as a phone: its scores, and what they were made of."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.lighthouse import clock
from benchmarks.lighthouse.front import nginx
from tests.browser import find_chromium

CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
CHROME: Final = "--headless=new --no-sandbox --disable-gpu"
FIGURES: Final = {
    "first paint": "first-contentful-paint",
    "largest paint": "largest-contentful-paint",
    "blocked": "total-blocking-time",
    "shift": "cumulative-layout-shift",
}


@dataclass(frozen=True)
class Report:
    """The four scores, the figures in milliseconds, and how quick the machine was meanwhile.

    ``own_clock`` is the time blocked by the processor's own clock, ``calm`` the first score
    with it.
    """

    scores: tuple[int, ...]
    own_clock: float
    calm: int
    figures: dict[str, float]
    machine: float
    version: str
    wrong: frozenset[str]


def lighthouse() -> str | None:
    """Return where Lighthouse is: LIGHTHOUSE, or on the search path."""
    return shutil.which(os.environ.get("LIGHTHOUSE", "lighthouse"))


def missing() -> list[str]:
    """Return what is not on this machine, and how it comes there."""
    return list(_missing())


def _missing() -> Iterator[str]:
    if not shutil.which("node"):
        yield "Node.js 20 or newer (apt install nodejs npm)"
    if not lighthouse():
        yield "Lighthouse 12 (npm install --global lighthouse@12, or LIGHTHOUSE= says where it is)"
    if not find_chromium():
        yield "Chromium (apt install chromium)"
    if not nginx():
        yield "nginx, which compresses the pages (apt install nginx-light)"


def ask(url: str, cookie: str, folder: Path) -> Report:
    """Ask Lighthouse about a page, as somebody with a cookie."""
    answer = folder / "report.json"
    command = [
        str(lighthouse()),
        url,
        "--quiet",
        "--save-assets",
        "--output=json",
        f"--output-path={answer}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={CHROME}",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
    ]
    environ = {**os.environ, "CHROME_PATH": str(find_chromium())}
    subprocess.run(command, env=environ, check=True, capture_output=True)  # noqa: S603  as found
    trace = json.loads(answer.with_name("report-0.trace.json").read_text("utf-8"))
    return read(json.loads(answer.read_text("utf-8")), clock.blocked(trace))


def read(told: dict[str, Any], own_clock: float) -> Report:
    """Return what a report says; what is wrong is an audit of the last three that failed."""
    audits, parts = told["audits"], told["categories"]
    scored = {name: parts[name]["score"] for name in CATEGORIES}
    wrong = {
        each["id"]
        for name in CATEGORIES[1:]
        for each in parts[name]["auditRefs"]
        if each["weight"] and audits[each["id"]]["score"] == 0
    }
    return Report(
        tuple(round(100 * scored[name]) for name in CATEGORIES),
        own_clock,
        clock.score(audits, own_clock),
        {name: audits[key]["numericValue"] for name, key in FIGURES.items()},
        told["environment"]["benchmarkIndex"],
        told["lighthouseVersion"],
        frozenset(wrong),
    )
