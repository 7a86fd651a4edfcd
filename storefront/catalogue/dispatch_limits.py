"""How many parcels the packing table manages on a day, as the office has set it."""

from datetime import date
from itertools import starmap
from typing import NamedTuple

from sqlalchemy import select

from storefront import db
from storefront.catalogue.edition import kept
from storefront.catalogue.models import DispatchLimit


class Limit(NamedTuple):
    """At ``most`` so many parcels leave on a day, from a day on; None: any number."""

    from_day: date
    most: int | None


_ROWS = select(DispatchLimit.from_day, DispatchLimit.most).order_by(
    DispatchLimit.from_day, DispatchLimit.id
)


@kept
def limits() -> tuple[Limit, ...]:
    """Return every limit, the first to hold first."""
    return tuple(starmap(Limit, db.session.execute(_ROWS)))
