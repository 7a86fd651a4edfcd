"""The sign-in door."""

from storefront.web.sign_in.views import door

__all__ = ["door"]
