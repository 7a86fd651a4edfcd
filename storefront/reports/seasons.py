"""Seasons as months: the county's year of harvest and sale."""

from calendar import monthrange
from datetime import date, datetime

from storefront import clock, county

MONTHS = 12


def this_season(now: datetime) -> int:
    """Return the season it is, named by the year it began in."""
    return clock.season_of(clock.china_day(now), county.rules().season_first_month)


def months_of(season: int) -> tuple[str, str]:
    """Return the first and the last month of a season, as ``2026-08``."""
    first = county.rules().season_first_month
    last_year = season if first == 1 else season + 1
    last = first - 1 or MONTHS
    return f"{season}-{first:02d}", f"{last_year}-{last:02d}"


def last_day(month: str) -> date:
    """Return the last day of a month written ``2026-08``."""
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])
