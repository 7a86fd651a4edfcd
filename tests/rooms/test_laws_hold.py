"""Whatever happens, in whatever order: after every single step every law holds of every row.

`make test` lives a few short histories, the same ones each time; `make histories` many
long ones, anew each time (docs/histories.md).
"""

from pathlib import Path
from time import perf_counter
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import run_state_machine_as_test

from storefront import db
from storefront.reports.check import check
from tests import factories as make
from tests.histories import A_SEASON, History
from tests.machine.county import County
from tests.machine.tally import Tally
from tests.machine.world import Stage

SHORT = {"sqlite": (8, 25), "postgres": (4, 15)}  # histories, steps of each


@pytest.fixture
def tally(request):
    """What happened, kept where the caller asked for it."""
    counted = Tally()
    began = perf_counter()
    yield counted
    counted.seconds = perf_counter() - began
    path = request.config.getoption("tally")
    if path:
        counted.save(Path(path))


@pytest.fixture
def length(request):
    """How many histories of how many steps, and whether they are the same ones each time."""
    asked = request.config.getoption("histories")
    if asked:
        count, steps = asked.split("x")
        return int(count), int(steps), False
    return *SHORT[request.config.getoption("database")], True


@pytest.fixture
def patience(monkeypatch):
    """A broken history is made shorter for so long, then told as it is."""
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", 60)


def test_no_step_of_any_history_breaks_a_law(app, database, tally, length, patience):
    stage = Stage(database, tally)
    histories, steps, the_same = length

    def county():
        return County(stage)

    run_state_machine_as_test(
        cast("type[County]", county),
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            derandomize=the_same,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert tally.steps > histories * steps / 2
    assert len(tally.arrows) > 15


def test_the_season_above_does_what_it_says(app):
    with db.transaction():
        history = History(make.county())
    history.walk(A_SEASON)
    assert [finding.claim for finding in check() if finding.looked == 0] == [
        "a correction undoes exactly the entry it names"
    ]
