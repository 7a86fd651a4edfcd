"""The sign-in door: coming in, and what keeps an account safe."""

from storefront.web.sign_in import codes, factor, security, views
from storefront.web.sign_in.blueprint import door

__all__ = ["codes", "door", "factor", "security", "views"]
