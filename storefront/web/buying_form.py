"""The form of whoever buys: whose door, a gift perhaps, an invoice perhaps, what was seen."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, Self

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
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp, StopValidation

from storefront.catalogue.address_line import LONGEST, AddressLine, read_line
from storefront.catalogue.divisions import cities_of, meant
from storefront.catalogue.provinces import BY_CODE, PROVINCES
from storefront.money import ZERO, Fen
from storefront.orders.checkout import Checkout
from storefront.orders.requests import Invoice
from storefront.orders.tax_number import is_tax_number
from storefront.web.fields import KeyField
from storefront.web.i18n import language, translated

PHONE = re.compile(r"^1[3-9][0-9]{9}$")
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
NOT_A_PHONE = _l("Write a mobile number of 11 digits, such as 138 0000 0000.")
NOT_AN_EMAIL = _l("Write an address such as a@b.cn.")
NO_CITY = _l("Choose the city.")
NO_COUNTY = _l("Choose the district or county.")
NOT_A_TAX_NUMBER = _l(
    "This number does not fit: it has the 18 signs of the credit code, or 15 digits. Compare it."
)
MOST_OF_A_MESSAGE = 120
PLACES = ("province", "city", "district")
Check = Callable[[FlaskForm, Field], None]


def plain(typed: str | None) -> str:
    """Return ``typed`` with full-width signs made plain and no blanks around it."""
    return unicodedata.normalize("NFKC", typed or "").strip()


def phone_digits(typed: str | None) -> str:
    """Return a phone number as digits: full-width, blanks, hyphens and +86 are read kindly."""
    digits = re.sub(r"[\s\-()]", "", plain(typed))
    return re.sub(r"^(\+|00)86", "", digits)


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
def _choices(_language: str) -> tuple[list[SelectChoice], list[SelectChoice]]:
    """Return the provinces and the kinds of invoice to choose from, in the language in force."""
    names = [SelectChoice(each.code, translated(each, "name")) for each in PROVINCES]
    kinds = {"": _("None"), "person": _("For a person"), "company": _("For a company")}
    invoices = [SelectChoice(kind, name) for kind, name in kinds.items()]
    return [SelectChoice("", _("Choose…")), *names], invoices


class CheckoutForm(FlaskForm):
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
    pasted = TextAreaField(
        _l("Paste a whole address"),
        [Length(max=LONGEST)],
        render_kw={"rows": 2, "autocomplete": "off", "maxlength": LONGEST},
    )
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
        [DataRequired(NO_CITY), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "address-level2", "enterkeyhint": "next"},
    )
    district = StringField(
        _l("District or county"),
        [DataRequired(NO_COUNTY), Length(max=40)],
        filters=[plain],
        render_kw={"autocomplete": "address-level3", "enterkeyhint": "next"},
    )
    address = StringField(
        _l("Street, building, door"),
        [DataRequired(_l("Write the street, building and door.")), Length(max=120)],
        filters=[plain],
        render_kw={"autocomplete": "address-line1", "enterkeyhint": "next"},
    )
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
        form.province.choices, form.invoice.choices = _choices(language())
        return form

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities of the province that is chosen; none where they are written out."""
        return tuple(cities_of(self.province.data))

    @property
    def counties(self) -> tuple[str, ...]:
        """The counties of the city that is chosen."""
        return cities_of(self.province.data).get(self.city.data, ())

    def offers(self, field: Field) -> bool:
        """Whether what stands in the field is blank, or a place chosen from a list."""
        if field.data and field.name in PLACES:
            listed = BY_CODE, cities_of(self.province.data), self.counties
            return field.data in listed[PLACES.index(field.name)]
        return not field.data

    def validate_city(self, field: Field) -> None:
        """Take a city of the province, also without its last sign."""
        self._take(field, cities_of(self.province.data), NO_CITY)

    def validate_district(self, field: Field) -> None:
        """Take a county of the city."""
        if not self.city.errors:
            self._take(field, self.counties, NO_COUNTY)

    @staticmethod
    def _take(field: Field, names: Mapping[str, Any] | tuple[str, ...], fault: str) -> None:
        if names and field.data:
            field.data = meant(field.data, names) or field.data
            if field.data not in names:
                raise StopValidation(fault)

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

    def fill_in(self) -> AddressLine:
        """Put what the pasted line says into the fields; what it does not say stays as typed."""
        line = read_line(self.pasted.data or "")
        if line.province:
            self.province.data = line.province
            self.city.data, self.district.data = line.city, line.county
        if self.cities and self.city.data not in self.cities:
            self.city.data = meant(self.city.data or "", self.cities) or ""
        if self.cities and self.district.data not in self.counties:
            self.district.data = meant(self.district.data or "", self.counties) or ""
        said = {"recipient": line.recipient, "phone": line.phone, "address": line.street}
        for name, part in said.items():
            self[name].data = part or self[name].data
        return line

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
