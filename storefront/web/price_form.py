"""The forms about files of prices, of two doors."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField
from wtforms.validators import InputRequired, Length


class PriceFileForm(FlaskForm):
    """A file of prices."""

    file = FileField(
        _l("File"),
        [InputRequired(_l("Choose the file."))],
        render_kw={"accept": ".xlsx,.csv,.txt", "required": True},
    )


class TakeInForm(FlaskForm):
    """What the page said would change."""

    seen = HiddenField(validators=[Length(max=80)])
