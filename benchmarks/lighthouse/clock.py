"""What a busy machine hides: how long a page keeps a processor, by the processor's own clock.

Lighthouse counts by the wall's clock: while other programs have the processor, the page
seems to block. The trace it took says for each task also how long it ran.
"""

from collections.abc import Iterator, Mapping
from math import erf, log
from typing import Any, Final

SLOWER: Final = 4  # than this machine: Lighthouse's phone
AT_ONCE: Final = 50.0  # milliseconds of a task that nobody feels
# Lighthouse 12 on a phone: what each metric weighs, and the curve of the one replaced here
WEIGHTS: Final = {
    "first-contentful-paint": 0.10,
    "speed-index": 0.10,
    "largest-contentful-paint": 0.25,
    "total-blocking-time": 0.30,
    "cumulative-layout-shift": 0.25,
}
MIDDLING, GOOD = 600.0, 200.0  # score 0.5 and 0.9
ONE_FIFTH: Final = 0.9061938024368232  # erfc⁻¹(1/5)


def blocked(trace: Mapping[str, Any]) -> float:
    """Return the milliseconds by which tasks of the page's thread are too long, on the phone.

    Of the whole load, not only until it is interactive: rather too much than too little.
    """
    return sum(max(0.0, SLOWER * ran - AT_ONCE) for ran in _tasks(trace["traceEvents"]))


def _tasks(events: list[dict[str, Any]]) -> Iterator[float]:
    named = [event for event in events if event["name"] == "thread_name"]
    pages = {
        (event["pid"], event["tid"])
        for event in named
        if event["args"].get("name") == "CrRendererMain"
    }
    for event in events:
        if event["name"] == "RunTask" and (event["pid"], event["tid"]) in pages:
            yield event.get("tdur", 0) / 1_000


def score(audits: Mapping[str, Any], blocked_ms: float) -> int:
    """Return the score of performance with the time that pages were blocked by this clock."""
    scores = {name: float(audits[name]["score"]) for name in WEIGHTS}
    scores["total-blocking-time"] = _on_the_curve(blocked_ms)
    return round(100 * sum(weight * scores[name] for name, weight in WEIGHTS.items()))


def _on_the_curve(ms: float) -> float:
    """Return Lighthouse's log-normal score of a time that is blocked."""
    if ms <= 0:
        return 1.0
    place = log(ms / MIDDLING) * ONE_FIFTH / -log(GOOD / MIDDLING)
    return (1 - erf(place)) / 2
