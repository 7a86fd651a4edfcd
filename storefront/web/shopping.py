"""What a browser's session holds of whoever shops: it outlives their signing in."""

from typing import Final

from flask import session

CART: Final = "cart"
COUNT: Final = "cart_count"
PROVINCE: Final = "province"
KEPT: Final = (CART, COUNT, PROVINCE)


def basket_count() -> str:
    """Return the number beside the basket, as last counted: no statement for it."""
    return str(session.get(COUNT) or "")
