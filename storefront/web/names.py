"""The installation's names in the reader's language, as templates and letters say them."""

from dataclasses import dataclass
from functools import cache

from flask import Flask

from storefront.config import Settings
from storefront.web.i18n import language
from storefront.web.site import settings


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
    """Return the installation's names in the language in force."""
    return _site(settings(), language())


@cache
def _site(known: Settings, spoken: str) -> Site:
    return Site(
        brand=getattr(known, f"brand_name_{spoken}"),
        county=getattr(known, f"county_name_{spoken}"),
        licence=getattr(known, f"licence_{spoken}"),
        service_phone=known.service_phone,
        public_url=known.public_url,
        pretend_payments=known.pretend_payments,
    )


def init_app(app: Flask) -> None:
    """Give every template ``site()``."""
    app.jinja_env.globals["site"] = site
