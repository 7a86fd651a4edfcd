"""The forms of the producers' door."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from storefront.accounts.members import Member
from storefront.errors import Refusal
from storefront.supply.models import BEARERS
from storefront.supply.queries import GradeRow, LotRow
from storefront.supply.weighing import Weighed
from storefront.web import filters, refusals
from storefront.web.fields import DayField, JinField, KeyField, WeightField
from storefront.web.i18n import translated
from storefront.web.producers.slip_forms import named
from storefront.web.words import WORDS
from storefront.weight import NOTHING, Grams

BIG_STEP = {"min": "1", "step": "1"}  # one jin, half a kilogram
MOST_ROWS = 12
AT_A_STATION = ("shrink", "rot", "sampling", "theft")  # losses an agent writes off
HOW_MUCH = _l("Say how much.")


class DeclareForm(FlaskForm):
    """What a household has to deliver."""

    grade = RadioField(_l("Which"), [InputRequired(_l("Choose which."))], coerce=int)
    grams = JinField(_l("How many jin"), [InputRequired(HOW_MUCH)], render_kw=BIG_STEP)
    harvested_on = DayField(
        _l("Picked on"), [InputRequired(_l("Say when it was picked, or will be."))]
    )
    key = KeyField()

    def offer(self, grades: tuple[GradeRow, ...]) -> None:
        """Let one of ``grades`` be chosen."""
        self.grade.choices = [SelectChoice(grade.id, translated(grade, "name")) for grade in grades]


class TakeBackForm(FlaskForm):
    """How much of a lot goes home again."""

    grams = JinField(_l("How many jin"), [InputRequired(HOW_MUCH)], render_kw=BIG_STEP)
    key = KeyField()


class SoldOutForm(FlaskForm):
    """That nothing more of a lot is for the shop."""

    key = KeyField()


class ConfirmForm(FlaskForm):
    """That a household agrees; what it agrees to stands in the address."""


class LossForm(FlaskForm):
    """A loss in our keeping, as the agent sees it."""

    reason = RadioField(
        _l("Kind of loss"),
        [InputRequired(_l("Say what happened."))],
        choices=[SelectChoice(one, WORDS["loss"][one]) for one in AT_A_STATION],
    )
    grams = JinField(_l("How many jin"), [InputRequired(HOW_MUCH)], render_kw=BIG_STEP)
    bearer = RadioField(
        _l("Who bears it"),
        [InputRequired(_l("Say who bears it."))],
        choices=[SelectChoice(one, WORDS["loss_bearer"][one]) for one in BEARERS],
        default=BEARERS[0],
    )
    note = TextAreaField(_l("Note"), [Optional(), Length(max=300)], render_kw={"rows": 2})
    key = KeyField()


class ArrivedForm(FlaskForm):
    """That a payment arrived."""

    item = IntegerField(_l("Payment"), [InputRequired()])


class WeighedRow(Form):
    """One grade on the scale; a row without a grade and a weight is left out."""

    grade = SelectField(_l("Grade"), coerce=int, default=0)
    gross = WeightField(_l("Gross"), [Optional()])
    tare = WeightField(_l("Tare"))
    deduction = WeightField(_l("Deduction"), [Optional()])
    reason = StringField(_l("Why the deduction"), [Optional(), Length(max=80)])
    declared = SelectField(_l("Declared before"), coerce=int, default=0)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was weighed in this row."""
        return not self.gross.raw_data or not self.gross.raw_data[0].strip()

    @property
    def net(self) -> Grams | None:
        """Gross less tare and deduction, once there is a gross weight."""
        if self.gross.data is None:
            return None
        off: Grams = (self.tare.data or NOTHING) + (self.deduction.data or NOTHING)
        net: Grams = self.gross.data - off
        return net

    @property
    def sentences(self) -> list[str]:
        """Everything that is wrong with the row, said once each."""
        own = [fault for field in self for fault in field.errors]
        return list(dict.fromkeys(str(fault) for fault in (*own, *self.form_errors)))

    def validate_gross(self, field: WeightField) -> None:
        """Refuse a weighing of which nothing is left, or of no grade."""
        if not self.grade.data:
            self.grade.errors = [_l("Choose which.")]
            raise ValidationError(_l("Say which grade this is."))
        if field.data is not None and self.net is not None and self.net <= NOTHING:
            raise ValidationError(_l("After tare and deduction nothing is left."))

    def validate_tare(self, field: WeightField) -> None:
        """Refuse a weighing of which nobody said what the empty crates weigh."""
        if not self.is_blank and not (field.raw_data and field.raw_data[0].strip()):
            raise ValidationError(_l("Say what the empty crates weigh; 0 if nothing."))

    @property
    def is_folded(self) -> bool:
        """Whether grade and deduction need not be looked at: the grade stands above the row."""
        faulty = self.grade.errors or self.deduction.errors or self.reason.errors
        return bool(self.grade.data) and not faulty and not self.deduction.raw_data

    @property
    def title(self) -> str:
        """The chosen grade and its price; nothing while none is chosen."""
        named = {choice.value: choice.label for choice in self.grade.choices if choice.value}
        return str(named.get(self.grade.data, ""))

    def validate_deduction(self, field: WeightField) -> None:
        """Refuse a deduction nobody can explain."""
        if field.data and not (self.reason.data or "").strip():
            raise ValidationError(_l("Say why there is a deduction."))

    def weighed(self) -> Weighed:
        """Return the row as the scale's verb wants it."""
        return Weighed(
            grade_id=self.grade.data,
            gross=self.gross.data,
            tare=self.tare.data or NOTHING,
            deduction=self.deduction.data or NOTHING,
            deduction_reason=(self.reason.data or "").strip(),
            declared_lot_id=self.declared.data or None,
        )


