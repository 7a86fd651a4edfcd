"""The pretend provider's own pages: clearly marked, and never open in production."""

from flask import Flask

from storefront.web import site
from storefront.web.pretend.pages import door


def register(app: Flask) -> None:
    """Open the pages where the settings allow it; production's refuse to."""
    if site.of(app).pretend_payments:
        app.register_blueprint(door)
