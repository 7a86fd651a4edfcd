"""The forms of the county door."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FileField,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from storefront.reports.choices import Choice, Choices
from storefront.supply.households import STATUSES
from storefront.supply.price_queries import PriceRow
from storefront.web import filters, words
from storefront.web.county.asked import Asked
from storefront.web.fields import DayField, PricePerJinField
from storefront.web.i18n import translated

LONGEST_REASON = 120
COUNTY_PRICES = ("floor", "farm_gate")
AT_ONCE = {"data-submit": ""}


class IncomeFilter(Form):
    """Which income: everything it says stands in the address."""

    from_month = SelectField(_l("From"), name="from", render_kw=AT_ONCE)
    to_month = SelectField(_l("To"), name="to", render_kw=AT_ONCE)
    status = SelectField(_l("Kind of household"), render_kw=AT_ONCE)
    township = SelectField(_l("Township"), render_kw=AT_ONCE)
    village = SelectField(_l("Village"), render_kw=AT_ONCE)
    product = SelectField(_l("Product"), render_kw=AT_ONCE)
    through = SelectField(
        _l("Former villages"),
        choices=[
            SelectChoice("", _l("each by itself")),
            SelectChoice("1", _l("with what follows them")),
        ],
        render_kw=AT_ONCE,
    )


def income_filter(asked: Asked, choices: Choices) -> IncomeFilter:
    """Return the filter's form, showing what is in force."""
    form = IncomeFilter(data=_shown(asked))
    months = [SelectChoice(month, filters.month(month)) for month in _months(asked, choices)]
    form.from_month.choices = form.to_month.choices = months
    form.status.choices = _kinds()
    form.township.choices = _choices(choices.townships)
    form.village.choices = _choices(choices.villages)
    form.product.choices = _choices(choices.products)
    return form


def _shown(asked: Asked) -> dict[str, str]:
    shown = {"from_month": asked.from_month, "to_month": asked.to_month}
    keys = {"township": asked.township, "village": asked.village, "product": asked.product}
    shown["through"] = "1" if asked.through else ""
    return {**shown, "status": asked.status or "", **{n: str(k or "") for n, k in keys.items()}}


def _months(asked: Asked, choices: Choices) -> list[str]:
    return sorted({*choices.months, asked.from_month, asked.to_month})


def _choices(found: Iterable[Choice]) -> list[SelectChoice]:
    named = (SelectChoice(str(choice.id), translated(choice, "name")) for choice in found)
    return [SelectChoice("", _("All")), *named]


def _kinds() -> list[SelectChoice]:
    kinds = (SelectChoice(status, words.word(status, "status")) for status in STATUSES)
    return [SelectChoice("", _l("All")), *kinds]


class HouseholdSearch(Form):
    """Which households of the registry."""

    q = StringField(
        _l("Code, name or village"),
        render_kw={"type": "search", "enterkeyhint": "search", "autocomplete": "off"},
    )
    status = SelectField(
        _l("Kind of household"),
        choices=_kinds,
        render_kw=AT_ONCE,
    )
    income = SelectField(
        _l("Income this season"),
        choices=[
            SelectChoice("", _l("With or without")),
            SelectChoice("none", _l("Nothing booked")),
        ],
        render_kw=AT_ONCE,
    )


class DraftPayRun(FlaskForm):
    """Draft a pay run of everything due up to a day."""

    cutoff = DayField(
        _l("Everything due up to and including"), [InputRequired(_l("Choose a day."))]
    )


class Answer(FlaskForm):
    """What the bank said of one payment."""

    result = RadioField(
        _l("What the bank said"),
        choices=[SelectChoice("paid", _l("Paid")), SelectChoice("failed", _l("Failed"))],
        validators=[InputRequired(_l("Choose whether it was paid."))],
    )
    reason = StringField(
        _l("Reason, if it failed"),
        [Length(max=LONGEST_REASON, message=_l("Keep the reason shorter."))],
        render_kw={"autocomplete": "off", "maxlength": LONGEST_REASON},
    )

    def validate_reason(self, field: StringField) -> None:
        """Ask for the reason of a failed payment: the household will want to know."""
        if self.result.data == "failed" and not (field.data or "").strip():
            raise ValidationError(_("Write what the bank gave as the reason."))


def _acts() -> list[SelectChoice]:
    acts = sorted(words.WORDS["audit"], key=lambda verb: str(words.word(verb, "audit")))
    return [SelectChoice("", _("All")), *(SelectChoice(a, words.word(a, "audit")) for a in acts)]


class AuditFilter(Form):
    """Which acts: everything it says stands in the address."""

    verb = SelectField(_l("What was done"), choices=_acts, validate_choice=False, render_kw=AT_ONCE)
    who = StringField(
        _l("By whom (name)"),
        render_kw={"type": "search", "enterkeyhint": "search", "autocomplete": "off"},
    )
    object = StringField(
        _l("To what (code)"),
        render_kw={"type": "search", "enterkeyhint": "search", "autocomplete": "off"},
    )
    day = DayField(_l("On which day"), [Optional()])


class FileForm(FlaskForm):
    """A file of households, and on which day they stood so."""

    file = FileField(
        _l("File"),
        [InputRequired(_l("Choose the file."))],
        render_kw={"accept": ".xlsx,.csv,.txt", "required": True},
    )
    as_of = DayField(_l("Kinds of household as of"), [InputRequired(_l("Choose a day."))])


class TakeInForm(FlaskForm):
    """What the page said would change."""

    seen = HiddenField(validators=[Length(max=80)])


class PriceForm(FlaskForm):
    """A floor from a day on, or what a middleman paid on a day."""

    kind = RadioField(
        _l("Which price"),
        choices=lambda: [SelectChoice(kind, words.word(kind, "price")) for kind in COUNTY_PRICES],
        validators=[InputRequired(_l("Choose which."))],
    )
    grade = SelectField(_l("Grade"), [InputRequired(_l("Choose which."))], coerce=int)
    price = PricePerJinField(
        _l("Price of a jin"),
        [InputRequired(_l("Say the price."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    from_day = DayField(_l("From or on"), [InputRequired(_l("Say from which day."))])

    def offer(self, table: tuple[PriceRow, ...]) -> None:
        """Let any grade be chosen."""
        self.grade.choices = [SelectChoice(row.grade_id, translated(row, "name")) for row in table]
