"""Checking out: one page, one key, one charge."""

from collections.abc import Sequence

from flask import Response, make_response, request, session
from flask_babel import LazyString
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront import county
from storefront.accounts import addresses
from storefront.accounts.addresses import AddressDraft, AddressRow
from storefront.actors import SHOPPER
from storefront.errors import Refusal
from storefront.orders.cart import CartView
from storefront.payments.sessions import Attempt
from storefront.web import buying, gateway_steps, shopping
from storefront.web.address_form import plain
from storefront.web.buying_form import CheckoutForm
from storefront.web.guards import current_actor, public
from storefront.web.htmx import page, see_other, send_to, toast
from storefront.web.security import no_store
from storefront.web.shop import scope
from storefront.web.shop.scope import door

LONGEST = 40  # name of a city


@door.get("/checkout")
@public
@no_store
def checkout_form() -> AnyResponse:
    """Show the page; choosing a province shows its freight in the total, and its cities."""
    cart = scope.cart()
    if not cart.lines:
        return see_other("shop.cart")
    province = scope.province(request.args.get("province"))
    city = plain(request.args.get("city"))[:LONGEST]
    form = CheckoutForm.blank(province.code if province else None, city)
    kept = _own_addresses()
    _propose(form, kept)
    return _show(form, cart, "shop/_places.html", kept=kept)


def _own_addresses() -> tuple[AddressRow, ...]:
    """Return the addresses of the visitor's account; a guest has none, and is asked for none."""
    actor = current_actor()
    return addresses.of_shopper(actor.user_id or 0) if actor.may(SHOPPER) else ()


def _propose(form: CheckoutForm, kept: Sequence[AddressRow]) -> None:
    """Fill in the address that was chosen; the first, where nothing was."""
    wanted = request.args.get("to")
    untouched = wanted is None and "province" not in request.args
    chosen = [row for row in kept if untouched or row.code == wanted]
    for name in AddressDraft.__slots__ if chosen else ():
        form[name].data = getattr(chosen[0], name)


@door.post("/checkout/address")
@public
@no_store
def fill_address() -> AnyResponse:
    """Put a pasted address into the fields; without script also: show the next names to choose.

    Nothing is written, so the answer is the page itself (docs/adr/0025).
    """
    cart = scope.cart()
    if not cart.lines:
        return see_other("shop.cart")
    form = CheckoutForm.blank()
    read = form.fill_in()
    return _show(form, cart, "shop/_door.html", read=read if form.pasted.data else None)


@door.post("/checkout")
@public
@no_store
def place() -> AnyResponse:
    """Place the order and go to pay; sent twice it is one order."""
    form = CheckoutForm.blank()
    token = scope.cart_token() or ""
    bought = buying.place(form, token, channel="shop") if form.validate() else None
    if bought is None:
        cart = scope.cart()
        return make_response(_show(form, cart), 422) if cart.lines else _nothing_to_order()
    session[shopping.COUNT] = 0
    session[scope.LAST] = bought.placed.token
    return go_to_pay(bought.placed.order_id, bought.placed.token, bought.begun)


def _nothing_to_order() -> AnyResponse:
    """Say that nothing was ordered: the basket was emptied by an order, or in another window."""
    toast(_("The basket is empty, so nothing was ordered this time."), "warn")
    return see_other("shop.cart")


def go_to_pay(order_id: int, token: str, begun: Attempt | None = None) -> AnyResponse:
    """Open the payment page and go there; the order page when it does not answer."""
    try:
        return send_to(gateway_steps.open_payment(order_id, begun))
    except gateway_steps.GatewayUnreachable:
        toast(_("The payment page does not answer. Your order is kept; please try again."), "warn")
    except Refusal:
        pass  # paid or lapsed meanwhile: the order page says which
    return see_other("shop.order", token=token)


def _show(
    form: CheckoutForm, cart: CartView, fragment: str = "shop/_totals.html", **facts: object
) -> Response:
    """Return the page; the total and the day it shows are what it will send back as seen."""
    return page(
        "shop/checkout.html",
        fragment,
        form=form,
        cart=cart,
        totals=buying.totals(form, cart),
        address_days=county.rules().address_kept.days,
        **facts,
    )


def blanks(form: CheckoutForm) -> list[LazyString]:
    """Return what is still to be written of an address, by its labels."""
    names = ("recipient", "phone", "province", "city", "district", "address")
    return [form[name].label.text for name in names if not form[name].data]


door.add_app_template_filter(blanks)
