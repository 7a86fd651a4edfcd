"""This installation: its settings, and its names in the reader's language."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from flask_babel import get_locale

from storefront.config import Settings


def of(app: Flask) -> Settings:
    """Return the settings ``app`` was made with."""
    return cast("Settings", app.config["SETTINGS"])


def settings() -> Settings:
    """Return the settings of the running app."""
    return of(current_app)


@dataclass(frozen=True, slots=True)
class Site:
    """What templates may say of the installation, in the reader's language."""

    brand: str
    county: str
    licence: str
    service_phone: str
    public_url: str
    pretend_payments: bool


def site() -> Site:
    """Return the installation's names in the language of the request."""
    known = settings()
    chinese = str(get_locale()) != "en"
    return Site(
        brand=known.brand_name_zh if chinese else known.brand_name_en,
        county=known.county_name_zh if chinese else known.county_name_en,
        licence=known.licence_zh if chinese else known.licence_en,
        service_phone=known.service_phone,
        public_url=known.public_url,
        pretend_payments=known.pretend_payments,
    )


def init_app(app: Flask) -> None:
    """Give every template ``site()``."""
    app.jinja_env.globals["site"] = site
