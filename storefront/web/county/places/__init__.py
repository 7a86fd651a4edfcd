"""Villages with what follows them, and the stations that look after households."""

from storefront.web.county.places import stations, villages

__all__ = ["stations", "villages"]
