"""The shop: shelf, cart, checkout, and the order page behind its unguessable link."""

from storefront.web.shop import (
    afterwards,
    cart,
    checkout,
    find_order,
    home,
    impact,
    listed,
    orders,
    photos,
    products,
    search,
    shelves,
    structured,
    traces,
    trust,
)
from storefront.web.shop.scope import door

__all__ = [
    "afterwards",
    "cart",
    "checkout",
    "door",
    "find_order",
    "home",
    "impact",
    "listed",
    "orders",
    "photos",
    "products",
    "search",
    "shelves",
    "structured",
    "traces",
    "trust",
]
