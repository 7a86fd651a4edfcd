"""Packs at today's purchase prices: what a price leaves, the least it may be, its sale."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from storefront import db
from storefront.actors import Actor
from storefront.catalogue import changing, fees, offers
from storefront.catalogue.changing import Pack
from storefront.catalogue.drafting import BoughtPart, GrownPart
from storefront.catalogue.models import FeeSchedule, Offer
from storefront.catalogue.offers import Arithmetic
from storefront.catalogue.queries import OfferRow, PartRow
from storefront.catalogue.steps import Reduction
from storefront.money import ZERO, Fen
from storefront.supply.prices import publish_offer, purchase_prices_on
from storefront.weight import FenPerKg

MOST: Final = 10**13  # fen: more than all that a pack may hold costs


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Where a price goes, and ``least``, the lowest price that pays for what is in the pack.

    ``steps`` are the prices from so many packs on, each with what it leaves.
    """

    money: Arithmetic
    least: Fen
    steps: tuple[tuple[int, Fen, Fen], ...] = ()

    @property
    def loses(self) -> bool:
        """Whether the price, or one from so many packs on, is below cost."""
        return self.money.left < ZERO or any(left < ZERO for _, _, left in self.steps)


def reckon(
    price: Fen,
    parts: Sequence[GrownPart | BoughtPart],
    reductions: Sequence[Reduction],
    day: date,
) -> Reckoning:
    """Return the arithmetic of a pack that may not be written down yet.

    Raises:
        Refusal: ``no_purchase_price``, ``no_fee_schedule``.
    """
    rows = [_row(place, part) for place, part in enumerate(parts, start=1)]
    paid, schedule = purchase_prices_on(day), fees.schedule_on(day)

    def at(wanted: Fen) -> Arithmetic:
        return offers.arithmetic(wanted, rows, paid, schedule)

    cheaper = tuple((step.quantity, price - step.off) for step in reductions)
    return Reckoning(
        money=at(price),
        least=least_price(rows, paid, schedule),
        steps=tuple((quantity, each, at(each).left) for quantity, each in cheaper),
    )


def least_price(
    rows: Sequence[PartRow], paid: Mapping[int, FenPerKg], schedule: FeeSchedule
) -> Fen:
    """Return the lowest price that pays for these parts and the fees (pure).

    What a price leaves never falls as the price rises: the payment fee is less than the whole.
    """

    def covers(price: int) -> bool:
        return offers.arithmetic(Fen(price), rows, paid, schedule).left >= ZERO

    return Fen(bisect_left(range(MOST), True, lo=1, key=covers))  # noqa: FBT003  what is looked for


def losing(
    offers_sold: Sequence[OfferRow], schedule: FeeSchedule, day: date
) -> tuple[tuple[OfferRow, Fen], ...]:
    """Return the packs that would be sold below cost under these fees, and what would be missing.

    A pack of a grade without a purchase price is left out: it cannot be sold anyway.
    """
    paid = purchase_prices_on(day)
    worked = (
        (row, offers.arithmetic(row.price, row.parts, paid, schedule).left)
        for row in offers_sold
        if {grade for grade, _ in row.grown} <= paid.keys()
    )
    return tuple((row, -left) for row, left in worked if left < ZERO)


def add_offer(pack: Pack, *, sell: bool, actor: Actor, now: datetime) -> Offer:
    """Add a pack; ``sell`` puts it on sale at once.

    Raises:
        Refusal: as ``changing.add_offer``; to sell, as ``offers.publish``.
    """
    offer = changing.add_offer(pack, actor=actor, now=now)
    if sell and not is_on_sale(offer):
        publish_offer(offer.id, actor=actor, now=now)
    return offer


def change_offer(
    offer_id: int, pack: Pack, *, seen: str, sell: bool, actor: Actor, now: datetime
) -> Offer:
    """Change a pack. One that is on sale stays so, and ``sell`` puts it there, if it pays.

    Raises:
        Refusal: as ``changing.change_offer``; as ``offers.publish``. Nothing is written then.
    """
    sold = is_on_sale(db.lock_one(Offer, offer_id))
    offer, changed = changing.change_offer(offer_id, pack, seen=seen, actor=actor, now=now)
    if (sold and changed) or (sell and not sold):
        publish_offer(offer.id, actor=actor, now=now)
    return offer


def put_on_sale(offer_id: int, *, actor: Actor, now: datetime) -> Offer:
    """Put a pack on sale at today's purchase prices; one that is there stays.

    Raises:
        Refusal: as ``offers.publish``.
    """
    offer = db.lock_one(Offer, offer_id)
    if not is_on_sale(offer):
        publish_offer(offer.id, actor=actor, now=now)
    return offer


def is_on_sale(offer: Offer) -> bool:
    """Whether a pack can be bought, where its product is shown."""
    return offer.published_at is not None and offer.withdrawn_at is None


def _row(place: int, part: GrownPart | BoughtPart) -> PartRow:
    grown = isinstance(part, GrownPart)
    return PartRow(
        offer_id=0,
        kind="grown" if grown else "bought_in",
        name_zh=part.name_zh,
        name_en=part.name_en,
        grade_id=part.grade_id if isinstance(part, GrownPart) else None,
        grams=part.grams if isinstance(part, GrownPart) else None,
        cost_fen=part.cost if isinstance(part, BoughtPart) else None,
        grade_zh=None,
        grade_en=None,
        position=place,
    )
