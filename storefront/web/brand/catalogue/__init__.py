"""The catalogue as the shopkeeper keeps it: products, packs, photographs, freight, fees."""

from storefront.web.brand.catalogue import offers, photos, products, tariffs

__all__ = ["offers", "photos", "products", "tariffs"]
