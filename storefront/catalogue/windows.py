"""A product's season: open, before it (presale), or over; a pure rule (docs/adr/0025)."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from typing import Final

OPEN: Final = "open"
PRESALE: Final = "presale"
OFF: Final = "off"
HUNDRED: Final = 100
LEAP_DAY: Final = 229


@dataclass(frozen=True, slots=True)
class Window:
    """When it can be had, every year; each day is month and day in one number (825).

    It may cross the new year. Without ``presale_from`` nothing is sold before it opens.
    """

    presale_from: int | None
    opens_on: int
    ends_on: int

    @property
    def sold_from(self) -> int:
        """The first day of the year's sale."""
        return self.opens_on if self.presale_from is None else self.presale_from


@dataclass(frozen=True, slots=True)
class Season:
    """How a season stands on a day.

    ``opens`` is the day before which nothing leaves (None while it is open),
    ``returns`` the day on which it can be ordered again (None unless it is off).
    """

    state: str
    opens: date | None = None
    returns: date | None = None


def window(presale_from: int | None, opens_on: int | None, ends_on: int | None) -> Window | None:
    """Return the window that three columns say, if they say one."""
    if opens_on is None or ends_on is None:
        return None
    return Window(presale_from, opens_on, ends_on)


ALL_YEAR: Final = Season(OPEN)


def is_day_of_year(number: int) -> bool:
    """Whether ``number`` is a month and a day that come every year."""
    month, day = divmod(number, HUNDRED)
    try:
        date(2001, month, day)  # no leap year
    except ValueError:
        return False
    return True


def season_on(window: Window | None, day: date) -> Season:
    """Return how the season stands on ``day``; without a window it is always open."""
    if window is None:
        return ALL_YEAR
    opens = _next(window.opens_on, day)
    if _within(window.opens_on, window.ends_on, day):
        return ALL_YEAR
    if window.presale_from is not None and _within(window.presale_from, window.opens_on, day):
        return Season(PRESALE, opens=opens)
    returns = _next(window.sold_from, day)
    return Season(OFF, opens=_next(window.opens_on, returns), returns=returns)


def _within(first: int, last: int, day: date) -> bool:
    """Whether ``day`` is from ``first`` to ``last``, both with it, also over the new year."""
    today = day.month * HUNDRED + day.day
    return first <= today <= last if first <= last else today >= first or today <= last


def _next(number: int, day: date) -> date:
    """Return the first day from ``day`` on that is this day of the year."""
    this_year = _in_year(number, day.year)
    return this_year if this_year >= day else _in_year(number, day.year + 1)


def _in_year(number: int, year: int) -> date:
    if number == LEAP_DAY and not isleap(year):
        return date(year, 2, 28)
    return date(year, *divmod(number, HUNDRED))
