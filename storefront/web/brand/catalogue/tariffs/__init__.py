"""Freight and fees: versions that hold from a day on."""

from storefront.web.brand.catalogue.tariffs import fees, freight

__all__ = ["fees", "freight"]
