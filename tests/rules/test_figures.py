"""How figures are written for people, in both languages."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from storefront.money import Fen
from storefront.web import filters
from storefront.web.i18n import speaking
from storefront.weight import FenPerKg, Grams

AUTUMN = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, params=["zh", "en"])
def language(request):
    with speaking(request.param), time_machine.travel(AUTUMN, tick=False):
        yield request.param


def in_both(language, chinese, english):
    return chinese if language == "zh" else english


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (1280, "¥12.80"),
        (123456789, "¥1,234,567.89"),
        (-1280, "−¥12.80"),
    ],
)
def test_money_has_its_sign_and_two_decimals(fen, written):
    assert filters.money(Fen(fen)) == written


@given(st.integers(-(10**12), 10**12))
def test_money_reads_back_as_what_it_was(fen):
    digits = filters.money(Fen(fen)).replace("¥", "").replace(",", "").replace("−", "-")
    assert int(digits.replace(".", "")) == fen


@pytest.mark.parametrize(
    ("grams", "jin", "kg"),
    [
        (2500, "5", "2.5"),
        (500, "1", "0.5"),
        (2480, "4.96", "2.48"),
        (1, "0.002", "0.001"),
        (-750, "−1.5", "−0.75"),
    ],
)
def test_weight_is_written_in_jin_with_kilograms_beside(language, grams, jin, kg):
    unit = in_both(language, "斤", "jin")
    assert filters.jin(Grams(grams)) == f"{jin} {unit} ({kg} kg)"
    assert filters.jin_alone(Grams(grams)) == jin
    assert filters.kg(Grams(grams)) == f"{kg} kg"


def test_a_price_of_a_kilogram_is_written_by_the_jin(language):
    assert filters.per_jin(FenPerKg(940)) == in_both(language, "¥4.70/斤", "¥4.70/jin")


def test_a_price_per_jin_of_a_box_is_half_a_fen_rounded_up(language):
    box = filters.price_per_jin(Fen(7800), Grams(2850))
    assert box == in_both(language, "¥13.68/斤", "¥13.68/jin")
    assert filters.price_per_jin(Fen(100), Grams(0)) == "–"


def test_a_day_has_its_year_only_when_it_is_another(language):
    assert filters.day(date(2026, 9, 14)) == in_both(language, "9月14日", "14 Sep")
    assert filters.day(date(2025, 9, 14)) == in_both(language, "2025年9月14日", "14 Sep 2025")
    assert filters.day(None) == "–"


def test_an_instant_is_written_in_china_time(language):
    late = datetime(2026, 9, 13, 16, 4, tzinfo=UTC)
    assert filters.moment(late) == in_both(language, "9月14日 00:04", "14 Sep 00:04")
    assert filters.day(late) == in_both(language, "9月14日", "14 Sep")
    assert filters.moment(None) == "–"


def test_a_month_is_written_out(language):
    assert filters.month("2026-09") == in_both(language, "2026年9月", "Sep 2026")


def test_counts_and_percentages():
    assert filters.number(12800) == "12,800"
    assert filters.number(-5) == "−5"
    assert filters.percent(6250) == "62.5%"
    assert filters.percent(100) == "1%"
    assert filters.percent_of(1, 3) == "33.3%"
    assert filters.percent_of(2, 3) == "66.7%"
    assert filters.percent_of(1, 0) == "–"
