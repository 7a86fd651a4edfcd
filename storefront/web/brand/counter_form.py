"""The packs of a telephone order: one form, with a button for each."""

from collections.abc import Iterable, Iterator
from typing import Self

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, NumberRange

from storefront.orders.cart import CartRow
from storefront.web.brand.forms import MOST_PACKS
from storefront.web.buying import CountField


class PacksForm(FlaskForm):
    """How many packs of an offer a caller wants; none takes it out."""

    sku = HiddenField(validators=[InputRequired(), Length(max=40)])
    count = CountField(
        _l("How many"),
        [NumberRange(0, MOST_PACKS, message=_l("Choose at least %(min)s and at most %(max)s."))],
    )

    @classmethod
    def pressed(cls, lines: Iterable[CartRow]) -> Iterator[Self]:
        """Yield what the button that was pressed asks for, of all the packs on the page.

        Where none was, by Enter, the lines whose count was changed.
        """
        sent = request.form
        for button, counts in (("add", "more"), ("sku", "count")):
            if sent.get(button):
                yield cls._of(sent[button], sent.get(f"{counts}-{sent[button]}", ""))
                return
        for line in lines:
            if sent.get(f"count-{line.sku}") not in {None, str(line.quantity)}:
                yield cls._of(line.sku, sent[f"count-{line.sku}"])

    @classmethod
    def _of(cls, sku: str, count: str) -> Self:
        token = request.form.get("csrf_token", "")
        return cls(MultiDict({"sku": sku, "count": count, "csrf_token": token}))
