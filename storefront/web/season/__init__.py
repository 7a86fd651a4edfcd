"""How far the demonstration's season is told: a word on every page, and a page of its own."""

from flask import Flask

from storefront.web import site
from storefront.web.season import beside
from storefront.web.season.pages import door


def register(app: Flask) -> None:
    """Say it where a season may be told; elsewhere there is nothing to say."""
    settings = site.of(app)
    path = beside.path_of(settings) if settings.pretend_payments else None
    app.jinja_env.globals["telling"] = lambda: beside.telling(path) if path else None
    if path is not None:
        app.register_blueprint(door)
