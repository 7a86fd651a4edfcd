"""A season in sums, without a name: what the impact page may show."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, case, func, select

from storefront import db
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.reports.amounts import Amounts, sums
from storefront.reports.seasons import months_of
from storefront.settlement.models import HouseholdMonth
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Impact:
    """What a season brought; ``not_general`` counts households that were not ``general``."""

    households: int
    not_general: int
    villages: int
    orders: int
    grams: Grams
    retail: Fen
    booked: Fen
    confirmed: Fen


def impact(season: int) -> Impact:
    """Return a season's sums; one statement. ``booked`` is less what was corrected."""
    first, last = months_of(season)
    kept = HouseholdMonth
    supported = case((kept.status != "general", kept.household_id))
    query = select(
        *sums(kept),
        func.count(kept.household_id.distinct()),
        func.count(supported.distinct()),
        func.count(kept.village_id.distinct()),
        _orders(first, last),
    ).where(kept.month.between(first, last))
    *flows, households, not_general, villages, orders = db.session.execute(query).one()
    amounts = Amounts(*flows)
    return Impact(
        households=households,
        not_general=not_general,
        villages=villages,
        orders=orders,
        grams=amounts.grams,
        retail=amounts.retail,
        booked=amounts.income,
        confirmed=amounts.confirmed,
    )


def _orders(first: str, last: str) -> ScalarSelect[int]:
    return (
        select(func.count(Posting.order_id.distinct()))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.kind == "dispatch", Entry.booked_month.between(first, last))
        .scalar_subquery()
    )
