"""Ordering the same again: the same offers at today's price, as far as they can be had."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from storefront import db
from storefront.catalogue.models import Offer
from storefront.errors import NotFound, Refusal
from storefront.orders import cart as carts
from storefront.orders.availability import boxes_left
from storefront.orders.models import Cart, CartLine, Line


class Same(NamedTuple):
    """An offer that was ordered: how many then, how many may be wanted today (none: off sale)."""

    sku: str
    offer_id: int
    name_zh: str
    name_en: str
    quantity: int
    in_cart: int
    most: int | None


@dataclass(slots=True)
class Again:
    """The cart that was filled, and what of the order cannot be had, or not as many."""

    token: str | None
    put: list[Same] = field(default_factory=list)
    gone: list[Same] = field(default_factory=list)
    fewer: list[Same] = field(default_factory=list)


def order_again(order_id: int, token: str | None, *, now: datetime) -> Again:
    """Let the cart hold at least what an order had of each offer; twice is as good as once.

    What the cart holds besides stays. Placing the order decides whether there is enough.
    """
    again = Again(token)
    same = [Same(*row) for row in db.session.execute(SAME, {"order": order_id, "token": token})]
    left = boxes_left([each.offer_id for each in same], now=now)
    for each in same:
        most = min(each.most or 0, left.get(each.offer_id, each.most or 0))
        wanted = min(max(each.quantity, each.in_cart), most)
        if _put(again, each.sku, wanted, now=now):
            (again.put if wanted >= each.quantity else again.fewer).append(each)
        else:
            again.gone.append(each)
    return again


def _put(again: Again, sku: str, wanted: int, *, now: datetime) -> bool:
    """Put so many into the cart; not when there is none, or no room for another line."""
    if wanted < 1:
        return False
    try:
        again.token = carts.put(again.token, sku, wanted, now=now)
    except (NotFound, Refusal):
        return False
    return True


_HELD = (
    select(func.coalesce(func.sum(CartLine.quantity), 0))
    .join(Cart, Cart.id == CartLine.cart_id)
    .where(Cart.token == bindparam("token"), CartLine.offer_id == Line.offer_id)
    .correlate(Line)
    .scalar_subquery()
)
_MOST = (
    select(Offer.max_per_order)
    .where(Offer.id == Line.offer_id)
    .where(Offer.published_at.is_not(None), Offer.withdrawn_at.is_(None))
    .correlate(Line)
    .scalar_subquery()
)
SAME = (
    select(Line.sku, Line.offer_id, Line.name_zh, Line.name_en, Line.quantity, _HELD, _MOST)
    .where(Line.order_id == bindparam("order"))
    .order_by(Line.position)
)
