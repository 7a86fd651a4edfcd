"""Buying, alike at every door: what it costs there, placing the order."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField

from storefront import clock, db
from storefront.errors import Refusal
from storefront.orders import cart as carts
from storefront.orders import checkout, kept
from storefront.orders.cart import CartView
from storefront.orders.checkout import Placed, Totals
from storefront.payments.sessions import Attempt
from storefront.web import gateway_steps
from storefront.web.address_form import plain
from storefront.web.buying_form import CheckoutForm
from storefront.web.guards import current_actor
from storefront.web.refusals import on_form

NOT_A_COUNT = _l("Write how many as a number, such as 2.")


class CountField(IntegerField):
    """How many packs."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number, saying in plain words how to write one."""
        self.data = None
        text = plain(valuelist[0]) if valuelist else ""
        if not re.fullmatch(r"-?\d{1,12}", text):
            raise ValueError(NOT_A_COUNT)
        self.data = int(text)

    @property
    def count(self) -> int:
        """What was read; none when it could not be."""
        return int(self.data or 0)


class Bought(NamedTuple):
    """The order placed, and the attempt to pay it that was begun with it, if one could be."""

    placed: Placed
    begun: Attempt | None = None


def place(form: CheckoutForm, cart_token: str, *, channel: str) -> Bought | None:
    """Place the order that a filled form asks for; on a refusal the form says why, and None.

    Whoever buys in the shop goes on to pay: that begins in the same transaction.

    The prices the page showed as new count as agreed to.
    """
    if form.total_seen() is None and carts.priced(cart_token).lines:
        form.form_errors.append(_("The total now includes freight. Look at it, then press again."))
        return None
    now = clock.now()
    try:
        with db.transaction():
            if form.agreed.data and form.agreed.data == _new_prices(carts.priced(cart_token)):
                carts.accept_prices(cart_token, now=now)
            asked = form.checkout(cart_token, channel)
            placed = checkout.place_order(asked, actor=current_actor(), now=now)
            pays = channel == "shop" and not placed.again
            if channel == "shop":
                kept.keep(placed.order_id, "placed", actor=current_actor(), now=now)
            return Bought(placed, gateway_steps.begin_payment(placed.order_id) if pays else None)
    except Refusal as refusal:
        on_form(form, refusal)
        return None


def totals(form: CheckoutForm, cart: CartView) -> Totals:
    """Return what the cart costs where the form sends it; the form carries it back as seen."""
    found = _totals(form, cart)
    form.seen_total.data = "" if found.total is None else str(int(found.total))
    form.seen_day.data = cart.leaves_on.isoformat() if cart.leaves_on else ""
    form.seen_lines.data = cart.contents
    form.agreed.data = _new_prices(cart)
    return found


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
