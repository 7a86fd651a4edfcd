"""Checking out: one page, one key, one charge."""

from flask import Response, make_response, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock
from storefront.errors import Refusal
from storefront.orders.cart import CartView
from storefront.orders.dispatch_days import promised_day
from storefront.payments.sessions import Attempt
from storefront.web import buying, gateway_steps
from storefront.web.buying import CheckoutForm
from storefront.web.guards import public
from storefront.web.htmx import page, see_other, send_to, toast
from storefront.web.security import no_store
from storefront.web.shop import scope
from storefront.web.shop.scope import door


@door.get("/checkout")
@public
@no_store
def checkout_form() -> AnyResponse:
    """Show the page; choosing a province shows its freight in the total."""
    cart = scope.priced_cart()
    if not cart.lines:
        return see_other("shop.cart")
    province = scope.province(request.args.get("province"))
    return _show(CheckoutForm.blank(province.code if province else None), cart)


@door.post("/checkout")
@public
@no_store
def place() -> AnyResponse:
    """Place the order and go to pay; sent twice it is one order."""
    form = CheckoutForm.blank()
    token = scope.cart_token() or ""
    bought = buying.place(form, token, channel="shop") if form.validate() else None
    if bought is None:
        return make_response(_show(form, scope.priced_cart()), 422)
    session[scope.COUNT] = 0
    return go_to_pay(bought.placed.order_id, bought.placed.token, bought.begun)


def go_to_pay(order_id: int, token: str, begun: Attempt | None = None) -> AnyResponse:
    """Open the payment page and go there; the order page when it does not answer."""
    try:
        return send_to(gateway_steps.open_payment(order_id, begun))
    except gateway_steps.GatewayUnreachable:
        toast(_("The payment page does not answer. Your order is kept; please try again."), "warn")
    except Refusal:
        pass  # paid or lapsed meanwhile: the order page says which
    return see_other("shop.order", token=token)


def _show(form: CheckoutForm, cart: CartView) -> Response:
    """Return the page; the total it shows is the one it will send back as seen."""
    return page(
        "shop/checkout.html",
        "shop/_totals.html",
        form=form,
        cart=cart,
        totals=buying.totals(form, cart),
        leaves_on=promised_day(clock.now()),
    )
