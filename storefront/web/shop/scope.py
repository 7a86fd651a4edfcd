"""The shop's door: its blueprint, and what belongs to whoever came in by it."""

from flask import Blueprint, session

from storefront import clock
from storefront.catalogue import edition, listing
from storefront.catalogue.listing import CategoryRow
from storefront.catalogue.provinces import BY_CODE, PROVINCES, Province
from storefront.orders import cart as carts
from storefront.orders.cart import CartView
from storefront.web.shopping import CART, COUNT, PROVINCE

door = Blueprint("shop", __name__)

LAST = "last_order"  # the token of the order that emptied the basket


def cart_token() -> str | None:
    """Return the token of the visitor's cart, if they have one."""
    token = session.get(CART)
    return token if isinstance(token, str) else None


def keep_cart(token: str) -> None:
    """Remember the visitor's cart for a month."""
    if session.get(CART) != token:  # as below
        session.permanent = True
        session[CART] = token


def cart() -> CartView:
    """Return the visitor's cart at today's prices and stock; an empty one if they have none."""
    return _counted(carts.view(cart_token(), now=clock.now()))


def last_order() -> str | None:
    """Return the token of the order placed last from here, if there was one."""
    token = session.get(LAST)
    return token if isinstance(token, str) else None


def _counted(seen: CartView) -> CartView:
    if session.get(COUNT, 0) != seen.count:  # a session that is written to is signed and sent anew
        session[COUNT] = seen.count
    return seen


def province(code: str | None = None) -> Province | None:
    """Return the province asked for, which is remembered; else the one remembered."""
    if code in BY_CODE:
        session.permanent = True
        session[PROVINCE] = code
    known: Province | None = BY_CODE.get(session.get(PROVINCE, ""))
    return known


def site_shelves() -> tuple[CategoryRow, ...]:
    """Return the header's categories; none on a page that reads nothing of the catalogue."""
    return listing.shelves() if edition.is_asked() else ()


door.add_app_template_global(lambda: PROVINCES, "all_provinces")
door.add_app_template_global(site_shelves)
