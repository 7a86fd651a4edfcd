"""The producers' door: households, and the station agents who act for them."""

from storefront.web.producers import (
    agreeing,
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
