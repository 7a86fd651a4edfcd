"""No hidden figure can be found: whatever follows from those shown is of enough households."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from storefront.reports.suppression import both_are_enough, part

counts = st.lists(st.integers(min_value=0, max_value=12), max_size=9)
fewest = st.integers(min_value=1, max_value=9)


def rank(rows):
    """Return the rank of a matrix of fractions."""
    left, found = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for place, row in enumerate(left):
            if place != found and row[column]:
                ratio = row[column] / pivot[column]
                left[place] = [a - ratio * b for a, b in zip(row, pivot, strict=True)]
        found += 1
    return found


def shown(parted, size):
    """Return what is shown as sums over the parts: each alone, those together, and the whole."""

    def summed(places):
        return [int(place in places) for place in range(size)]

    sums = [summed({place}) for place in parted.alone]
    return [*sums, summed(set(parted.together)), summed(set(range(size)))]


@given(counts, fewest)
def test_no_hidden_cell_can_be_found_by_subtraction_from_what_is_shown(sizes, least):
    parted = part(sizes, least)
    if parted is None:
        assert sum(sizes) < least
        return
    known = shown(parted, len(sizes))
    for place in parted.together:
        cell = [int(place == each) for each in range(len(sizes))]
        assert rank([*known, cell]) > rank(known), "a hidden cell follows from what is shown"


@given(counts, fewest)
def test_whatever_can_be_worked_out_is_of_enough_households(sizes, least):
    """What follows from disjoint sums that make up the whole are unions of them: try them all."""
    parted = part(sizes, least)
    if parted is None:
        return
    pieces = [sizes[place] for place in parted.alone]
    if parted.together:
        pieces.append(sum(sizes[place] for place in parted.together))
    assert all(piece >= least for piece in pieces)


@given(counts, fewest)
def test_every_part_stands_in_one_place(sizes, least):
    parted = part(sizes, least)
    if parted is not None:
        assert sorted((*parted.alone, *parted.together)) == list(range(len(sizes)))
        assert len(parted.together) != 1


@given(st.lists(st.integers(min_value=5, max_value=99), min_size=1))
def test_nothing_is_hidden_where_every_part_is_of_enough(sizes):
    parted = part(sizes, 5)
    assert parted is not None
    assert parted.together == ()


def test_the_smallest_that_could_stand_alone_joins_those_that_may_not():
    parted = part([20, 4, 7, 30], 5)
    assert parted is not None
    assert parted.together == (1, 2)
    assert parted.alone == (0, 3)


def test_a_part_is_counted_only_where_what_remains_is_of_enough_too():
    assert both_are_enough(5, 10)
    assert not both_are_enough(6, 10)
    assert not both_are_enough(10, 10)
    assert not both_are_enough(0, 10)
