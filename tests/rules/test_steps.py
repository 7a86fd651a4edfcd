"""Less for more: which steps a shop may set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalogue.steps import Reduction, check
from storefront.errors import Refusal
from storefront.money import Fen

MOST = 20
STEPS = st.lists(
    st.builds(Reduction, st.integers(-1, 25), st.integers(-5, 600).map(Fen)), max_size=4
)


def price_of(price, quantity, steps):
    """What so many cost, worked out by looking at every step."""
    off = [step.off for step in steps if step.quantity <= quantity]
    return (price - (off[-1] if off else Fen(0))) * quantity


@given(st.integers(1, 5_000).map(Fen), STEPS)
def test_what_is_allowed_makes_more_packs_dearer_in_all_and_cheaper_each(price, steps):
    try:
        check(price, MOST, steps)
    except Refusal:
        return
    sums = [price_of(price, quantity, steps) for quantity in range(1, MOST + 1)]
    assert sums == sorted(set(sums))
    each = [int(fen) // quantity for quantity, fen in enumerate(sums, start=1)]
    assert each == sorted(each, reverse=True)
    assert sums[0] == price


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([(1, 100)], "step_out_of_range"),
        ([(0, 100)], "step_out_of_range"),
        ([(-3, 100)], "step_out_of_range"),
        ([(21, 100)], "step_out_of_range"),
        ([(3, 100), (3, 200)], "step_out_of_range"),
        ([(3, 0)], "step_not_more"),
        ([(3, -1)], "step_not_more"),
        ([(3, 200), (5, 200)], "step_not_more"),
        ([(3, 200), (5, 100)], "step_not_more"),
        ([(3, 3_990)], "step_cheaper_in_all"),
        ([(3, 1_330)], "step_cheaper_in_all"),
        ([(2, 200), (20, 450)], "step_cheaper_in_all"),
    ],
)
def test_a_step_that_is_nonsense_is_refused(steps, code):
    with pytest.raises(Refusal) as refused:
        check(Fen(3_990), MOST, [Reduction(quantity, Fen(off)) for quantity, off in steps])
    assert refused.value.code == code


def test_steps_that_make_sense_are_allowed():
    check(Fen(3_990), MOST, [])
    check(Fen(3_990), MOST, [Reduction(2, Fen(1)), Reduction(20, Fen(150))])
