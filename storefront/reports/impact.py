"""A season in sums, without a name: what the impact page may show."""

from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, case, func, select

from storefront import db
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.reports.amounts import Amounts, sums
from storefront.reports.seasons import months_of
from storefront.reports.suppression import FEWEST, both_are_enough
from storefront.settlement.models import HouseholdMonth
from storefront.unwritten import until_written
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Impact:
    """What a season brought; ``not_general`` counts households that were not ``general``.

    A household counts when it earned something in the season.
    """

    households: int
    not_general: int
    villages: int
    orders: int
    grams: Grams
    retail: Fen
    booked: Fen
    confirmed: Fen

    @property
    def is_public(self) -> bool:
        """Whether its sums are of enough households to be shown to everybody."""
        return self.households >= FEWEST

    @property
    def supported(self) -> int | None:
        """How many were not ``general``; None where the count could point at somebody."""
        shown = both_are_enough(self.not_general, self.households)
        return self.not_general if shown else None


@until_written
def impact(season: int) -> Impact:
    """Return a season's sums; one statement. ``booked`` is less what was corrected."""
    first, last = months_of(season)
    given = {"first": first, "last": last}
    *flows, households, not_general, villages, orders = db.session.execute(IMPACT, given).one()
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


FIRST: BindParameter[str] = bindparam("first")
LAST: BindParameter[str] = bindparam("last")
EARNED = HouseholdMonth.booked_fen > 0
SUPPORTED = case((EARNED & (HouseholdMonth.status != "general"), HouseholdMonth.household_id))
ORDERS = (
    select(func.count(Posting.order_id.distinct()))
    .join(Entry, Entry.id == Posting.entry_id)
    .where(Entry.kind == "dispatch", Entry.booked_month.between(FIRST, LAST))
    .scalar_subquery()
)
IMPACT = select(
    *sums(HouseholdMonth),
    func.count(case((EARNED, HouseholdMonth.household_id)).distinct()),
    func.count(SUPPORTED.distinct()),
    func.count(case((EARNED, HouseholdMonth.village_id)).distinct()),
    ORDERS,
).where(HouseholdMonth.month.between(FIRST, LAST))
