"""The year the season tells: twelve months of orders up to today, and the harvests behind them.

Pears are picked from late August and lie in the cold store until April, so that a year of orders
always lives on two harvests; the season begins with the first of them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from storefront.cli.demo import data

FIRST_PICKED = (8, 22)  # month and day
PICKING = 75  # days from the first pear to the last
SOLD_FROM, SOLD_UNTIL = 10, 240  # days after the first was picked
SELLING = 365
CLEARED = 0.8  # a harvest that is over was sold to the last crate, or nearly
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """Twelve months that end with ``today``."""

    today: date

    @cached_property
    def opening(self) -> date:
        """The day of the first order."""
        return self.today - SELLING * DAY

    @cached_property
    def harvests(self) -> tuple[date, date]:
        """The first day of the harvest the year began with, and of the one it ends with."""
        last = _picked_before(self.today)
        return _picked_before(last - DAY), last

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every day on which people buy."""
        return tuple(self.opening + place * DAY for place in range(SELLING + 1))

    @cached_property
    def demand(self) -> tuple[int, ...]:
        """How often people buy on each of ``days``, beside the others."""
        return tuple(_demand(day) for day in self.days)

    @cached_property
    def of_first_harvest(self) -> float:
        """Which part of the year's pears comes from its first harvest, by what is sold when."""
        first, last = (self._sold_from(harvest) for harvest in self.harvests)
        return first * CLEARED / (first * CLEARED + last)

    def _sold_from(self, harvest: date) -> int:
        """Return the demand of the whole time a harvest is sold in, as far as the year sees it."""
        begin, end = harvest + SOLD_FROM * DAY, harvest + SOLD_UNTIL * DAY
        seen = max(begin, self.opening)
        return sum(_demand(seen + place * DAY) for place in range((end - seen).days))


def _picked_before(day: date) -> date:
    """Return the first day of the latest harvest that had begun by ``day``."""
    begun = date(day.year, *FIRST_PICKED)
    return begun if begun <= day else date(day.year - 1, *FIRST_PICKED)


def _demand(day: date) -> int:
    book = data.tree("calendar.toml")
    common: int = book["months"][day.month - 1]
    ahead = book["before_festivals"]
    feasts = [feast for kind in book["festivals"].values() for feast in kind]
    if any(0 < (feast - day).days <= ahead["days"] for feast in feasts):
        return common * int(ahead["times"])
    sale = f"{day:%m-%d}" in book["sales"]["days"]
    return common * int(book["sales"]["times"]) if sale else common
