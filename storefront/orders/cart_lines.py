"""What a cart holds, written without making objects of it: the commonest write of the shop."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from storefront import db, ids
from storefront.catalogue.models import Offer
from storefront.money import Fen
from storefront.orders.models import Cart, CartLine


class Mine(NamedTuple):
    """A cart of this transaction's own: packs by number of the offer."""

    id: int
    token: str
    lines: Mapping[str, int]


CARTS, HOLDING = db.table(Cart), db.table(CartLine)
# one statement says that it is in use, and keeps others from its lines
TOUCHED = (
    CARTS.update()
    .where(CARTS.c.token == bindparam("mine"))
    .values(touched_at=bindparam("now"))
    .returning(CARTS.c.id)
)
NEW_CART = CARTS.insert().returning(CARTS.c.id)
HELD = (
    select(Offer.sku, HOLDING.c.quantity)
    .join(Offer, Offer.id == HOLDING.c.offer_id)
    .where(HOLDING.c.cart_id == bindparam("cart"))
)
NEW_LINE = HOLDING.insert().values(
    cart_id=bindparam("cart"),
    offer_id=bindparam("offer"),
    quantity=bindparam("packs"),
    seen_price_fen=bindparam("each"),
)
SET_LINE = (
    HOLDING.update()
    .where(HOLDING.c.cart_id == bindparam("cart"), HOLDING.c.offer_id == bindparam("offer"))
    .values(quantity=bindparam("packs"), seen_price_fen=bindparam("each"))
)


def mine(token: str | None, *, now: datetime) -> Mine:
    """Lock the cart of this token; return it with what it holds, or a new one of our own."""
    if token:
        known = db.session.scalar(TOUCHED, {"mine": token, "now": now})
        if known is not None:
            held = db.session.execute(HELD, {"cart": known})
            return Mine(known, token, {row.sku: row.quantity for row in held})
    fresh = ids.new_token()
    made = db.session.scalars(NEW_CART, {"token": fresh, "touched_at": now}).one()
    return Mine(made, fresh, {})


def write(cart: Mine, sku: str, offer_id: int, packs: int, each: Fen) -> None:
    """Let a cart hold so many packs of an offer, each last seen to cost so much."""
    said = {"cart": cart.id, "offer": offer_id, "packs": packs, "each": each}
    db.session.execute(SET_LINE if sku in cart.lines else NEW_LINE, said)
