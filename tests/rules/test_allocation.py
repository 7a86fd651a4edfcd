"""The allocation rule: whose pears go into which box."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storefront.supply.allocation import LineNeed, LotOnOffer, Need, Slice, fits, in_order, plan
from storefront.weight import NOTHING, Grams

PROMISED = date(2026, 9, 22)
TOP, FIRST = 1, 2


def lot(
    number: int, grams: int = 10_000, *, household: int = 1, grade: int = FIRST, **other: object
) -> LotOnOffer:
    values: dict[str, object] = {
        "received": True,
        "ready_on": PROMISED,
        "storage_ends_on": PROMISED + timedelta(days=30),
    }
    return LotOnOffer(
        id=number,
        household_id=household,
        grade_id=grade,
        available=Grams(grams),
        **{**values, **other},  # type: ignore[arg-type]  # each test names the field it is about
    )


def boxes(number: int, grams: int = 2_500, *, grade: int = FIRST, part: int = 1) -> LineNeed:
    return LineNeed((Need(part, grade, Grams(grams), number),))


def taken(slices: list[Slice]) -> list[tuple[int | None, int]]:
    return [(piece.lot_id, int(piece.grams)) for piece in slices]


def test_a_line_is_split_over_the_lots_that_end_soonest_first() -> None:
    """What would spoil first leaves first, and the next lot gives the rest."""
    late = lot(1, 5_000)
    soon = lot(2, 4_000, storage_ends_on=PROMISED + timedelta(days=1))
    ordered = in_order([late, soon], {}, PROMISED)
    assert taken(plan([boxes(3)], ordered)) == [(2, 4_000), (1, 3_500)]


def test_what_is_on_hand_goes_before_what_is_only_declared() -> None:
    """A declaration is a promise; a received lot is pears."""
    declared = lot(1, received=False, storage_ends_on=PROMISED)
    received = lot(2)
    assert [one.id for one in in_order([declared, received], {}, PROMISED)] == [2, 1]


def test_the_household_with_the_least_allocated_this_season_goes_first() -> None:
    """Between lots that end together, who was given less is served first; then the lower id."""
    lots = [lot(1, household=1), lot(2, household=2), lot(3, household=3)]
    given_so_far = {1: Grams(9_000), 2: Grams(3_000), 3: Grams(3_000)}
    assert [one.id for one in in_order(lots, given_so_far, PROMISED)] == [2, 3, 1]


def test_a_county_may_put_registered_poor_households_first() -> None:
    """The setting moves them ahead of an earlier end of storage, and only with the setting."""
    soon = lot(1, storage_ends_on=PROMISED)
    poor = lot(2, registered_poor=True)
    assert [one.id for one in in_order([soon, poor], {}, PROMISED)] == [1, 2]
    first = in_order([soon, poor], {}, PROMISED, registered_poor_first=True)
    assert [one.id for one in first] == [2, 1]


def test_lots_that_do_not_fit_are_never_taken() -> None:
    """Held, past storage, not ready, empty: none of them fills a box."""
    day = timedelta(days=1)
    unfit = [
        lot(1, held=True),
        lot(2, storage_ends_on=PROMISED - day),
        lot(3, ready_on=PROMISED + day),
        lot(4, 0),
    ]
    assert in_order(unfit, {}, PROMISED) == []


def test_a_one_household_box_comes_whole_from_one_household() -> None:
    """A household that can give half a box gives none; its two lots together may fill one."""
    half = lot(1, 1_500, household=1)
    first, second = lot(2, 1_500, household=2), lot(3, 1_500, household=2)
    line = LineNeed((Need(1, FIRST, Grams(2_500), 1),), one_household=True)
    assert taken(plan([line], [half, first, second])) == [(2, 1_500), (3, 1_000)]


def test_both_grades_of_a_one_household_box_come_from_the_same_household() -> None:
    """Neither household alone has both grades but the second, so it gives both."""
    lots = [lot(1, household=1), lot(2, household=2), lot(3, household=2, grade=TOP)]
    needs = (Need(1, TOP, Grams(1_500), 1), Need(2, FIRST, Grams(1_000), 1))
    slices = plan([LineNeed(needs, one_household=True)], lots)
    assert taken(slices) == [(3, 1_500), (2, 1_000)]


def test_what_no_lot_can_give_comes_back_without_a_lot() -> None:
    """Nothing is dropped: the missing grams are a slice of their own."""
    assert taken(plan([boxes(2)], [lot(1, 3_000)])) == [(1, 3_000), (None, 2_000)]


LOTS = st.lists(
    st.builds(
        LotOnOffer,
        id=st.integers(1, 10_000),
        household_id=st.integers(1, 5),
        grade_id=st.sampled_from([TOP, FIRST]),
        received=st.booleans(),
        ready_on=st.dates(PROMISED - timedelta(days=3), PROMISED + timedelta(days=1)),
        storage_ends_on=st.dates(PROMISED - timedelta(days=1), PROMISED + timedelta(days=9)),
        available=st.integers(0, 20_000).map(Grams),
        held=st.booleans(),
        registered_poor=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)
NEEDS = st.lists(
    st.tuples(st.sampled_from([TOP, FIRST]), st.integers(1, 6_000), st.integers(1, 4)),
    min_size=1,
    max_size=2,
)
LINES = st.lists(st.tuples(NEEDS, st.booleans()), min_size=1, max_size=3)


def lines_of(drawn: list[tuple[list[tuple[int, int, int]], bool]]) -> list[LineNeed]:
    lines = []
    for place, (needs, alone) in enumerate(drawn):
        count = needs[0][2]  # every part of a line has the line's number of boxes
        wants = tuple(
            Need(place * 10 + part, grade, Grams(grams), count)
            for part, (grade, grams, _) in enumerate(needs)
        )
        lines.append(LineNeed(wants, one_household=alone))
    return lines


@given(lots=LOTS, drawn=LINES, poor_first=st.booleans())
def test_every_need_is_met_in_full_and_no_lot_gives_more_than_it_has(
    lots: list[LotOnOffer],
    drawn: list[tuple[list[tuple[int, int, int]], bool]],
    poor_first: bool,  # noqa: FBT001  drawn by hypothesis
) -> None:
    """Law 4's grams and law 2's ceiling, for any lots and any lines."""
    lines = lines_of(drawn)
    ordered = in_order(lots, {}, PROMISED, registered_poor_first=poor_first)
    slices = plan(lines, ordered)
    for need in (need for line in lines for need in line.needs):
        own = [piece for piece in slices if piece.part == need.part]
        assert Grams.total(piece.grams for piece in own) == need.total
        assert all(piece.grams > NOTHING for piece in own)
    by_id = {one.id: one for one in lots}
    for number, one in by_id.items():
        used = Grams.total(piece.grams for piece in slices if piece.lot_id == number)
        assert used <= (one.available if fits(one, PROMISED) else NOTHING)
    for piece in slices:
        assert piece.lot_id is None or by_id[piece.lot_id].grade_id == piece.grade_id


@given(lots=LOTS, drawn=LINES)
def test_the_same_question_has_the_same_answer(
    lots: list[LotOnOffer], drawn: list[tuple[list[tuple[int, int, int]], bool]]
) -> None:
    """The order the lots were read in does not matter."""
    lines = lines_of(drawn)
    there = plan(lines, in_order(lots, {}, PROMISED))
    back = plan(lines, in_order(reversed(lots), {}, PROMISED))
    assert there == back


@given(lots=LOTS, boxes_wanted=st.integers(1, 5), grams=st.integers(1, 6_000))
def test_a_one_household_line_never_mixes_households_in_a_box(
    lots: list[LotOnOffer], boxes_wanted: int, grams: int
) -> None:
    """Taken box by box, the slices of each box name one household or none."""
    line = LineNeed((Need(1, FIRST, Grams(grams), boxes_wanted),), one_household=True)
    household = {one.id: one.household_id for one in lots}
    box, homes = 0, set()
    for piece in plan([line], in_order(lots, {}, PROMISED)):
        box += int(piece.grams)
        homes.add(household.get(piece.lot_id or 0))
        if box == grams:
            assert len(homes) == 1
            box, homes = 0, set()
    assert box == 0
