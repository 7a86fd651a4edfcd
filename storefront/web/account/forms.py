"""The forms of shoppers' accounts."""

from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from storefront.accounts.addresses import AddressDraft, AddressRow
from storefront.accounts.passwords import LONGEST
from storefront.catalogue.provinces import PROVINCES
from storefront.web.buying_form import (
    EMAIL,
    NO_CITY,
    NO_COUNTY,
    NOT_A_PHONE,
    NOT_AN_EMAIL,
    PHONE,
    phone_digits,
    plain,
)
from storefront.web.i18n import translated


class SignUpForm(FlaskForm):
    """A phone number to sign in with, and a password."""

    phone = StringField(
        _l("Mobile phone"),
        [DataRequired(NOT_A_PHONE), Regexp(PHONE, message=NOT_A_PHONE)],
        filters=[phone_digits],
        render_kw={"inputmode": "tel", "autocomplete": "username", "enterkeyhint": "next"},
    )
    password = PasswordField(
        _l("Choose a PIN or password"),
        [InputRequired(_l("Choose what you will sign in with.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password", "enterkeyhint": "go"},
    )
    next = HiddenField()


class InvitationForm(FlaskForm):
    """Where to write to."""

    email = EmailField(
        _l("E-mail"),
        [
            DataRequired(NOT_AN_EMAIL),
            Length(max=200),
            Regexp(EMAIL, message=NOT_AN_EMAIL),
        ],
        filters=[plain],
        render_kw={"autocomplete": "email", "inputmode": "email", "enterkeyhint": "send"},
    )


class ChosenForm(FlaskForm):
    """A password for whoever came by a letter."""

    new = PasswordField(
        _l("Choose a PIN or password"),
        [InputRequired(_l("Choose what you will sign in with.")), Length(max=LONGEST)],
        name="new_password",
        render_kw={"autocomplete": "new-password", "enterkeyhint": "go"},
    )


class KeepForm(FlaskForm):
    """An order to keep in the account, by its link."""

    token = HiddenField(validators=[InputRequired(), Length(max=60)])


class LeavingForm(FlaskForm):
    """The password once more, before an account is closed."""

    current = PasswordField(
        _l("Present password or PIN"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST)],
        name="current_password",
        render_kw={"autocomplete": "current-password", "enterkeyhint": "go"},
    )


class AddressForm(FlaskForm):
    """Where parcels go."""

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
        render_kw={"autocomplete": "address-line1", "enterkeyhint": "done"},
    )

    @classmethod
    def filled(cls, kept: AddressRow | None = None) -> Self:
        """Return the form with the provinces to choose from, and with what is kept."""
        form = cls(obj=kept)
        names = [SelectChoice(each.code, translated(each, "name")) for each in PROVINCES]
        form.province.choices = [SelectChoice("", _("Choose…")), *names]
        return form

    def draft(self) -> AddressDraft:
        """Return what was typed as the accounts room wants it."""
        return AddressDraft(**{name: getattr(self, name).data for name in AddressDraft.__slots__})
