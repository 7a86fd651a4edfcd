"""What a page says to machines about what it shows, in schema.org's words (docs/adr/0026).

It stands in a data block, which a browser never runs. It says nothing that the page does not.
"""

import json
from typing import Any, Final, cast

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from storefront.catalogue.queries import ProductPage
from storefront.money import Fen
from storefront.orders.shelf import Pack
from storefront.web.assets import asset
from storefront.web.i18n import COOKIE, language, translated
from storefront.web.names import site
from storefront.web.shop.scope import door

Facts = dict[str, Any]
CONTEXT: Final = "https://schema.org"
ESCAPED: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
ONE_KG: Final = "KGM"  # UN/CEFACT


def as_data(facts: Facts) -> Markup:
    """Write ``facts`` so that nothing in them can end the block they stand in."""
    text = json.dumps({"@context": CONTEXT, **facts}, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(ESCAPED))  # noqa: S704  what could be markup is escaped


def product_data(product: ProductPage, packs: tuple[Pack, ...]) -> Markup:
    """Return a product, its packs at their prices, and where it stands in the shop."""
    here = _address("shop.product", slug=product.slug)
    said = {
        "@type": "Product",
        "@id": f"{here}#product",
        "name": translated(product, "name"),
        "description": translated(product, "tagline"),
        "category": translated(product, "category"),
        "image": [_base() + asset(f"img/{product.picture}.svg")],
        "brand": {"@type": "Brand", "name": site().brand},
        "countryOfOrigin": {"@type": "Country", "name": "CN"},
        "offers": [_offer(pack, here) for pack in packs],
    }
    way = [
        (site().brand, _address("shop.home")),
        (
            translated(product, "category"),
            _address("shop.products", category=product.category_slug),
        ),
        (translated(product, "name"), here),
    ]
    return as_data({"@graph": [said, _way(way)]})


def shop_data() -> Markup:
    """Return who sells here, and how the shop is searched."""
    home, settings = _address("shop.home"), site()
    seller: Facts = {
        "@type": "Organization",
        "@id": f"{home}#seller",
        "name": settings.operator or settings.brand,
        "url": home,
        "logo": _base() + asset("img/symbol.svg"),
    }
    if settings.service_phone:
        seller["contactPoint"] = {
            "@type": "ContactPoint",
            "contactType": "customer service",
            "telephone": settings.service_phone,
        }
    search = {
        "@type": "SearchAction",
        "target": f"{_base()}{url_for('shop.search')}?q={{words}}",
        "query-input": "required name=words",
    }
    pages = {"@type": "WebSite", "url": home, "name": settings.brand, "potentialAction": search}
    return as_data({"@graph": [seller, pages]})


def _offer(pack: Pack, here: str) -> Facts:
    offer = pack.offer
    gone = "OutOfStock" if pack.off else "SoldOut" if pack.sold_out else ""
    standing = gone or ("PreOrder" if pack.presale else "InStock")
    return {
        "@type": "Offer",
        "sku": offer.sku,
        "name": translated(offer, "label"),
        "url": f"{here}{'&' if '?' in here else '?'}offer={offer.sku}",
        "price": _yuan(offer.price),
        "priceCurrency": "CNY",
        "availability": f"{CONTEXT}/{standing}",
        "itemCondition": f"{CONTEXT}/NewCondition",
        "eligibleQuantity": {
            "@type": "QuantitativeValue",
            "value": _kilograms(int(offer.net)),
            "unitCode": ONE_KG,
        },
    }


def _way(steps: list[tuple[str, str]]) -> Facts:
    return {
        "@type": "BreadcrumbList",
        "name": _("Where you are"),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": address}
            for place, (name, address) in enumerate(steps, start=1)
        ],
    }


def _yuan(price: Fen) -> str:
    yuan, fen = divmod(int(price), 100)
    return f"{yuan}.{fen:02d}"


def _kilograms(grams: int) -> str:
    whole, rest = divmod(grams, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def _base() -> str:
    return site().public_url.rstrip("/")


def _address(endpoint: str, **values: str) -> str:
    if language() == "en":
        values[COOKIE] = "en"
    return _base() + url_for(endpoint, **cast("dict[str, Any]", values))


door.add_app_template_global(product_data)
door.add_app_template_global(shop_data)