class WeighInForm(FlaskForm):
    """A delivery on the scale: a row for each grade."""

    harvested_on = DayField(_l("Picked on"), [InputRequired(_l("Say when it was picked."))])
    rows = FieldList(FormField(WeighedRow), min_entries=2, max_entries=MOST_ROWS)
    more = SubmitField(_l("One more grade"), render_kw={"formnovalidate": True})
    count = SubmitField(_l("Work out the net weight"), render_kw={"formnovalidate": True})
    key = KeyField()

    def offer(self, grades: tuple[GradeRow, ...], declared: tuple[LotRow, ...]) -> None:
        """Let each row choose a grade that has a price today, and a declaration it replaces."""
        chosen = [SelectChoice(0, _l("Choose"))]
        chosen += [
            SelectChoice(grade.id, _priced(grade)) for grade in grades if grade.price is not None
        ]
        before = [SelectChoice(0, _l("Not declared"))]
        before += [SelectChoice(lot.id, _declared(lot)) for lot in declared]
        for row in self.rows:
            row.form.grade.choices = chosen
            row.form.declared.choices = before

    def begin_with(self, declared: tuple[LotRow, ...], usual: Sequence[int], today: date) -> None:
        """Begin with a row for each declaration, then for each ``usual`` grade; harvested today.

        So nothing has to be chosen: the weights are typed where their grade stands.
        """
        self.harvested_on.data = today
        said = [(lot.grade_id, lot.id) for lot in declared]
        known = {grade for grade, _ in said}
        begun = [*said, *((grade, 0) for grade in usual if grade not in known)][:MOST_ROWS]
        while len(self.rows) < len(begun):
            self.rows.append_entry()
        for row, (grade, lot) in zip(self.rows, begun, strict=False):
            row.form.grade.data, row.form.declared.data = grade, lot

    def weighed(self) -> tuple[Weighed, ...]:
        """Return the rows that hold a weight."""
        return tuple(row.weighed() for row in self.filled)

    @property
    def filled(self) -> list[WeighedRow]:
        """The rows that hold a weight."""
        return [row.form for row in self.rows if not row.form.is_blank]

    def show(self, refusal: Refusal) -> None:
        """Put a refusal on the field of the row it names, or on the form."""
        row: int | None = refusal.facts.get("row")
        whole = row is None or refusal.field in self
        refusals.on_form(self if whole else self.filled[row or 0], refusal)


def _priced(grade: GradeRow) -> str:
    price = filters.per_jin(grade.price) if grade.price is not None else filters.NONE
    return f"{translated(grade, 'name')} · {price}"


def _declared(lot: LotRow) -> str:
    return f"{lot.code} · {translated(lot, 'grade')} · {filters.jin(lot.declared)}"


class PinForm(FlaskForm):
    """A PIN for a member of a household, told to them by the agent."""

    member = RadioField(_l("For whom"), [InputRequired(_l("Choose for whom."))], coerce=int)
    pin = StringField(
        _l("New PIN, six digits"),
        [InputRequired(_l("Type six digits.")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "enterkeyhint": "done"},
    )

    def offer(self, members: tuple[Member, ...]) -> None:
        """Let one of the household's members be chosen."""
        self.member.choices = named(members)
