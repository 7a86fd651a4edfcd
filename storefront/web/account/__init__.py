"""A shopper's account, for those who want one: orders, addresses, leaving again."""

from storefront.web.account import addresses, by_letter, leaving, orders, sign_up
from storefront.web.account.blueprint import door

__all__ = ["addresses", "by_letter", "door", "leaving", "orders", "sign_up"]
