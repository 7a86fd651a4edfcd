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
    operator: str
    business_licence: str
    food_licence: str
    icp_number: str
    service_phone: str
    service_email: str
    service_hours: str
    postal_address: str
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
        operator=getattr(known, f"operator_{spoken}"),
        business_licence=known.business_licence,
        food_licence=known.food_licence,
        icp_number=known.icp_number,
        service_phone=known.service_phone,
        service_email=known.service_email,
        service_hours=getattr(known, f"service_hours_{spoken}"),
        postal_address=getattr(known, f"postal_address_{spoken}"),
        public_url=known.public_url,
        pretend_payments=known.pretend_payments,
    )


def init_app(app: Flask) -> None:
    """Give every template ``site()``."""
    app.jinja_env.globals["site"] = site
