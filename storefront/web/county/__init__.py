"""The county office: who earned what, is it true, who was left out, and who is paid now."""

from storefront.web.county import (
    audit,
    disputes,
    entry,
    guards,
    households,
    income,
    orders,
    overview,
    pay_items,
    pay_runs,
    people,
    places,
    price_files,
    prices,
    registry_files,
    slips,
)
from storefront.web.county.blueprint import door

__all__ = [
    "audit",
    "disputes",
    "door",
    "entry",
    "guards",
    "households",
    "income",
    "orders",
    "overview",
    "pay_items",
    "pay_runs",
    "people",
    "places",
    "price_files",
    "prices",
    "registry_files",
    "slips",
]
