"""The brand office: what to pack and whose crate to take, parcels, lots, letters, prices."""

from storefront.web.brand import (
    cancelling,
    carrier_lists,
    catalogue,
    counter,
    disputes,
    invoices,
    letters,
    loss_cases,
    lots,
    orders,
    packing,
    packing_slips,
    parcels,
    prices,
    recalls,
    table,
    today,
)
from storefront.web.brand.blueprint import door

__all__ = [
    "cancelling",
    "carrier_lists",
    "catalogue",
    "counter",
    "disputes",
    "door",
    "invoices",
    "letters",
    "loss_cases",
    "lots",
    "orders",
    "packing",
    "packing_slips",
    "parcels",
    "prices",
    "recalls",
    "table",
    "today",
]
