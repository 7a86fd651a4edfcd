"""The brand office: what to pack and whose crate to take, parcels, lots, letters, prices."""

from storefront.web.brand import (
    cancelling,
    counter,
    letters,
    lots,
    orders,
    packing,
    packing_slips,
    parcels,
    prices,
    today,
)
from storefront.web.brand.blueprint import door

__all__ = [
    "cancelling",
    "counter",
    "door",
    "letters",
    "lots",
    "orders",
    "packing",
    "packing_slips",
    "parcels",
    "prices",
    "today",
]
