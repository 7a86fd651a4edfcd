"""The form of a one-time code, wherever one is asked for."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


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
