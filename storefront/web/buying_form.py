"""The form of whoever buys: whose door, a gift perhaps, an invoice perhaps, what was seen."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp, StopValidation

from storefront.money import ZERO, Fen
from storefront.orders.checkout import Checkout
from storefront.orders.requests import Invoice
from storefront.orders.tax_number import is_tax_number
from storefront.web.address_form import (
    NOT_A_PHONE,
    PHONE,
    AddressFields,
    phone_digits,
    plain,
)
from storefront.web.fields import KeyField
from storefront.web.i18n import language

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
NOT_AN_EMAIL = _l("Write an address such as a@b.cn.")
NOT_A_TAX_NUMBER = _l(
    "This number does not fit: it has the 18 signs of the credit code, or 15 digits. Compare it."
)
MOST_OF_A_MESSAGE = 120
Check = Callable[[FlaskForm, Field], None]


def number_signs(typed: str | None) -> str:
    """Return a tax number in capitals and without blanks."""
    return re.sub(r"[\s-]", "", plain(typed)).upper()


def written(typed: str | None) -> str:
    """Return what is to be printed as it was written, without blanks around it."""
    return (typed or "").strip()


def only_with(other: str, *wanted: str) -> Check:
    """Check a field only where ``other`` is ticked, or chosen as one of ``wanted``."""

    def check(form: FlaskForm, field: Field) -> None:
        chosen = form[other].data
        if not chosen or (wanted and chosen not in wanted):
            field.errors = []
            raise StopValidation

    return check


@cache
def _invoices(_language: str) -> list[SelectChoice]:
    """Return the kinds of invoice to choose from, in the language in force."""
    kinds = {"": _("None"), "person": _("For a person"), "company": _("For a company")}
    return [SelectChoice(kind, name) for kind, name in kinds.items()]


class CheckoutForm(AddressFields):
    """Whose door, and what the buyer agreed to pay.

    ``seen_total`` is the total (in fen) the page showed, blank while no province
    was chosen; ``seen_day`` the day it promised, ``seen_lines`` what was in the basket;
    ``agreed`` names the new prices it showed beside the old ones.
    """

    key = KeyField()
    seen_total = HiddenField()
    seen_day = HiddenField()
    seen_lines = HiddenField()
    agreed = HiddenField()
    email = EmailField(
        _l("E-mail"),
        [Optional(), Length(max=200), Regexp(EMAIL, message=NOT_AN_EMAIL)],
        filters=[plain],
        render_kw={"autocomplete": "email", "inputmode": "email", "enterkeyhint": "done"},
    )
    gift = BooleanField(_l("It is a gift"))
    giver = StringField(
        _l("Your own name"),
        [only_with("gift"), DataRequired(_l("Write who gives it.")), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "off", "enterkeyhint": "next"},
    )
    giver_phone = StringField(
        _l("Your own mobile phone"),
        [only_with("gift"), DataRequired(NOT_A_PHONE), Regexp(PHONE, message=NOT_A_PHONE)],
        filters=[phone_digits],
        render_kw={"inputmode": "tel", "autocomplete": "off", "enterkeyhint": "next"},
    )
    message = TextAreaField(
        _l("A few words on the card"),
        [only_with("gift"), Length(max=MOST_OF_A_MESSAGE)],
        filters=[written],
        render_kw={"rows": 2, "maxlength": MOST_OF_A_MESSAGE, "autocomplete": "off"},
    )
    invoice = RadioField(_l("Invoice"), [Optional()], default="")
    invoice_title = StringField(
        _l("Made out to"),
        [only_with("invoice"), Length(max=100)],
        filters=[plain],
        render_kw={"autocomplete": "organization"},
    )
    tax_number = StringField(
        _l("Taxpayer number"),
        [only_with("invoice", "company")],
        filters=[number_signs],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    invoice_email = EmailField(
        _l("Where the invoice goes"),
        [only_with("invoice"), Length(max=200)],
        filters=[plain],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )

    @classmethod
    def blank(cls, province: str | None = None, city: str = "") -> Self:
        """Return the form with the provinces to choose from."""
        form = cls(province=province, city=city)
        form.offer_provinces()
        form.invoice.choices = _invoices(language())
        return form

    def validate_invoice_title(self, field: Field) -> None:
        """A company is named."""
        if self.invoice.data == "company" and not field.data:
            raise StopValidation(_("Write the company's name as on its licence."))

    def validate_tax_number(self, field: Field) -> None:
        """A company has a number that fits."""
        if not is_tax_number(field.data or ""):
            raise StopValidation(NOT_A_TAX_NUMBER)

    def validate_invoice_email(self, field: Field) -> None:
        """The invoice goes somewhere: there, or where the letters go."""
        if not re.fullmatch(EMAIL, field.data or self.email.data or ""):
            raise StopValidation(NOT_AN_EMAIL)

    def total_seen(self) -> Fen | None:
        """Return the total the page showed, if it could show one."""
        text = self.seen_total.data or ""
        return Fen(int(text)) if re.fullmatch(r"[0-9]{1,12}", text) else None

    def day_seen(self) -> date | None:
        """Return the day the page promised, if it promised one."""
        try:
            return date.fromisoformat(self.seen_day.data or "")
        except ValueError:
            return None

    def checkout(self, cart_token: str, channel: str) -> Checkout:
        """Return what was typed as the orders room wants it."""
        gift = bool(self.gift.data)
        return Checkout(
            cart_token=cart_token,
            key=self.key.data,
            locale=language(),
            buyer_name=self.giver.data if gift else self.recipient.data,
            buyer_phone=self.giver_phone.data if gift else self.phone.data,
            buyer_email=self.email.data or None,
            recipient=self.recipient.data,
            phone=self.phone.data,
            province=self.province.data,
            city=self.city.data,
            district=self.district.data,
            address=self.address.data,
            seen_total=self.total_seen() or ZERO,
            seen_day=self.day_seen(),
            seen_lines=self.seen_lines.data or None,
            gift=self.message.data if gift else None,
            invoice=self._invoice(),
            consents=channel == "shop",
            channel=channel,
        )

    def _invoice(self) -> Invoice | None:
        kind = self.invoice.data
        if not kind:
            return None
        named = self.giver.data if self.gift.data else self.recipient.data
        return Invoice(
            kind=kind,
            title=self.invoice_title.data or named,
            tax_number=self.tax_number.data if kind == "company" else None,
            email=self.invoice_email.data or self.email.data,
        )
