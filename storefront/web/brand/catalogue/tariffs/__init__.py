"""Freight, fees and dispatch days: versions that hold from a day on."""

from storefront.web.brand.catalogue.tariffs import dispatch, fees, freight

__all__ = ["dispatch", "fees", "freight"]
