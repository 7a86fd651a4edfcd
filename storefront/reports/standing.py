"""Where a period's income stands, for the county's first page."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from storefront import columns, db
from storefront.money import Fen
from storefront.reports.amounts import Amounts, sums
from storefront.reports.seasons import last_day
from storefront.settlement.models import CountyMonth
from storefront.supply.households import Household
from storefront.supply.mergers import merged_by


@dataclass(frozen=True, slots=True)
class Standing(Amounts):
    """The flows of a period, and how many households are registered, merged ones as one.

    ``income_of_sales`` is the households' part of ``retail`` (pay for losses in our
    keeping has no retail), ``by_weight_only`` what of it is for crates nobody read: it
    is counted by weight, not followed to a household's crate. ``has_earlier``: there
    are figures of months before.
    """

    income_of_sales: Fen
    by_weight_only: Fen
    registered: int
    has_earlier: bool

    @property
    def pending(self) -> Fen:
        """What was earned less what fell due."""
        return self.income - self.due

    @property
    def unpaid(self) -> Fen:
        """What fell due less what was paid."""
        return self.due - self.paid

    @property
    def unconfirmed(self) -> Fen:
        """What was paid less what households confirmed."""
        return self.paid - self.confirmed


def standing(from_month: str, to_month: str) -> Standing:
    """Return where the income of the months stands (both included); one statement."""
    kept = CountyMonth
    earned = kept.booked_fen - kept.reversed_fen
    sold = case((kept.product_id != 0, earned), else_=0)
    unread = case((kept.custody == "mass_balance", earned), else_=0)
    merged = merged_by(last_day(to_month))
    registered = select(func.count(Household.id)).where(Household.id.not_in(merged))
    earlier = aliased(CountyMonth)
    before = select(earlier.id).where(earlier.month < from_month).exists()
    parts = [func.coalesce(func.sum(part, type_=columns.FenType), 0) for part in (sold, unread)]
    query = select(*sums(kept), *parts, registered.scalar_subquery(), before)
    row = db.session.execute(query.where(kept.month.between(from_month, to_month))).one()
    return Standing(*tuple(row))
