"""The producers' door: households, and the station agents who act for them."""

from storefront.web.producers import (
    agreeing,
    certificates,
    disputes,
    home,
    losses,
    lots,
    money,
    papers,
    pins,
    scale,
    slips,
)
from storefront.web.producers.blueprint import door

__all__ = [
    "agreeing",
    "certificates",
    "disputes",
    "door",
    "home",
    "losses",
    "lots",
    "money",
    "papers",
    "pins",
    "scale",
    "slips",
]
