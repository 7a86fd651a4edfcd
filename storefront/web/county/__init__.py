"""The county office: who earned what, is it true, who was left out, and who is paid now."""

from storefront.web.county import households, income, orders, overview, pay_items, pay_runs
from storefront.web.county.blueprint import door

__all__ = ["door", "households", "income", "orders", "overview", "pay_items", "pay_runs"]
