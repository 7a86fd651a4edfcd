"""The amounts every county figure is made of, summed from a shelf of the kept summary."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func

from storefront.money import Fen
from storefront.settlement.models import CountyMonth, HouseholdMonth
from storefront.weight import Grams

Shelf = type[CountyMonth] | type[HouseholdMonth]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Flows of a period: what was sold, and what it brought households."""

    grams: Grams
    retail: Fen
    booked: Fen
    reversed: Fen
    due: Fen
    paid: Fen
    confirmed: Fen

    @property
    def income(self) -> Fen:
        """What households earned: booked less what was corrected."""
        return self.booked - self.reversed


def sums(shelf: Shelf) -> Sequence[ColumnElement[int]]:
    """Return the columns of ``Amounts``, summed over a shelf; zero where there is nothing."""
    kept = (
        shelf.grams,
        shelf.retail_fen,
        shelf.booked_fen,
        shelf.reversed_fen,
        shelf.due_fen,
        shelf.paid_fen,
        shelf.confirmed_fen,
    )
    return [func.coalesce(func.sum(column), 0) for column in kept]
