"""How the catalogue is sorted: shelves for shoppers, grades for harvests."""

from storefront.web.brand.catalogue.sorting import grades, shelves

__all__ = ["grades", "shelves"]
