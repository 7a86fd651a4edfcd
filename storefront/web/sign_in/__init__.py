"""The sign-in door."""

from flask import Flask

from storefront.web.sign_in.views import door


def register(app: Flask) -> None:
    """Open the door."""
    app.register_blueprint(door)
