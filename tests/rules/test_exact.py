"""Money and weight: exact, and never mixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront import ids
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders.lives import ALLOCATION, ORDER, PARCEL
from storefront.weight import FenPerKg, Grams

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=8)


@given(amount=st.integers(-(10**9), 10**9), weights=WEIGHTS)
def test_a_split_loses_no_fen(amount: int, weights: list[int]) -> None:
    """The parts sum to the whole, and each is within one fen of its exact part."""
    parts = Fen(amount).split(weights)
    assert Fen.total(parts) == Fen(amount)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert whole == 0 or abs(int(part) * whole - amount * weight) < whole


@given(amount=st.integers(0, 10**9), weights=WEIGHTS)
def test_a_split_again_is_the_same_split(amount: int, weights: list[int]) -> None:
    """Ties go to the earlier position: a re-run gives the same rows."""
    assert Fen(amount).split(weights) == Fen(amount).split(list(weights))


def test_ties_go_to_the_earlier_position() -> None:
    """Three equal parts of a hundred fen."""
    assert Fen(100).split([1, 1, 1]) == [Fen(34), Fen(33), Fen(33)]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_a_split_needs_weights_none_of_them_negative(weights: list[int]) -> None:
    """Anything else is a programming error."""
    with pytest.raises(ValueError, match="weight"):
        Fen(1).split(weights)


@pytest.mark.parametrize(("price", "grams", "fen"), [(940, 2_850, 2_679), (1, 500, 1), (1, 499, 0)])
def test_a_price_per_kilogram_rounds_half_a_fen_up(price: int, grams: int, fen: int) -> None:
    """9.40 a kilogram x 2.85 kg = 26.79."""
    assert FenPerKg(price).of(Grams(grams)) == Fen(fen)


def test_basis_points_round_half_up() -> None:
    """0.6 % of 39.90 is 0.2394: 24 fen; of 0.25 it is 0.15 fen: nothing."""
    assert (Fen(3_990).bp(60), Fen(25).bp(60), Fen(50).bp(100)) == (Fen(24), Fen(0), Fen(1))


def test_fen_and_grams_do_not_mix() -> None:
    """Nor do fen and a bare number, nor is there a division."""
    with pytest.raises(TypeError):
        Fen(1) + Grams(1)
    with pytest.raises(TypeError):
        Fen(1) + 1
    with pytest.raises(TypeError):
        Fen(4) / 2
    with pytest.raises(TypeError):
        Fen(4) * Fen(2)


@given(st.integers())
def test_a_code_has_a_check_that_one_wrong_character_breaks(seed: int) -> None:
    """Every single substitution is caught (ISO 7064 hybrid MOD 31,30)."""
    with ids.seeded(seed):
        code = ids.new_code()
    assert ids.is_code(code)
    for place, symbol in enumerate(code):
        other = ids.ALPHABET[(ids.ALPHABET.index(symbol) + 1 + seed % 28) % len(ids.ALPHABET)]
        if other != symbol:
            assert not ids.is_code(code[:place] + other + code[place + 1 :])


def test_a_code_is_read_as_people_write_it() -> None:
    """Lower case, blanks and hyphens do not matter; O reads as 0, I and L as 1."""
    assert ids.read_code(" 7k2-mo il ") == "7K2M011"


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    """An order that was cancelled is not confirmed."""
    with pytest.raises(Refusal) as refused:
        ORDER.check("cancelled", "confirmed")
    assert refused.value.code == "order_step"


def test_reversals_are_postings_and_never_a_state() -> None:
    """No life has a state for them, and closed, completed and confirmed are ends."""
    for life in (ORDER, PARCEL, ALLOCATION):
        assert not {"reversed", "refunded", "disputed"} & set(life.states)
    assert "closed" not in PARCEL.steps
    assert "confirmed" not in ALLOCATION.steps
