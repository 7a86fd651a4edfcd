"""The forms of the producers' door."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    Form,
    FormField,
    IntegerField,
    PasswordField,
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
from storefront.supply.disputes import WHY
from storefront.supply.queries import GradeRow, LotRow
from storefront.supply.slip_queries import SlipLine
from storefront.supply.weighing import Weighed
from storefront.web import filters, refusals
from storefront.web.fields import DayField, JinField, KeyField, WeightField
from storefront.web.i18n import translated
from storefront.web.words import WORDS
from storefront.weight import NOTHING, Grams

BIG_STEP = {"min": "1", "step": "1"}  # one jin, half a kilogram
MOST_ROWS = 12
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


class DisputeForm(FlaskForm):
    """Which line of a slip is not right, and why."""

    line = RadioField(_l("Which line"), [InputRequired(_l("Choose which line."))])
    reason = RadioField(
        _l("Why"),
        [InputRequired(_l("Choose what is not right."))],
        choices=[SelectChoice(why, WORDS["dispute_reason"][why]) for why in WHY],
    )
    words = TextAreaField(
        _l("In your own words"), [Optional(), Length(max=300)], render_kw={"rows": 2}
    )
    key = KeyField()

    def offer(self, lines: tuple[SlipLine, ...]) -> None:
        """Let one of the slip's lines be chosen; one alone is, and none that waits is shown."""
        free = [line for line in lines if self.is_submitted() or not line.disputed]
        self.line.choices = [SelectChoice(line.lot, _line(line)) for line in free]
        if len(free) == 1 and not self.is_submitted():
            self.line.data = free[0].lot


class CodeOfSlipForm(FlaskForm):
    """The code that a household reads out."""

    code = StringField(
        _l("Code on the household's phone"),
        [InputRequired(_l("Type the code.")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "enterkeyhint": "done"},
    )


class PaperForm(FlaskForm):
    """A photograph of the slip that the household signed."""

    file = FileField(
        _l("Photograph of the signed slip"),
        [InputRequired(_l("Choose a photograph."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp", "required": True},
    )


class VisitForm(FlaskForm):
    """Who of the household is here, and their PIN."""

    member = RadioField(_l("Who is here"), [InputRequired(_l("Choose for whom."))], coerce=int)
    pin = PasswordField(
        _l("Their own PIN"),
        [InputRequired(_l("Type six digits.")), Length(max=200)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "enterkeyhint": "done"},
    )

    def offer(self, members: tuple[Member, ...]) -> None:
        """Let one of the household's members be chosen."""
        self.member.choices = _named(members)


class ArrivedForm(FlaskForm):
    """That a payment arrived."""

    item = IntegerField(_l("Payment"), [InputRequired()])


class WeighedRow(Form):
    """One grade on the scale; a row without a grade and a weight is left out."""

    grade = SelectField(_l("Grade"), coerce=int, default=0)
    gross = WeightField(_l("Gross"), [Optional()])
    tare = WeightField(_l("Tare"), [Optional()])
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
    rows = FieldList(FormField(WeighedRow), min_entries=3, max_entries=MOST_ROWS)
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

    def begin_with(self, declared: tuple[LotRow, ...], today: date) -> None:
        """Begin with a row for each declaration, harvested today."""
        self.harvested_on.data = today
        while len(self.rows) < min(len(declared), MOST_ROWS):
            self.rows.append_entry()
        for row, lot in zip(self.rows, declared, strict=False):
            row.form.grade.data, row.form.declared.data = lot.grade_id, lot.id

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


def _line(line: SlipLine) -> str:
    return f"{translated(line, 'grade')} · {filters.jin(line.net)}"


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
        self.member.choices = _named(members)


def _named(members: tuple[Member, ...]) -> list[SelectChoice]:
    return [SelectChoice(one.id, f"{one.name} · …{one.phone_end}") for one in members]
