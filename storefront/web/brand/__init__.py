"""The brand office: what to pack and whose crate to take, parcels, lots, prices."""

from storefront.web.brand import counter, lots, orders, packing, parcels, prices, today
from storefront.web.brand.blueprint import door

__all__ = ["counter", "door", "lots", "orders", "packing", "parcels", "prices", "today"]
