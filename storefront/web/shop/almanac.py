"""Where the year and the season stand: the solar term of a day, and what the harvest does now.

The 24 solar terms (节气) are days of the sun, the same every year but for a day. They are
worked out by the rule that Chinese calendars print for the 21st century, with its
exceptions, in whole numbers of a ten-thousandth of a day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.orders.shelf import Pack
from storefront.supply.provenance import Grown
from storefront.web.shop.scope import door

YEAR: Final = 2_422  # ten-thousandths of a day by which a year is longer than 365
ONE_DAY: Final = 10_000
FRESH: Final = timedelta(days=10)  # picked so lately that picking goes on
# month, the rule's constant, name; the first three come before a leap day
TERMS: Final = (
    (1, 54_055, _l("Minor Cold")),
    (1, 201_200, _l("Major Cold")),
    (2, 38_700, _l("Start of Spring")),
    (2, 187_300, _l("Rain Water")),
    (3, 56_300, _l("Waking of Insects")),
    (3, 206_460, _l("Spring Equinox")),
    (4, 48_100, _l("Clear and Bright")),
    (4, 201_000, _l("Grain Rain")),
    (5, 55_200, _l("Start of Summer")),
    (5, 210_400, _l("Grain Buds")),
    (6, 56_780, _l("Grain in Ear")),
    (6, 213_700, _l("Summer Solstice")),
    (7, 71_080, _l("Minor Heat")),
    (7, 228_300, _l("Major Heat")),
    (8, 75_000, _l("Start of Autumn")),
    (8, 231_300, _l("End of Heat")),
    (9, 76_460, _l("White Dew")),
    (9, 230_420, _l("Autumn Equinox")),
    (10, 83_180, _l("Cold Dew")),
    (10, 234_380, _l("First Frost")),
    (11, 74_380, _l("Start of Winter")),
    (11, 223_600, _l("Minor Snow")),
    (12, 71_800, _l("Major Snow")),
    (12, 219_400, _l("Winter Solstice")),
)
BEFORE_LEAP_DAY: Final = 2  # months
# (year, term) → days by which the rule is wrong
EXCEPTIONS: Final = {
    (2019, 0): -1,
    (2082, 1): 1,
    (2026, 3): -1,
    (2084, 5): 1,
    (2008, 9): 1,
    (2016, 12): 1,
    (2002, 14): 1,
    (2089, 19): 1,
    (2089, 20): 1,
    (2021, 23): -1,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day of the almanac. ``stage``: presale, picking, store (from the cold store) or rest."""

    day: date
    term: int
    stage: str
    first_harvest: date | None = None
    last_harvest: date | None = None
    households: int = 0
    villages: int = 0


def term_day(year: int, term: int) -> date:
    """Return the day a solar term of a year of this century begins."""
    month, constant, _name = TERMS[term]
    years = year % 100
    leaps = (years - 1) // 4 if month <= BEFORE_LEAP_DAY else years // 4
    day = (years * YEAR + constant) // ONE_DAY - leaps + EXCEPTIONS.get((year, term), 0)
    return date(year, month, day)


def term_of(day: date) -> int:
    """Return the solar term that a day of this century is in."""
    begun = [term for term in range(len(TERMS)) if term_day(day.year, term) <= day]
    return begun[-1] if begun else len(TERMS) - 1


def term_name(term: int) -> LazyString:
    """Return what a solar term is called."""
    return TERMS[term][2]


door.add_app_template_filter(term_name)


def moment(day: date, pack: Pack | None, grown: Grown | None) -> Moment:
    """Return where the season stands, by what of ``pack`` is in store and when it was picked."""
    if pack is None or grown is None or not grown.households:
        return Moment(day, term_of(day), "rest")
    last = grown.last_harvest
    picking = last is not None and day - last <= FRESH
    stage = "presale" if pack.presale else "picking" if picking else "store"
    return Moment(
        day,
        term_of(day),
        stage,
        first_harvest=grown.first_harvest,
        last_harvest=last,
        households=grown.households,
        villages=len(grown.villages),
    )
