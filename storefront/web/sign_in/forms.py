"""The forms of the sign-in door."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from storefront.accounts.passwords import LONGEST
from storefront.web.code_form import CodeForm


class SignInForm(FlaskForm):
    """Who you are, and your password. ``next`` is where you wanted to go."""

    identifier = StringField(
        _l("Phone or e-mail"),
        [InputRequired(_l("Enter your phone number or e-mail address.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "enterkeyhint": "next"},
    )
    password = PasswordField(
        _l("Password or PIN"),
        [InputRequired(_l("Enter your password or PIN.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password", "enterkeyhint": "go"},
    )
    next = HiddenField()


class RecoveryForm(CodeForm):
    """A recovery code, where the phone is lost."""

    one_time_code = StringField(
        _l("Recovery code"),
        [InputRequired(_l("Type the code.")), Length(max=40)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "enterkeyhint": "go",
            "maxlength": 40,
        },
    )


class PressForm(FlaskForm):
    """A button: that it was pressed is all it says."""


class SecretForm(FlaskForm):
    """A new password or PIN, by whoever knows the present one."""

    current = PasswordField(
        _l("Present password or PIN"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST)],
        name="current_password",
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password or PIN"),
        [InputRequired(_l("Enter the new one.")), Length(max=LONGEST)],
        name="new_password",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The new one once more"),
        [
            InputRequired(_l("Enter the new one.")),
            EqualTo("new", _l("The two are not the same.")),
        ],
        name="new_password_again",
        render_kw={"autocomplete": "new-password"},
    )
