"""One row measured once, and sixteen shoppers who buy at the same time."""

import gzip
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from benchmarks.rows import Act, Row, UnexpectedError, buy, expect
from benchmarks.served import Served
from benchmarks.visitor import Answer, Visitor

Cookies = Mapping[str, Mapping[str, str]]  # of whoever is signed in, by role
AT_ONCE = 4
SHOPPERS, ORDERS_EACH = 16, 6


@dataclass
class Measured:
    """A row's CPU milliseconds round by round, what its answer weighs, what it takes to send."""

    ms: list[float] = field(default_factory=list)
    raw: int = 0
    gzipped: int = 0
    sent: int = 0

    def ratios(self, limit: "Measured") -> list[float]:
        """Return this row's figure over the limit's of the same round."""
        return [ours / theirs for ours, theirs in zip(self.ms, limit.ms, strict=True)]


@dataclass(frozen=True)
class Crowd:
    """How many shoppers who bought at the same time fared."""

    ordered: int = 0
    failed: int = 0
    seconds: float = 1.0
    slowest_ms: float = 0.0


def measure(row: Row, server: Served, cookies: Cookies, measured: Measured) -> None:
    """Measure one row once, four visitors at a time."""
    with visitors(row.visitors, server.port, cookies.get(row.role, {})) as shoppers:
        acts = [row.prepare(shopper) for shopper in shoppers]
        before = sum(shopper.sent for shopper in shoppers)
        used = server.cpu()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(lambda act: _repeat(act, row), acts))
        measured.ms.append((server.cpu() - used) * 1000 / row.requests)
        measured.sent = (sum(shopper.sent for shopper in shoppers) - before) // row.requests
    page = answers[0].text.encode()
    measured.raw, measured.gzipped = len(page), len(gzip.compress(page, 6))


def crowd(server: Served) -> Crowd:
    """Let sixteen shoppers buy at once."""
    began = perf_counter()
    with visitors(SHOPPERS, server.port) as shoppers, ThreadPoolExecutor(SHOPPERS) as pool:
        times = [ms for each in pool.map(_shop, shoppers) for ms in each]
    good = [ms for ms in times if ms is not None]
    return Crowd(len(times), len(times) - len(good), perf_counter() - began, max(good, default=0))


@contextmanager
def visitors(
    count: int, port: int, cookies: Mapping[str, str] | None = None
) -> Iterator[list[Visitor]]:
    """Let ``count`` visitors come, and go again."""
    here = [Visitor(port, cookies) for _ in range(count)]
    try:
        yield here
    finally:
        for visitor in here:
            visitor.close()


def _repeat(act: Act, row: Row) -> Answer:
    for _time in range(row.requests // row.visitors - 1):
        expect(act(), row.status)
    return expect(act(), row.status)


def _shop(shopper: Visitor) -> list[float | None]:
    """Return how long each order took, from the first page to the paid order's."""
    return [_timed(shopper) for _order in range(ORDERS_EACH)]


def _timed(shopper: Visitor) -> float | None:
    began = perf_counter()
    try:
        buy(shopper)
    except (UnexpectedError, OSError):
        return None
    return (perf_counter() - began) * 1000
