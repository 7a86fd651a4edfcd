"""Secrets that are too easy to guess, and for how long an agent's PIN speaks for the agent."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storefront.accounts import pins, strength

PHONE = "13812345678"
GIVEN = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "pin",
    ["000000", "123456", "654321", "890123", "121212", "123123", "112233", "520520", "111112"],
)
def test_a_pin_that_everybody_tries_first_is_refused(pin):
    assert strength.pin_fault(pin) == "pin_trivial"


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "12345a", "½½½½½½", "１２３４５６", "-12345", "12 345"]
)
def test_a_pin_is_six_digits(pin):
    assert strength.pin_fault(pin) == "pin_not_six_digits"


def test_a_pin_is_no_part_of_the_phone_number():
    assert strength.pin_fault("345678", PHONE) == "pin_is_phone"
    assert strength.pin_fault("381234", PHONE) == "pin_is_phone"
    assert strength.pin_fault("271828", PHONE) is None


@given(st.integers(0, 999_999))
def test_most_pins_are_free_and_none_of_those_repeats_or_counts(number):
    pin = f"{number:06d}"
    if strength.pin_fault(pin) is None:
        assert len(set(pin)) >= 3
        assert pin not in strength.RISING


def test_nine_of_ten_pins_may_be_chosen():
    free = sum(strength.pin_fault(f"{number:06d}") is None for number in range(0, 1_000_000, 97))
    assert free > 0.9 * 1_000_000 / 97


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short9chr", "password_short"),
        ("1234567890", "password_common"),
        ("9876543210", "password_common"),
        ("Password123", "password_common"),
        ("woaini1314", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
        (PHONE, "password_is_phone"),
        (f"my {PHONE}!", "password_is_phone"),
        ("138-1234-5678", "password_is_phone"),
        ("pears and patience", None),
        ("玉露香梨一年比一年甜", None),
    ],
)
def test_a_password_is_long_uncommon_and_no_phone_number(password, fault):
    assert strength.password_fault(password, PHONE) == fault


def test_a_household_may_choose_a_pin_and_staff_may_not():
    assert strength.secret_fault("271828", PHONE, works_here=False) is None
    assert strength.secret_fault("271828", PHONE, works_here=True) == "password_short"
    assert strength.secret_fault("654321", PHONE, works_here=False) == "pin_trivial"
    assert strength.secret_fault("pears and patience", PHONE, works_here=False) is None


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
@example(WEEK)
@example(WEEK + MOMENT)
@example(timedelta(0))
@example(-MOMENT)
def test_for_exactly_seven_days_a_pin_speaks_for_the_agent_who_gave_it(later):
    assert pins.through_agent(GIVEN, GIVEN + later) == (timedelta(0) <= later <= WEEK)


def test_where_no_agent_gave_a_pin_the_household_speaks_for_itself():
    assert not pins.through_agent(None, GIVEN)
