"""The shop's forms: putting into the cart, changing a quantity, checking out."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from storefront.catalogue.provinces import PROVINCES
from storefront.money import Fen
from storefront.orders.checkout import Checkout
from storefront.orders.shelf import Pack
from storefront.web.fields import KeyField
from storefront.web.i18n import language, translated

MOST = 999
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


class AddForm(FlaskForm):
    """Put packs of an offer into the cart."""

    sku = HiddenField(validators=[InputRequired(), Length(max=40)])
    quantity = CountField(
        _l("How many"),
        [NumberRange(1, MOST, message=_l("Choose at least %(min)s and at most %(max)s."))],
        default=1,
    )

    @classmethod
    def for_pack(cls, pack: Pack | None) -> Self:
        """Return the form for one pack, bounded by what is left of it."""
        form = cls(sku=pack.offer.sku if pack else "")
        if pack is not None:
            form.sku.data = pack.offer.sku
            form.quantity.render_kw = {"min": 1, "max": pack.most}
        return form


class QuantityForm(FlaskForm):
    """Change how many packs of a line are wanted; none takes it out."""

    quantity = CountField(
        _l("How many"),
        [NumberRange(0, MOST, message=_l("Choose at least %(min)s and at most %(max)s."))],
    )


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

    def checkout(self, cart_token: str, seen_total: Fen) -> Checkout:
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
            seen_total=seen_total,
        )
