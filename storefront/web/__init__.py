"""The doors, and the ground they stand on."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront.web import (
    assets,
    errors,
    filters,
    guards,
    health,
    htmx,
    i18n,
    request_log,
    security,
    site,
    words,
)


def init_app(app: Flask) -> None:
    """Wire the web ground and open every door."""
    for part in (request_log, htmx, i18n, filters, words, site, assets, security, guards, errors):
        part.init_app(app)
    CSRFProtect(app)
    register(app)
    hops = site.of(app).proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]


def register(app: Flask) -> None:
    """Open every door."""
    app.register_blueprint(health.door)
