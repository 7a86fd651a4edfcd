"""What the shop says to machines that read the web: which pages are listed, and where they are."""

from typing import Final

from flask import Response, current_app, render_template, request, url_for
from werkzeug.routing import Rule

from storefront.catalogue import listing, queries
from storefront.web import site
from storefront.web.guards import public
from storefront.web.i18n import alternates
from storefront.web.shop.scope import door

# Somebody's own pages, the offices', and answers to what was typed.
UNLISTED: Final = (
    "/account",
    "/brand",
    "/cart",
    "/checkout",
    "/county",
    "/demo",
    "/find-order",
    "/healthz",
    "/hooks",
    "/orders",
    "/pretend-pay",
    "/producers",
    "/readyz",
    "/search",
    "/sign-",
    "/t/",
)
# Who has no basket is sent on to the basket's page, and machines have none: nothing to forbid.
NOT_FORBIDDEN: Final = frozenset({"/checkout"})
OWN_PAGES: Final = ("category",)  # what after the question mark makes another page of it
FOR_MACHINES: Final = frozenset({"shop.robots", "shop.sitemap"})


def is_listed(path: str) -> bool:
    """Whether a search engine may show the page at ``path``."""
    return not path.startswith(UNLISTED)


def own_addresses() -> dict[str, str]:
    """Return language → this page's own address; nothing for a page that is not listed.

    Filters and sorts of a shelf are not pages of their own: they name the shelf's address.
    """
    if request.url_rule is None or request.routing_exception or not is_listed(request.path):
        return {}
    return alternates([(name, request.args[name]) for name in OWN_PAGES if name in request.args])


@door.get("/robots.txt")
@public
def robots() -> Response:
    """Say where machines need not look."""
    forbidden = [path for path in UNLISTED if path not in NOT_FORBIDDEN]
    text = render_template("shop/robots.txt", unlisted=forbidden, base=_base())
    return Response(f"{text}\n", content_type="text/plain; charset=utf-8")


@door.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """List every page that is to be found, in both languages."""
    shelves = [url_for("shop.products", category=shelf.slug) for shelf in listing.categories()]
    shown = [url_for("shop.product", slug=slug) for slug in queries.slugs()]
    text = render_template(
        "shop/sitemap.xml", base=_base(), paths=[*_plain_pages(), *shelves, *shown]
    )
    return Response(text, content_type="application/xml; charset=utf-8")


def _base() -> str:
    return site.settings().public_url.rstrip("/")


def _plain_pages() -> list[str]:
    """Return the addresses of the shop's pages that are listed and need nothing to be named."""
    rules = current_app.url_map.iter_rules()
    return sorted(rule.rule for rule in rules if _is_plain_page(rule))


def _is_plain_page(rule: Rule) -> bool:
    own = rule.endpoint.startswith(f"{door.name}.") and rule.endpoint not in FOR_MACHINES
    return own and not rule.arguments and "GET" in (rule.methods or ()) and is_listed(rule.rule)


door.add_app_template_global(own_addresses)
