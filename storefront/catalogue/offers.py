"""An offer's arithmetic: what its price must cover, and putting it on sale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select

from storefront import audit, clock, db
from storefront.actors import Actor
from storefront.catalogue import steps
from storefront.catalogue.fees import Fees, fees_of, schedule_on
from storefront.catalogue.models import FeeSchedule, Offer, Part
from storefront.catalogue.queries import PartRow
from storefront.errors import Refusal
from storefront.facts import hashed_once
from storefront.money import ZERO, Fen
from storefront.weight import FenPerKg, Grams

Packed = Part | PartRow  # a part as the table has it, or as a page read it


class Takes(NamedTuple):
    """What an ``Arithmetic`` comes to: the same for every box that costs and holds as much."""

    price: Fen
    shares: Fen
    bought_in: Fen
    fees: Fees
    left: Fen
    kinds: frozenset[str]  # of its parts


@hashed_once
@dataclass(frozen=True)
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

    @cached_property
    def takes(self) -> Takes:
        """Who takes how much of it."""
        kinds = frozenset(part.kind for part, _cost in self.parts)
        return Takes(self.price, self.shares, self.bought_in, self.fees, self.left, kinds)


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
            bought-in goods and fees; the facts carry each figure. ``step_below_cost``,
            the same of the price from so many packs on.
        Refusal: ``offer_without_parts``; as ``steps.check``.
    """
    offer = db.lock_one(Offer, offer_id)
    parts = parts_of(offer_id)
    if not parts:
        raise Refusal("offer_without_parts", sku=offer.sku)
    reductions = steps.reductions().get(offer_id, ())
    steps.check(offer.price_fen, offer.max_per_order, reductions)
    schedule = schedule_on(clock.china_day(now))
    sum_ = arithmetic(offer.price_fen, parts, prices, schedule)
    _check_covered(sum_, "offer_below_cost", sku=offer.sku)
    for step in reductions[-1:]:  # the lowest price of them all
        lowest = arithmetic(offer.price_fen - step.off, parts, prices, schedule)
        _check_covered(lowest, "step_below_cost", sku=offer.sku, quantity=step.quantity)
    offer.published_at, offer.withdrawn_at = now, None
    audit.record(actor, "publish", "offer", offer.sku, now=now, price_fen=int(offer.price_fen))
    return sum_


def _check_covered(sum_: Arithmetic, code: str, **facts: object) -> None:
    """Refuse a price below its parts, with the arithmetic."""
    if sum_.left < ZERO:
        raise Refusal(
            code,
            field="price",
            price=sum_.price,
            shares=sum_.shares,
            bought_in=sum_.bought_in,
            fees=sum_.fees.total,
            missing=-sum_.left,
            **facts,
        )
