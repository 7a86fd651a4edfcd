"""The books of one order, and law 1 read from both sides.

The left side comes from orders, parcels, payments and refunds; the right side from
the postings. They are two independent records of the same money, so they can
disagree, and the page says so when they do.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import func, select

from storefront import db
from storefront.errors import NotFound
from storefront.money import ZERO, Fen
from storefront.orders.models import Line, LineCancellation, Order, Parcel
from storefront.orders.whereabouts import CANCELLED
from storefront.payments.models import Payment, Refund
from storefront.reports.order_rows import (
    AllocationLine,
    EntryLine,
    ParcelLine,
    allocations_of,
    entries_of,
    parcels_of,
)
from storefront.reports.splits import Split, split_of


@dataclass(frozen=True, slots=True)
class OrderHead:
    """The order as it was placed."""

    id: int
    code: str
    state: str
    channel: str
    placed_at: datetime
    goods: Fen
    freight: Fen
    discount: Fen
    total: Fen


@dataclass(frozen=True, slots=True)
class Left:
    """Law 1's left side, from orders, parcels, payments and refunds.

    ``refunded_before`` went back before dispatch; ``charged_to_bearer`` was refunded
    afterwards at somebody's cost; ``never_collected`` is what no shopper will pay.
    ``borne_by_fund`` is the part of it that the brand fund bears.
    ``discount`` and ``free_freight`` were given away on lines that were not cancelled.
    """

    charged: Fen
    charged_to_bearer: Fen
    never_collected: Fen
    paid: Fen
    refunded_before: Fen
    discount: Fen = ZERO
    free_freight: Fen = ZERO
    borne_by_fund: Fen = ZERO


@dataclass(frozen=True, slots=True)
class OrderBooks:
    """Everything the books and the tables say of one order."""

    order: OrderHead
    left: Left
    right: Split
    shopper_balance: Fen
    parcels: tuple[ParcelLine, ...]
    allocations: tuple[AllocationLine, ...]
    entries: tuple[EntryLine, ...]

    @property
    def split_left(self) -> Fen:
        """What dispatched parcels brought: charges - refunds to a bearer - never collected."""
        return self.left.charged - self.left.charged_to_bearer - self.left.never_collected

    @property
    def split_right(self) -> Fen:
        """Where the postings say it went."""
        return self.right.total

    @property
    def balance_left(self) -> Fen:
        """What the shopper has with us by the tables (below zero: owed on delivery)."""
        kept = self.left.paid - self.left.refunded_before
        return kept - self.left.charged + self.left.never_collected

    @property
    def balance_right(self) -> Fen:
        """The same by the shopper's account (a credit there is money with us)."""
        return -self.shopper_balance

    @property
    def agrees(self) -> bool:
        """Whether both equations of law 1 hold."""
        return self.split_left == self.split_right and self.balance_left == self.balance_right

    @property
    def why_negative(self) -> tuple[str, ...]:
        """Why the brand fund lost on this order; nothing when it did not."""
        return why_negative(self.left, self.right)


def why_negative(left: Left, right: Split) -> tuple[str, ...]:
    """Return why the brand fund lost on an order; nothing when it did not."""
    if right.brand_fund >= ZERO:
        return ()
    reasons = {
        "discount": left.discount,
        "free_freight": left.free_freight,
        "refund": left.borne_by_fund,
        "uncollected": left.never_collected,
    }
    explained = Fen.total(reasons.values())
    dear = ("dear_lot",) if right.brand_fund + explained < ZERO else ()
    return (*(reason for reason, fen in reasons.items() if fen > ZERO), *dear)


def order_books(order_code: str) -> OrderBooks:
    """Return the books of the order with this code; six statements.

    Raises:
        NotFound: there is no such order.
    """
    heads = starmap(OrderHead, db.session.execute(HEAD.where(Order.code == order_code)))
    order = next(heads, None)
    if order is None:
        raise NotFound
    entries = entries_of(order.id)
    lines = (line for entry in entries for line in entry.postings)
    return OrderBooks(
        order=order,
        left=left_of(order.id),
        right=split_of(order.id),
        shopper_balance=Fen.total(line.fen for line in lines if line.account == "shopper"),
        parcels=parcels_of(order.id),
        allocations=allocations_of(order.id),
        entries=entries,
    )


HEAD = select(
    Order.id,
    Order.code,
    Order.state,
    Order.channel,
    Order.placed_at,
    Order.goods_fen,
    Order.freight_fen,
    Order.discount_fen,
    Order.total_fen,
)


def left_of(order_id: int) -> Left:
    """Return law 1's left side of one order, from its own tables; one statement."""
    sent = (Parcel.order_id == order_id, Parcel.dispatched_at.is_not(None))
    charged = select(func.sum(Parcel.charge_fen)).where(*sent)
    freight = select(func.sum(Parcel.freight_cost_fen)).where(*sent)
    asked = select(Order.freight_fen).where(Order.id == order_id)
    own = Line.order_id == order_id
    discount = select(func.sum(Line.discount_fen)).where(own, Line.id.not_in(CANCELLED))
    given_back = (
        select(func.sum(LineCancellation.freight_fen))
        .join(Line, Line.id == LineCancellation.line_id)
        .where(own)
    )
    paid = select(func.sum(Payment.amount_fen)).where(
        Payment.order_id == order_id, Payment.state == "succeeded"
    )
    refunds = select(func.sum(Refund.amount_fen)).where(Refund.order_id == order_id)
    before, after = refunds.where(~Refund.dispatched), refunds.where(Refund.dispatched)
    fund = after.where(Refund.bearer == "brand_fund")
    parts = (charged, after, paid, before, discount, freight, asked, fund, given_back)
    row = db.session.execute(select(*(part.scalar_subquery() for part in parts))).one()
    fen = [found or ZERO for found in row]
    return Left(
        charged=fen[0],
        charged_to_bearer=fen[1],
        never_collected=ZERO,  # no shop offers payment on delivery yet
        paid=fen[2],
        refunded_before=fen[3],
        discount=fen[4],
        free_freight=max(fen[5] - (fen[6] - fen[8]), ZERO),
        borne_by_fund=fen[7],
    )
