"""The brand office: what to pack and whose crate to take, parcels, lots, letters, prices."""

from storefront.web.brand import (
    cancelling,
    catalogue,
    counter,
    letters,
    loss_cases,
    lots,
    orders,
    packing,
    packing_slips,
    parcels,
    prices,
    recalls,
    today,
)
from storefront.web.brand.blueprint import door

__all__ = [
    "cancelling",
    "catalogue",
    "counter",
    "door",
    "letters",
    "loss_cases",
    "lots",
    "orders",
    "packing",
    "packing_slips",
    "parcels",
    "prices",
    "recalls",
    "today",
]
