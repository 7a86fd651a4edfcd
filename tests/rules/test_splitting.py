"""Which pears go along when a parcel is split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.errors import Refusal
from storefront.orders.splitting import Crate, Packs, off_by_boxes, off_by_crates
from storefront.weight import Grams


def packs(boxes, *crates, need=2_500, whole=False, packed=()):
    """Return a line with one part; crates are grams, ``packed`` the places of packed ones."""
    rows = [
        Crate(place, 1, Grams(grams), f"LOT-{place}" if place in packed else None)
        for place, grams in enumerate(crates)
    ]
    return Packs(boxes, {1: Grams(need)}, rows, whole)


def grams(off):
    return {row: int(piece) for row, piece in off.grams.items()}


def refusal(of, *facts):
    with pytest.raises(Refusal) as caught:
        of(*facts)
    return caught.value


def test_the_last_boxes_go_and_a_planned_row_is_cut():
    off = off_by_boxes(packs(3, 6_000, 1_500), 1)
    assert (off.boxes, grams(off)) == (1, {1: 1_500, 0: 1_000})


def test_all_boxes_of_a_line_take_all_its_rows():
    off = off_by_boxes(packs(2, 3_000, 2_000), 2)
    assert (off.boxes, grams(off)) == (2, {0: 3_000, 1: 2_000})


def test_a_line_of_bought_in_goods_has_boxes_and_no_rows():
    off = off_by_boxes(Packs(3, {}, ()), 2)
    assert (off.boxes, grams(off)) == (2, {})


@pytest.mark.parametrize("wanted", [0, -1, 4])
def test_no_more_boxes_go_than_there_are(wanted):
    refused = refusal(off_by_boxes, packs(3, 7_500), wanted)
    assert (refused.code, refused.facts["most"]) == ("quantity_out_of_range", 3)


def test_a_packed_crate_is_never_cut():
    refused = refusal(off_by_boxes, packs(3, 7_500, packed=(0,)), 1)
    assert (refused.code, refused.facts["crate"]) == ("crate_fills_both", "LOT-0")
    off = off_by_boxes(packs(3, 5_000, 2_500, packed=(0, 1)), 1)
    assert grams(off) == {1: 2_500}


def test_boxes_that_were_shared_out_crate_by_crate_go_by_crates():
    assert refusal(off_by_boxes, packs(2, 3_000), 1).code == "boxes_shared_out"


@pytest.mark.parametrize(
    ("boxes", "crates", "chosen", "along"),
    [
        (2, (3_000, 2_000), {1}, 1),
        (2, (3_000, 2_000), {0}, 1),
        (1, (1_500, 1_000), {1}, 0),
        (1, (1_500, 1_000), {0}, 1),
        (1, (1_250, 1_250), {1}, 0),  # a tie stays behind
        (2, (3_000, 2_000), {0, 1}, 2),
    ],
)
def test_boxes_go_where_most_of_their_pears_go(boxes, crates, chosen, along):
    assert off_by_crates(packs(boxes, *crates), chosen).boxes == along


def test_a_box_of_one_household_is_not_taken_apart():
    pair = packs(2, 600, 400, 1_000, need=1_000, whole=True)
    assert refusal(off_by_crates, pair, {1, 2}).code == "box_stays_whole"
    assert off_by_crates(pair, {0, 1}).boxes == 1
    assert off_by_crates(pair, {2}).boxes == 1


def test_a_box_of_one_household_keeps_all_its_parts_together():
    rows = [Crate(place, 1 + place // 2, Grams(1_000)) for place in range(4)]
    gift = Packs(2, {1: Grams(1_000), 2: Grams(1_000)}, rows, whole=True)
    assert refusal(off_by_crates, gift, {0, 3}).code == "box_stays_whole"
    assert off_by_crates(gift, {1, 3}).boxes == 1


CRATES = st.lists(st.integers(1, 9_000), min_size=1, max_size=6)


@given(CRATES, st.integers(1, 5), st.data())
def test_whatever_is_chosen_boxes_and_grams_are_neither_made_nor_lost(crates, boxes, data):
    chosen = data.draw(st.sets(st.integers(0, len(crates) - 1), min_size=1))
    off = off_by_crates(packs(boxes, *crates), chosen)
    assert grams(off) == {place: crates[place] for place in chosen}
    assert 0 <= off.boxes <= boxes
    assert (off.boxes == boxes) or len(chosen) < len(crates)


@given(st.lists(st.integers(1, 4_000), min_size=1, max_size=5), st.integers(2, 6), st.data())
def test_boxes_that_go_take_exactly_what_they_need(shares, boxes, data):
    need = 1_000
    crates = [int(piece) for piece in Grams(need * boxes).split(shares) if piece]
    wanted = data.draw(st.integers(1, boxes))
    off = off_by_boxes(packs(boxes, *crates, need=need), wanted)
    assert sum(grams(off).values()) == wanted * need
    assert all(0 < piece <= crates[row] for row, piece in grams(off).items())
