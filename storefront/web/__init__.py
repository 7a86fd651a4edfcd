"""The doors, and the ground they stand on."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront.web import (
    account,
    alike,
    assets,
    attributes,
    brand,
    county,
    county_texts,
    drawing,
    errors,
    filters,
    gateway_steps,
    guards,
    health,
    holes,
    hooks,
    htmx,
    i18n,
    limits,
    names,
    pictures,
    pretend,
    producers,
    readable,
    request_log,
    season,
    security,
    sentences,
    shop,
    sign_in,
    signing,
    site,
    words,
)

GROUND = (
    request_log,
    htmx,
    i18n,
    readable,
    filters,
    words,
    names,
    county_texts,
    security,  # before static files, which say what they are by themselves
    assets,
    pictures,
    attributes,
    drawing,
    holes,
    alike,
    signing,
    guards,
    errors,
    gateway_steps,
)
DOORS = (account, brand, county, health, producers, shop, sign_in)


def init_app(app: Flask) -> None:
    """Wire the web ground and open every door."""
    app.ensure_sync = lambda view: view  # type: ignore[assignment,method-assign]  # none is async
    app.jinja_environment = sentences.SpokenEnvironment  # type: ignore[assignment]  # as Flask's documentation does
    for part in GROUND:
        part.init_app(app)
    CSRFProtect(app)
    register(app)
    limits.init_app(app)
    hops = site.of(app).proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]


def register(app: Flask) -> None:
    """Open every door; the machines' two only where the settings connect a provider."""
    for opened in DOORS:
        app.register_blueprint(opened.door)
    hooks.register(app)
    pretend.register(app)
    season.register(app)
