"""What a browser's session holds of whoever shops: it outlives their signing in."""

from typing import Final

from flask import session

CART: Final = "cart"
COUNT: Final = "cart_count"
PROVINCE: Final = "province"
KEPT: Final = (CART, COUNT, PROVINCE)


def cart_count() -> dict[str, int]:
    """Give a page the number beside the basket, as last counted: no statement for it."""
    return {"cart_count": session.get(COUNT, 0)}
