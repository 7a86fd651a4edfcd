"""The catalogue as the shopkeeper keeps it: products, shelves, grades, freight, fees."""

from storefront.web.brand.catalogue import offers, photos, products, sorting, tariffs

__all__ = ["offers", "photos", "products", "sorting", "tariffs"]
