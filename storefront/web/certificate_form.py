"""The form of a commitment certificate: what its promise rests on."""

from flask import render_template
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import SelectChoice, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from storefront.orders.batches import CertificatePage
from storefront.supply.certificates import BASES
from storefront.web.fields import KeyField
from storefront.web.i18n import speaking
from storefront.web.words import WORDS


class CertificateForm(FlaskForm):
    """What somebody promises, and on what it rests."""

    basis = SelectMultipleField(
        _l("What the promise rests on"),
        [InputRequired(_l("Say what the promise rests on: tick at least one."))],
        choices=[SelectChoice(one, WORDS["certificate_basis"][one]) for one in BASES],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    key = KeyField()


def drawn(page: CertificatePage, contact: str | None) -> Markup:
    """Return a certificate's paper: in Chinese, whoever looks at it."""
    with speaking("zh"):
        text = render_template("certificates/_paper.html", page=page, contact=contact)
    return Markup(text)  # noqa: S704  our own template
