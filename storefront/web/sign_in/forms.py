"""The forms of the sign-in door."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from storefront.accounts.passwords import LONGEST


class SignInForm(FlaskForm):
    """Who you are, and your password. ``next`` is where you wanted to go."""

    identifier = StringField(
        _l("Phone or e-mail"),
        [InputRequired(_l("Enter your phone number or e-mail address.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "enterkeyhint": "next"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password", "enterkeyhint": "go"},
    )
    next = HiddenField()


class CodeForm(FlaskForm):
    """The code an authenticator app shows now."""

    one_time_code = StringField(
        _l("Code from your app"),
        [InputRequired(_l("Type the code.")), Length(max=40)],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "enterkeyhint": "go",
            "maxlength": 40,
        },
    )


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
