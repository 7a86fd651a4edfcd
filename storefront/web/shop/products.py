"""A product's own page."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, make_response, render_template

from storefront import clock, county
from storefront.catalogue import freight, queries
from storefront.catalogue.listing import Wish
from storefront.catalogue.provinces import Province
from storefront.errors import NotFound, Refusal
from storefront.money import Fen
from storefront.orders import shelf
from storefront.orders.shelf import Pack
from storefront.web.alike import page_alike
from storefront.web.guards import public
from storefront.web.htmx import page, request
from storefront.web.refusals import sentence
from storefront.web.shop import scope
from storefront.web.shop.forms import AddForm
from storefront.web.shop.scope import door

INSTEAD = 4  # cards


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one box costs to send: a charge, or a sentence that says why it cannot be sent."""

    province: Province
    charge: Fen | None = None
    refused: str | None = None


@door.get("/products/<slug>")
@public
def product(slug: str) -> Response:
    """Show one product: what, how much, when, freight, who grew it, where the money goes."""
    try:
        return show(slug)
    except NotFound:
        return _gone(slug)


def _gone(slug: str) -> Response:
    """Answer an old link to what is no longer on show: what it was, and what there is instead."""
    if request.wants_fragment:
        raise NotFound
    row = queries.gone(slug)
    wish = Wish(category=row.category_slug, limit=INSTEAD)
    shown = shelf.shelf(wish, now=clock.now())
    page = render_template(
        "shop/gone.html",
        gone=row,
        cards=shown.cards,
        begins=county.rules().season_first_month,
    )
    return make_response(page, 410)


def show(slug: str, typed: AddForm | None = None) -> Response:
    """Return a product's page, with the form as it was ``typed`` if it could not be taken.

    Whatever is not ``typed`` is drawn once of its facts: give the template facts.
    """
    now = clock.now()
    shown = shelf.display(slug, now=now)
    pack = shown.chosen(typed.sku.data if typed else request.args.get("offer"))
    return (page if typed else page_alike)(
        "shop/product.html",
        "shop/_product.html",
        shown=shown,
        pack=pack,
        grown=shelf.grown_by(pack, now=now) if pack else None,
        delivery=_delivery(pack, scope.province(request.args.get("province"))),
        typed=typed,
        after_sale_hours=county.rules().after_sale // timedelta(hours=1),
    )


def _delivery(pack: Pack | None, province: Province | None) -> Delivery | None:
    if pack is None or province is None:
        return None
    today = clock.china_day(clock.now())
    try:
        quoted = freight.quote_on(today, province.code, pack.offer.gross, pack.offer.price)
    except Refusal as refusal:
        return Delivery(province, refused=sentence(refusal))
    return Delivery(province, charge=quoted.charge)
