"""The shop's forms: putting into the cart, changing a quantity, finding an order."""

from typing import Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from storefront.orders.cart import CartRow
from storefront.web.address_form import plain
from storefront.web.buying import CountField
from storefront.web.shop.scope import door

MOST = 999


class AddForm(FlaskForm):
    """Put packs of an offer into the cart."""

    sku = HiddenField(validators=[InputRequired(), Length(max=40)])
    quantity = CountField(
        _l("How many"),
        [NumberRange(1, MOST, message=_l("Choose at least %(min)s and at most %(max)s."))],
        default=1,
    )

    @classmethod
    def blank(cls, most: int) -> Self:
        """Return the form as it is before anybody typed, bounded by what is left of a pack."""
        form = cls(formdata=None)
        form.quantity.render_kw = {"min": 1, "max": most}
        return form


class QuantityForm(FlaskForm):
    """Change how many packs of a line are wanted; none takes it out."""

    quantity = CountField(
        _l("How many"),
        [NumberRange(0, MOST, message=_l("Choose at least %(min)s and at most %(max)s."))],
    )

    @classmethod
    def blank(cls, line: CartRow) -> Self:
        """Return the form of a line as it is before anybody typed."""
        return cls(formdata=None, quantity=line.quantity).of(line)

    def of(self, line: CartRow) -> Self:
        """Return the form, bounded by what may be asked for on a line, and named by it."""
        self.quantity.render_kw = {"min": 0, "max": line.max_per_order}
        self.quantity.id = f"quantity-{line.sku}"
        return self


class FindOrderForm(FlaskForm):
    """The order's code, and the last four digits of the phone it was placed with."""

    code = StringField(
        _l("Order code"),
        [DataRequired(_l("Type the code of the order.")), Length(max=40)],
        filters=[plain],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "enterkeyhint": "next",
        },
    )
    digits = StringField(
        _l("Last 4 digits of your phone"),
        [
            DataRequired(_l("Type the last four digits.")),
            Regexp(r"^[0-9]{4}$", message=_l("Type four digits, such as 0010.")),
        ],
        filters=[plain],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "enterkeyhint": "go"},
    )


door.add_app_template_global(AddForm.blank, "add_form")
door.add_app_template_global(QuantityForm.blank, "quantity_form")
