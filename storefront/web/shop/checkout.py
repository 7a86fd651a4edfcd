"""Checking out: one page, one key, one charge."""

from flask import Response, make_response, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, db
from storefront.errors import Refusal
from storefront.money import ZERO
from storefront.orders import cart as carts
from storefront.orders import checkout
from storefront.orders.availability import promised_day
from storefront.orders.cart import CartView
from storefront.orders.checkout import Placed, Totals
from storefront.web import gateway_steps
from storefront.web.guards import current_actor, public
from storefront.web.htmx import page, see_other, send_to, toast
from storefront.web.refusals import on_form
from storefront.web.security import no_store
from storefront.web.shop import scope
from storefront.web.shop.forms import CheckoutForm
from storefront.web.shop.scope import door


@door.get("/checkout")
@public
@no_store
def checkout_form() -> AnyResponse:
    """Show the page; choosing a province shows its freight in the total."""
    cart = scope.cart()
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
    if not form.validate():
        return make_response(_show(form, scope.cart()), 422)
    if form.total_seen() is None:
        form.form_errors.append(_("The total now includes freight. Look at it, then press again."))
        return make_response(_show(form, scope.cart()), 422)
    try:
        placed = _place(form)
    except Refusal as refusal:
        on_form(form, refusal)
        return make_response(_show(form, scope.cart()), 422)
    session[scope.COUNT] = 0
    return go_to_pay(placed.order_id, placed.token)


def _place(form: CheckoutForm) -> Placed:
    now, token = clock.now(), scope.cart_token() or ""
    cart = scope.cart()
    with db.transaction():
        if cart.changed and form.agreed.data == _new_prices(cart):
            carts.accept_prices(token, now=now)
        asked = form.checkout(token, form.total_seen() or ZERO)
        return checkout.place_order(asked, actor=current_actor(), now=now)


def go_to_pay(order_id: int, token: str) -> AnyResponse:
    """Open the payment page and go there; the order page when it does not answer."""
    try:
        return send_to(gateway_steps.open_payment(order_id))
    except gateway_steps.GatewayUnreachable:
        toast(_("The payment page does not answer. Your order is kept; please try again."), "warn")
    except Refusal:
        pass  # paid or lapsed meanwhile: the order page says which
    return see_other("shop.order", token=token)


def _show(form: CheckoutForm, cart: CartView) -> Response:
    """Return the page; the total it shows is the one it will send back as seen."""
    totals = _totals(form, cart)
    form.seen_total.data = "" if totals.total is None else str(int(totals.total))
    form.agreed.data = _new_prices(cart)
    return page(
        "shop/checkout.html",
        "shop/_totals.html",
        form=form,
        cart=cart,
        totals=totals,
        leaves_on=promised_day(clock.now()),
    )


def _totals(form: CheckoutForm, cart: CartView) -> Totals:
    try:
        return checkout.preview(cart, form.province.data, now=clock.now())
    except Refusal as refusal:
        if not form.province.errors:
            on_form(form, refusal)
        return checkout.preview(cart, None, now=clock.now())


def _new_prices(cart: CartView) -> str:
    """Return the prices that are no longer the ones last seen, as the page names them."""
    return ",".join(f"{line.sku}:{int(line.each)}" for line in cart.lines if line.changed)
