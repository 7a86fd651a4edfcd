"""An offer's arithmetic: what its price must cover, and putting it on sale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storefront import audit, clock, db
from storefront.actors import Actor
from storefront.catalogue.fees import Fees, fees_of, schedule_on
from storefront.catalogue.models import FeeSchedule, Offer, Part
from storefront.catalogue.queries import PartRow
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.weight import FenPerKg, Grams

Packed = Part | PartRow  # a part as the table has it, or as a page read it


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Where the price of one box goes; ``left`` is the brand fund's, freight aside."""

    price: Fen
    parts: tuple[tuple[Packed, Fen], ...]
    fees: Fees

    @property
    def shares(self) -> Fen:
        """What households get."""
        return Fen.total(cost for part, cost in self.parts if part.kind == "grown")

    @property
    def bought_in(self) -> Fen:
        """What bought-in goods cost."""
        return Fen.total(cost for part, cost in self.parts if part.kind == "bought_in")

    @property
    def left(self) -> Fen:
        """What is left for the brand fund; below zero the price does not cover its parts."""
        return self.price - self.shares - self.bought_in - self.fees.total


def part_cost(part: Packed, prices: Mapping[int, FenPerKg]) -> Fen:
    """Return what one part of one box costs at these purchase prices.

    Raises:
        Refusal: ``no_purchase_price`` when a grown part's grade has none.
    """
    if part.kind == "bought_in":
        return part.cost_fen or ZERO
    if part.grade_id is None or part.grams is None or part.grade_id not in prices:
        raise Refusal("no_purchase_price", grade=part.name_zh)
    return prices[part.grade_id].of(part.grams)


def arithmetic(
    price: Fen, parts: Sequence[Packed], prices: Mapping[int, FenPerKg], schedule: FeeSchedule
) -> Arithmetic:
    """Return where the price of one box made of ``parts`` goes."""
    grown = Grams.total(part.grams for part in parts if part.grams is not None)
    fees = fees_of(schedule, grown=grown, boxes=1, charge=price)
    costs = tuple((part, part_cost(part, prices)) for part in parts)
    return Arithmetic(price=price, parts=costs, fees=fees)


def parts_of(offer_id: int) -> list[Part]:
    """Return the parts of an offer by position."""
    query = select(Part).where(Part.offer_id == offer_id).order_by(Part.position)
    return list(db.session.scalars(query))


def publish(
    offer_id: int, prices: Mapping[int, FenPerKg], *, actor: Actor, now: datetime
) -> Arithmetic:
    """Put an offer on sale at its price and return its arithmetic.

    Raises:
        Refusal: ``offer_below_cost`` when the price does not cover shares,
            bought-in goods and fees; the facts carry each figure.
        Refusal: ``offer_without_parts``.
    """
    offer = db.lock_one(Offer, offer_id)
    parts = parts_of(offer_id)
    if not parts:
        raise Refusal("offer_without_parts", sku=offer.sku)
    sum_ = arithmetic(offer.price_fen, parts, prices, schedule_on(clock.china_day(now)))
    if sum_.left < ZERO:
        raise Refusal(
            "offer_below_cost",
            field="price",
            sku=offer.sku,
            price=sum_.price,
            shares=sum_.shares,
            bought_in=sum_.bought_in,
            fees=sum_.fees.total,
            missing=-sum_.left,
        )
    offer.published_at, offer.withdrawn_at = now, None
    audit.record(actor, "publish", "offer", offer.sku, now=now, price_fen=int(offer.price_fen))
    return sum_
