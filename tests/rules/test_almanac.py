"""The solar terms are those the calendars print; the season's stage is what the store says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.web.shop import almanac

CENTURY = st.dates(date(2001, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2024, 2, 4), "Start of Spring"),
        (date(2025, 4, 4), "Clear and Bright"),
        (date(2026, 2, 18), "Rain Water"),
        (date(2026, 8, 23), "End of Heat"),
        (date(2026, 9, 7), "White Dew"),
        (date(2026, 11, 22), "Minor Snow"),
        (date(2021, 12, 21), "Winter Solstice"),
        (date(2023, 12, 22), "Winter Solstice"),
    ],
)
def test_a_term_begins_on_the_day_calendars_print(day, name):
    term = almanac.term_of(day)
    assert almanac.TERMS[term][2]._args[0] == name  # noqa: SLF001  in English, without an app
    assert almanac.term_day(day.year, term) == day
    assert almanac.term_of(day - timedelta(days=1)) == (term - 1) % 24


@given(CENTURY)
def test_every_day_is_in_one_term_of_about_a_fortnight(day):
    term = almanac.term_of(day)
    year = day.year if term < 23 or day.month == 12 else day.year - 1
    assert timedelta(0) <= day - almanac.term_day(year, term) <= timedelta(days=17)


def test_nothing_in_store_is_a_rest():
    assert almanac.moment(date(2026, 7, 1), None, None).stage == "rest"
