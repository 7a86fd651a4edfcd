"""The step tables of orders, parcels and allocations (pure)."""

from datetime import datetime

from storefront.lives import Life

ORDER = Life(
    "order",
    {
        "awaiting_payment": ("confirmed", "expired", "cancelled"),
        "expired": ("confirmed",),
        "confirmed": ("completed", "cancelled"),
    },
)
PARCEL = Life(
    "parcel",
    {
        "planned": ("packed", "cancelled"),
        "packed": ("dispatched", "cancelled"),
        "dispatched": ("delivered", "lost", "returned"),
        "delivered": ("closed",),
        "lost": ("closed",),
        "returned": ("closed",),
    },
)
ALLOCATION = Life(
    "allocation",
    {
        "planned": ("packed", "short", "freed"),
        "short": ("planned", "freed"),
        "packed": ("booked", "freed"),
        "booked": ("due",),
        "due": ("paid",),
        "paid": ("confirmed",),
    },
)
# Why a paid order, or a line of it, does not leave after all.
WHY_CANCELLED = ("shopper_asked", "pears_gone", "cannot_send", "our_mistake")
# How a parcel may end without arriving: it is closed without waiting for a claim.
GONE_FOR_GOOD = ("lost", "returned")
HOW_CONFIRMED = ("scanned", "typed", "assumed")
# States in which an allocation fills its line; in the first two its grams are not yet out of a lot.
LIVE = ("planned", "short", "packed", "booked", "due", "paid", "confirmed")
UNPACKED = ("planned", "short")
# States in which a parcel has not left yet.
WAITING_PARCELS = ("planned", "packed")
FREEABLE = (*UNPACKED, "packed")
SOLD = ("booked", "due", "paid", "confirmed")


def fate(state: str, lost_at: datetime | None, returned_at: datetime | None) -> str:
    """Return what became of a parcel: its state, but lost or returned also once it is closed."""
    return "lost" if lost_at else "returned" if returned_at else state
