"""Less for more: from so many packs of an offer on, so much off each (docs/adr/0017)."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import SQLColumnExpression, func, select, type_coerce

from storefront import columns
from storefront.catalogue import terms
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Offer, QuantityStep
from storefront.errors import Refusal
from storefront.money import ZERO, Fen


class Reduction(NamedTuple):
    """From ``quantity`` packs on, ``off`` less for each of them."""

    quantity: int
    off: Fen


def check(price: Fen, most: int, reductions: Sequence[Reduction]) -> None:
    """Check that each step can be reached, takes more off than the last, and costs more in all.

    Raises:
        Refusal: ``step_out_of_range`` (not from 2 to ``most`` packs, or twice the
            same), ``step_not_more``, ``step_cheaper_in_all`` (so many packs would
            cost no more than one fewer: nobody would buy fewer).
    """
    before = Reduction(1, ZERO)
    for step in reductions:
        if not before.quantity < step.quantity <= most:
            raise Refusal("step_out_of_range", quantity=step.quantity, most=most)
        if step.off <= before.off:
            raise Refusal("step_not_more", quantity=step.quantity)
        fewer = (price - before.off) * (step.quantity - 1)
        if (price - step.off) * step.quantity <= fewer:
            raise Refusal("step_cheaper_in_all", quantity=step.quantity, fewer=fewer)
        before = step


@kept
def reductions() -> Mapping[int, tuple[Reduction, ...]]:
    """Return the steps of the offers that have any, smallest quantity first."""
    rows = sorted((row[0], row[3], row[4]) for row in terms.of_kind(terms.STEP))
    grouped = groupby(rows, key=lambda row: row[0])
    return MappingProxyType(
        {
            offer: tuple(Reduction(quantity, Fen(off)) for _, quantity, off in group)
            for offer, group in grouped
        }
    )


def each_of(quantity: SQLColumnExpression[int] | int) -> SQLColumnExpression[Fen]:
    """Return what each of ``quantity`` packs costs today, for a statement that reads ``Offer``.

    Steps take off more and more, so the greatest one reached is the one that holds.
    """
    off = (
        select(func.coalesce(func.max(QuantityStep.off_fen), 0))
        .where(QuantityStep.offer_id == Offer.id, QuantityStep.from_quantity <= quantity)
        .correlate_except(QuantityStep)
        .scalar_subquery()
    )
    return type_coerce(Offer.price_fen - off, columns.FenType)
