"""Ordering the same again, and the receipt."""

from flask import Response, make_response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, db
from storefront.orders import again, queries
from storefront.orders.again import Again, Same
from storefront.payments.queries import payments_of
from storefront.reports.splits import where_it_went
from storefront.web.guards import public
from storefront.web.htmx import see_other, toast
from storefront.web.i18n import translated
from storefront.web.security import no_store
from storefront.web.shop import scope
from storefront.web.shop.said import takers_of_split
from storefront.web.shop.scope import door


@door.post("/orders/<token>/again")
@public
@no_store
def order_again(token: str) -> AnyResponse:
    """Fill the visitor's cart with the same offers at today's price."""
    order_id = queries.order_id(token)
    with db.transaction():
        filled = again.order_again(order_id, scope.cart_token(), now=clock.now())
    _tell(filled)
    if filled.token is None or not (filled.put or filled.fewer):
        return see_other("shop.products")
    scope.keep_cart(filled.token)
    return see_other("shop.cart")


def _tell(filled: Again) -> None:
    """Say what is in the basket, and what cannot be had any more, or not as many."""
    if filled.put or filled.fewer:
        toast(_("The same is in your basket, at today's prices."))
    if filled.gone:
        toast(_("Not to be had now: %(names)s.", names=_names(filled.gone)), "warn")
    if filled.fewer:
        toast(_("Fewer than you had then: %(names)s.", names=_names(filled.fewer)), "warn")


def _names(rows: list[Same]) -> str:
    return str(_(", ")).join(str(translated(row, "name")) for row in rows)


@door.get("/orders/<token>/receipt")
@public
@no_store
def receipt(token: str) -> AnyResponse:
    """Show what was bought and paid, to print; before anything was paid, the order itself."""
    found = queries.order_page(token)
    payments = payments_of(found.id)
    if not payments:
        return see_other("shop.order", token=token)
    split = where_it_went(found.id)
    page: Response = make_response(
        render_template(
            "shop/receipt.html",
            order=found,
            payments=payments,
            split=split,
            takers=takers_of_split(split) if split else [],
            printed=clock.china_day(clock.now()),
        )
    )
    return page
