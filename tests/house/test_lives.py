"""Every life's every arrow is tried by random histories, or a list says why it cannot be."""

import pytest

from tests.house.sources import calls, trees
from tests.machine.arrows import EVERY, LIVES, NO_VERB, every_arrow
from tests.machine.report import LEAST, REPORT, written


def test_every_life_is_lived_by_the_machine():
    made = [name for tree in trees().values() for name, _ in calls(tree) if name == "Life"]
    assert len(made) == len(LIVES)


def test_what_has_no_verb_is_an_arrow_and_says_why():
    assert set(NO_VERB) <= EVERY
    assert all(NO_VERB.values())


@pytest.mark.parametrize("arrow", every_arrow(), ids=str)
def test_the_histories_that_were_lived_took_every_arrow_a_hundred_times(arrow):
    assert sum(written(REPORT).get(arrow, (0, 0))) >= LEAST or arrow in NO_VERB, "make histories"
