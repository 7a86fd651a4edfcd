"""The forms of shoppers' accounts."""

from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from storefront.accounts.addresses import AddressDraft, AddressRow
from storefront.accounts.passwords import LONGEST
from storefront.web.address_form import NOT_A_PHONE, PHONE, AddressFields, phone_digits, plain
from storefront.web.buying_form import EMAIL, NOT_AN_EMAIL


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


class AddressForm(AddressFields):
    """An address of a shopper's own."""

    @classmethod
    def filled(cls, kept: AddressRow | None = None) -> Self:
        """Return the form with the provinces to choose from, and with what is kept."""
        form = cls(obj=kept)
        form.offer_provinces()
        return form

    def draft(self) -> AddressDraft:
        """Return what was typed as the accounts room wants it."""
        return AddressDraft(**{name: getattr(self, name).data for name in AddressDraft.__slots__})
