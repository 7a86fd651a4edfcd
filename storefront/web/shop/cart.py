"""The cart: put in, change, take out, agree to a new price."""

from dataclasses import dataclass

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, db
from storefront.catalogue.provinces import Province
from storefront.errors import Refusal
from storefront.orders import cart as carts
from storefront.orders import checkout
from storefront.orders.cart import CartView
from storefront.orders.checkout import Totals
from storefront.web.guards import public
from storefront.web.htmx import page, see_other
from storefront.web.refusals import on_form, sentence
from storefront.web.security import no_store
from storefront.web.shop import products, scope
from storefront.web.shop.forms import AddForm, QuantityForm
from storefront.web.shop.scope import door


@door.post("/products/<slug>")
@public
def add(slug: str) -> AnyResponse:
    """Put packs into the cart; what cannot be is said on the product's page."""
    form = AddForm()
    if not form.validate():
        return make_response(products.show(slug, form), 422)
    try:
        with db.transaction():
            token = carts.add(
                scope.cart_token(),
                form.sku.data,
                form.quantity.count,
                now=clock.now(),
                of_product=slug,
            )
    except Refusal as refusal:
        on_form(form, refusal)
        return make_response(products.show(slug, form), 422)
    scope.keep_cart(token)
    return see_other("shop.cart")


@door.get("/cart")
@public
@no_store
def cart() -> Response:
    """Show the cart at today's prices, with its freight to the province chosen."""
    return _show({})


@door.post("/cart/lines/<sku>")
@public
@no_store
def set_quantity(sku: str) -> AnyResponse:
    """Change how many packs of a line are wanted."""
    form = QuantityForm()
    token = scope.cart_token()
    if not form.validate() or token is None:
        return make_response(_show({sku: form}), 422)
    try:
        with db.transaction():
            carts.set_quantity(token, sku, form.quantity.count, now=clock.now())
    except Refusal as refusal:
        on_form(form, refusal)
        return make_response(_show({sku: form}), 422)
    return see_other("shop.cart")


@door.post("/cart/prices")
@public
def accept_prices() -> AnyResponse:
    """Note that the shopper agrees to today's prices."""
    token = scope.cart_token()
    if token is not None:
        with db.transaction():
            carts.accept_prices(token, now=clock.now())
    return see_other("shop.cart")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the cart would go: its totals there, or a sentence that says why it cannot."""

    province: Province | None = None
    totals: Totals | None = None
    refused: str | None = None


def _show(typed: dict[str, QuantityForm]) -> Response:
    """Return the cart, with the forms that could not be read as they were sent."""
    cart = scope.cart()
    of_lines = {line.sku: typed[line.sku].of(line) for line in cart.lines if line.sku in typed}
    freight = _freight(cart, scope.province(request.args.get("province")))
    facts = {"cart": cart, "typed": of_lines, "freight": freight, "last": scope.last_order()}
    return page("shop/cart.html", "shop/_cart.html", **facts)


def _freight(cart: CartView, province: Province | None) -> Delivery:
    """Return what sending the whole cart costs, if it is known where to."""
    if province is None:
        return Delivery()
    try:
        totals = checkout.preview(cart, province.code, now=clock.now())
    except Refusal as refusal:
        return Delivery(province, refused=sentence(refusal))
    return Delivery(province, totals)
