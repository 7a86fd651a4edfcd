"""Buying, alike at every door: whose door it goes to, what it costs there, placing the order."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from storefront import clock, db
from storefront.catalogue.provinces import PROVINCES
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.orders import cart as carts
from storefront.orders import checkout
from storefront.orders.cart import CartView
from storefront.orders.checkout import Checkout, Placed, Totals
from storefront.payments.sessions import Attempt
from storefront.web import gateway_steps
from storefront.web.fields import KeyField
from storefront.web.guards import current_actor
from storefront.web.i18n import language, translated
from storefront.web.refusals import on_form

PHONE = re.compile(r"^1[3-9]\d{9}$")
NOT_A_COUNT = _l("Write how many as a number, such as 2.")
NOT_A_PHONE = _l("Write a mobile number of 11 digits, such as 138 0000 0000.")


def plain(typed: str | None) -> str:
    """Return ``typed`` with full-width signs made plain and no blanks around it."""
    return unicodedata.normalize("NFKC", typed or "").strip()


def phone_digits(typed: str | None) -> str:
    """Return a phone number as digits: full-width, blanks, hyphens and +86 are read kindly."""
    digits = re.sub(r"[\s\-()]", "", plain(typed))
    return re.sub(r"^(\+|00)86", "", digits)


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


class CheckoutForm(FlaskForm):
    """Whose door, and what the buyer agreed to pay.

    ``seen_total`` is the total (in fen) the page showed, blank while no province
    was chosen; ``agreed`` names the new prices it showed beside the old ones.
    """

    key = KeyField()
    seen_total = HiddenField()
    agreed = HiddenField()
    recipient = StringField(
        _l("Name"),
        [DataRequired(_l("Write who the parcel is for.")), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "name", "enterkeyhint": "next"},
    )
    phone = StringField(
        _l("Mobile phone"),
        [DataRequired(NOT_A_PHONE), Regexp(PHONE, message=NOT_A_PHONE)],
        filters=[phone_digits],
        render_kw={"inputmode": "tel", "autocomplete": "tel", "enterkeyhint": "next"},
    )
    province = SelectField(
        _l("Province"),
        [DataRequired(_l("Choose the province."))],
        render_kw={"autocomplete": "address-level1"},
    )
    city = StringField(
        _l("City"),
        [DataRequired(_l("Write the city.")), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "address-level2", "enterkeyhint": "next"},
    )
    district = StringField(
        _l("District or county"),
        [DataRequired(_l("Write the district or county.")), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "address-level3", "enterkeyhint": "next"},
    )
    address = StringField(
        _l("Street, building, door"),
        [DataRequired(_l("Write the street, building and door.")), Length(max=120)],
        filters=[plain],
        render_kw={"autocomplete": "street-address", "enterkeyhint": "next"},
    )
    email = EmailField(
        _l("E-mail"),
        [
            Optional(),
            Length(max=200),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Write an address such as a@b.cn.")),
        ],
        filters=[plain],
        render_kw={"autocomplete": "email", "inputmode": "email", "enterkeyhint": "done"},
    )

    @classmethod
    def blank(cls, province: str | None = None) -> Self:
        """Return the form with the provinces to choose from."""
        form = cls(province=province)
        names = [SelectChoice(each.code, translated(each, "name")) for each in PROVINCES]
        form.province.choices = [SelectChoice("", _("Choose…")), *names]
        return form

    def total_seen(self) -> Fen | None:
        """Return the total the page showed, if it could show one."""
        text = self.seen_total.data or ""
        return Fen(int(text)) if re.fullmatch(r"\d{1,12}", text) else None

    def checkout(self, cart_token: str, channel: str) -> Checkout:
        """Return what was typed as the orders room wants it."""
        return Checkout(
            cart_token=cart_token,
            key=self.key.data,
            locale=language(),
            buyer_name=self.recipient.data,
            buyer_phone=self.phone.data,
            buyer_email=self.email.data or None,
            recipient=self.recipient.data,
            phone=self.phone.data,
            province=self.province.data,
            city=self.city.data,
            district=self.district.data,
            address=self.address.data,
            seen_total=self.total_seen() or ZERO,
            channel=channel,
        )


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
            return Bought(placed, gateway_steps.begin_payment(placed.order_id) if pays else None)
    except Refusal as refusal:
        on_form(form, refusal)
        return None


def totals(form: CheckoutForm, cart: CartView) -> Totals:
    """Return what the cart costs where the form sends it; the form carries it back as seen."""
    found = _totals(form, cart)
    form.seen_total.data = "" if found.total is None else str(int(found.total))
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
