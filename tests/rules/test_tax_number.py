"""The check sign of a unified social credit code finds slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storefront.orders.tax_number import SIGNS, check_sign, is_tax_number

bodies = some.builds(
    lambda head, region, rest: f"{head}{region:06}{rest}",
    some.text(SIGNS, min_size=2, max_size=2),
    some.integers(0, 999_999),
    some.text(SIGNS, min_size=9, max_size=9),
)


@pytest.mark.parametrize("number", ["91000000000000000Y", "140000000000000"])
def test_a_number_that_fits_is_taken(number):
    fits = number if len(number) == 15 else number[:-1] + check_sign(number[:-1])
    assert is_tax_number(fits)


@given(bodies)
def test_a_code_with_its_check_sign_is_taken_and_no_other(body):
    good = check_sign(body)
    assert [sign for sign in SIGNS if is_tax_number(body + sign)] == [good]


@given(bodies, some.integers(0, 16), some.sampled_from(SIGNS))
def test_one_wrong_sign_is_found(body, place, sign):
    wrong = f"{body[:place]}{sign}{body[place + 1 :]}{check_sign(body)}"
    assert is_tax_number(wrong) == (sign == body[place])


@given(some.text(max_size=20))
def test_anything_may_be_typed(typed):
    assert is_tax_number(typed) in {True, False}


@pytest.mark.parametrize("typed", ["", "12345", "9100000000000000I0", "1" * 16, "１" * 15])
def test_other_numbers_are_not_taken(typed):
    assert not is_tax_number(typed)
