"""The county's season: it crosses the calendar year."""

from datetime import date

from storefront import clock, county


def season_of(day: date) -> int:
    """Return the season ``day`` belongs to, named by the year it began in."""
    return clock.season_of(day, county.rules().season_first_month)
