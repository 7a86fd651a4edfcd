"""Lighthouse's report and its trace, as `make lighthouse` reads them."""

import pytest

from benchmarks.lighthouse import clock

NAMES = ("first-contentful-paint", "speed-index", "largest-contentful-paint")
AUDITS = {name: {"score": 1.0} for name in (*NAMES, "cumulative-layout-shift")}
AUDITS["total-blocking-time"] = {"score": 0.1}


def trace(*ran_ms, thread="CrRendererMain"):
    named = {"name": "thread_name", "pid": 1, "tid": 2, "args": {"name": thread}}
    # by the wall's clock each took a second
    tasks = [
        {"name": "RunTask", "pid": 1, "tid": 2, "dur": 1_000_000, "tdur": ms * 1_000}
        for ms in ran_ms
    ]
    return {"traceEvents": [named, *tasks]}


@pytest.mark.parametrize(("ran", "blocked"), [((), 0), ((12,), 0), ((13, 20), 32), ((100,), 350)])
def test_a_task_blocks_by_what_it_ran_over_fifty_milliseconds_on_a_slower_phone(ran, blocked):
    assert clock.blocked(trace(*ran)) == blocked


def test_other_threads_block_nothing():
    assert clock.blocked(trace(400, thread="Compositor")) == 0


@pytest.mark.parametrize(("ms", "score"), [(0, 100), (200, 97), (600, 85), (100_000, 70)])
def test_the_score_is_lighthouse_s_with_that_time_in_it(ms, score):
    assert clock.score(AUDITS, ms) == score
