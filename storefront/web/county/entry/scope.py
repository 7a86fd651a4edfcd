"""Whose entry it is, and what of it the pages say."""

from storefront import clock
from storefront.errors import NotFound
from storefront.supply.household_queries import HouseholdEntry, entry


def of_code(code: str) -> HouseholdEntry:
    """Return a household's entry. Raises NotFound."""
    found = entry(code, clock.china_day(clock.now()))
    if found is None:
        raise NotFound
    return found
