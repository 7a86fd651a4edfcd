"""Where an order's money went, read from the postings."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.ledger.models import Entry, Posting
from storefront.money import ZERO, Fen

# The kinds of entry that split money; later ones move it on without changing the split.
SPLITTING = ("dispatch", "refund_dispatched")
SHARES = ("share_pending", "share_due")


@dataclass(frozen=True, slots=True)
class Split:
    """What each receiver got of the charge; the brand fund is signed."""

    shares: Fen = ZERO
    station: Fen = ZERO
    packing: Fen = ZERO
    bought_in: Fen = ZERO
    freight: Fen = ZERO
    payment_fee: Fen = ZERO
    brand_fund: Fen = ZERO
    carrier_debt: Fen = ZERO

    @property
    def total(self) -> Fen:
        """All of it: what the shopper was charged, less what was refunded at a cost."""
        return Fen.total(
            (
                self.shares,
                self.station,
                self.packing,
                self.bought_in,
                self.freight,
                self.payment_fee,
                self.brand_fund,
                self.carrier_debt,
            )
        )


def split_of(order_id: int) -> Split:
    """Return where the money of an order's dispatched parcels went; one statement."""
    fixed = aliased(Entry)
    query = (
        select(Posting.account, func.sum(Posting.fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(fixed, fixed.id == Entry.reverses_id)
        .where(Posting.order_id == order_id, Posting.account != "shopper")
        .where(or_(Entry.kind.in_(SPLITTING), fixed.kind.in_(SPLITTING)))
        .where(Posting.account != "refund_due")
        .group_by(Posting.account)
    )
    got = {account: -fen for account, fen in db.session.execute(query)}
    shares = Fen.total(got.pop(account, ZERO) for account in SHARES)
    return Split(shares=shares, **got)


def where_it_went(order_id: int) -> Split | None:
    """Return the split for the shopper's money bar; None before anything was dispatched."""
    split = split_of(order_id)
    return None if split == Split() else split
