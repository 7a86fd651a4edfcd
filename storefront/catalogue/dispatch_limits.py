"""How many parcels the packing table manages on a day, as the office has set it."""

from datetime import date
from typing import NamedTuple

from storefront.catalogue import terms
from storefront.catalogue.edition import kept


class Limit(NamedTuple):
    """At ``most`` so many parcels leave on a day, from a day on; None: any number."""

    from_day: date
    most: int | None


@kept
def limits() -> tuple[Limit, ...]:
    """Return every limit, the first to hold first."""
    rows = sorted(terms.of_kind(terms.LIMIT), key=lambda row: (row[1], row[0]))
    return tuple(Limit(from_day, most) for _id, from_day, _, most, *_none in rows)
