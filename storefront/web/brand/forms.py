"""The forms of the brand office."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Regexp, ValidationError

from storefront.money import Fen
from storefront.orders import carriers
from storefront.orders.lives import WHY_CANCELLED
from storefront.settlement.loss_cases import DECISIONS
from storefront.supply.models import BEARERS, LOSSES
from storefront.supply.price_queries import PriceRow
from storefront.web.buying import CountField
from storefront.web.fields import PAGE_TOO_OLD, DayField, JinField, KeyField, PricePerJinField
from storefront.web.i18n import translated
from storefront.web.words import WORDS

# "assumed" is not among them: nobody confirms a crate without looking at it
LOOKED_AT = ("typed", "scanned")
KEY_DIGITS = 18
AT_TABLE = ("shrink", "rot", "theft")  # why a crate may be short
MOST_PACKS = 999
LABEL = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "enterkeyhint": "next",
}


def _row_key(sent: object) -> int:
    """Read a row's key; what is none is no row."""
    text = str(sent)
    return int(text) if text.isascii() and text.isdigit() and len(text) < KEY_DIGITS else 0


class CrateForm(FlaskForm):
    """The label of the crate that goes into the parcel for one row."""

    crate = StringField(
        _l("Label of the crate"),
        [InputRequired(_l("Type the label of the crate you took.")), Length(max=60)],
        render_kw=LABEL,
    )
    how = HiddenField(default="typed", validators=[AnyOf(LOOKED_AT)])

    @classmethod
    def of_row(cls, row_id: int, *, blank: bool = False) -> "CrateForm":
        """Return the form of one row, its field named apart from the other rows'."""
        form = cls(formdata=None) if blank else cls()
        form.crate.id = f"crate-{row_id}"
        return form


class WeightForm(FlaskForm):
    """What the scale says of a packed crate."""

    weighed = JinField(_l("Jin on the scale"), [InputRequired(_l("Say what the scale shows."))])

    @classmethod
    def of_row(cls, row_id: int, *, blank: bool = False) -> "WeightForm":
        """Return the form of one row, its field named apart from the other rows'."""
        form = cls(formdata=None) if blank else cls()
        form.weighed.id = f"weighed-{row_id}"
        return form


class ShortForm(FlaskForm):
    """How much is in a crate that was to hold more."""

    there = JinField(_l("Jin that are there"), [InputRequired(_l("Say how much is there."))])
    reason = SelectField(
        _l("Why the rest is missing"),
        [InputRequired(_l("Say what happened."))],
        choices=[SelectChoice(reason, WORDS["loss"][reason]) for reason in AT_TABLE],
    )
    key = KeyField()

    @classmethod
    def of_row(cls, row_id: int, *, blank: bool = False) -> "ShortForm":
        """Return the form of one row, its fields named apart from the other rows'."""
        form = cls(formdata=None) if blank else cls()
        for field in (form.there, form.reason, form.key):
            field.id = f"{field.name}-{row_id}"
        return form


class LabelForm(FlaskForm):
    """A label that was read at the packing table, whichever crate of the parcel it is."""

    crate = StringField(
        _l("Scan or type a crate's label"),
        [InputRequired(_l("Scan or type the label of the crate you took.")), Length(max=60)],
        render_kw={**LABEL, "autofocus": True, "data-label-field": True},
    )
    how = HiddenField(default="typed", validators=[AnyOf(LOOKED_AT)])
    swap = HiddenField(
        validators=[AnyOf(("", "yes"))], filters=[lambda sent: sent or ""]
    )  # another lot's crate goes in all the same
    may_swap = False  # whether the page asks if another lot's crate goes in all the same


class StepForm(FlaskForm):
    """One step, without anything to fill in."""


class SplitForm(FlaskForm):
    """What goes in a parcel of its own, and on which day."""

    promised_on = DayField(_l("Leaves on"), [InputRequired(_l("Choose a day."))])
    key = KeyField()


class SplitCratesForm(SplitForm):
    """The crates that go later."""

    crates = SelectMultipleField(
        _l("Crates that go later"),
        [InputRequired(_l("Choose what goes later."))],
        coerce=_row_key,
        validate_choice=False,  # the room refuses what is not in the parcel
    )


class SplitBoxesForm(SplitForm):
    """So many boxes of a line that go later."""

    line = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message=PAGE_TOO_OLD)])
    boxes = CountField(
        _l("Boxes that go later"),
        [NumberRange(1, MOST_PACKS, message=_l("Choose at least %(min)s and at most %(max)s."))],
    )

    @classmethod
    def of_line(cls, line: int, *, blank: bool = False, **data: object) -> "SplitBoxesForm":
        """Return the form of one line, its fields named apart from the other lines'."""
        form = cls(formdata=None, data={"line": line, **data}) if blank else cls()
        for field in form:
            field.id = f"{field.name}-{line}"
        return form


class DispatchForm(FlaskForm):
    """Who carries the parcel, under which number."""

    carrier = SelectField(_l("Carrier"), [InputRequired(_l("Choose the carrier."))])
    number = StringField(
        _l("Tracking number"),
        [Length(max=40)],
        filters=[lambda typed: carriers.read_number(typed or "")],
        render_kw={**LABEL, "inputmode": "text", "enterkeyhint": "done"},
    )
    sure = BooleanField(_l("The number is right as it stands"))

    def offer(self) -> None:
        """Let any of the carriers be chosen."""
        known = carriers.CARRIERS
        self.carrier.choices = [SelectChoice(one.code, translated(one, "name")) for one in known]

    def validate_number(self, field: StringField) -> None:
        """Ask once about a number that looks wrong; only a missing one is refused."""
        carrier = carriers.BY_CODE.get(self.carrier.data)
        if carrier is None or carrier.pattern is None:
            return
        if not field.data:
            raise ValidationError(_l("Type the number on the carrier's label."))
        if not self.sure.data and not carriers.looks_right(carrier.code, field.data):
            raise ValidationError(
                _l("This does not look like a number of this carrier. Look again, or tick below.")
            )


class ListForm(FlaskForm):
    """A carrier's list of numbers: a file, or what was copied out of one."""

    file = FileField(_l("File"), render_kw={"accept": ".xlsx,.csv,.txt"})
    pasted = TextAreaField(
        _l("Or copy the rows in here"),
        [Length(max=200_000)],
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    carrier = SelectField(_l("Carrier, where the list names none"), default="")

    def offer(self) -> None:
        """Let any of the carriers be chosen, or none."""
        known = [SelectChoice(one.code, translated(one, "name")) for one in carriers.CARRIERS]
        self.carrier.choices = [SelectChoice("", _("The list says so")), *known]

    def content(self, most: int) -> bytes:
        """Return what was sent, ``most`` bytes of it and one more; nothing if nothing was."""
        sent = self.file.data
        read = bytes(sent.read(most + 1)) if hasattr(sent, "read") else b""
        return read or (self.pasted.data or "").strip("\r\n").encode()


class SendOffForm(FlaskForm):
    """What the page said would leave, and whether odd numbers do too."""

    seen = HiddenField(validators=[Regexp(r"^[0-9a-f]{24}$", message=PAGE_TOO_OLD)])
    odd = BooleanField()


class CancelForm(FlaskForm):
    """Why an order or a line is cancelled, and the amount that was shown to go back."""

    reason = RadioField(
        _l("Why"),
        [InputRequired(_l("Choose why it is cancelled."))],
        choices=[SelectChoice(reason, WORDS["why_cancelled"][reason]) for reason in WHY_CANCELLED],
        validate_choice=False,  # the room refuses a reason it does not know
    )
    seen = HiddenField(validators=[Regexp(r"^[0-9]{1,12}$", message=PAGE_TOO_OLD)])

    @property
    def amount(self) -> Fen:
        """What the page said would go back."""
        return Fen(int(self.seen.data))


class WriteOffForm(FlaskForm):
    """A loss in our keeping."""

    grams = JinField(_l("How many jin"), [InputRequired(_l("Say how much."))])
    reason = SelectField(
        _l("Kind of loss"),
        [InputRequired(_l("Say what happened."))],
        choices=[SelectChoice(reason, WORDS["loss"][reason]) for reason in LOSSES],
    )
    bearer = RadioField(
        _l("Who bears it"),
        [InputRequired(_l("Say who bears it."))],
        choices=[SelectChoice(bearer, WORDS["loss_bearer"][bearer]) for bearer in BEARERS],
        default=BEARERS[0],
    )
    note = TextAreaField(_l("Note"), [Length(max=300)], render_kw={"rows": 2})
    key = KeyField()


class HoldForm(FlaskForm):
    """Why a lot is held back."""

    why = StringField(_l("Why"), [InputRequired(_l("Say why the lot is held.")), Length(max=120)])


class DestroyForm(FlaskForm):
    """Why what is there of a held lot is destroyed."""

    note = TextAreaField(
        _l("What was found, and how it is destroyed"),
        [InputRequired(_l("Say what was found.")), Length(max=300)],
        render_kw={"rows": 2},
    )
    sure = BooleanField(
        _l("It is destroyed: nothing of it goes to anybody"),
        [InputRequired(_l("Tick this once it is so."))],
    )
    key = KeyField()


class DecisionForm(FlaskForm):
    """Who bears a loss that somebody put on its household."""

    decision = HiddenField(validators=[AnyOf(DECISIONS)])


class InvoiceForm(FlaskForm):
    """The number of an invoice; ``seen`` is the one that stood there."""

    number = StringField(
        _l("Number of the invoice"),
        [InputRequired(_l("Type the number of the invoice.")), Length(max=40)],
        filters=[lambda typed: "".join((typed or "").split())],
        render_kw={**LABEL, "inputmode": "numeric", "enterkeyhint": "done"},
    )
    seen = HiddenField(validators=[Length(max=40)])

    @classmethod
    def of_order(cls, code: str) -> "InvoiceForm":
        """Return the form of one order, its field named apart from the other orders'."""
        form = cls()
        form.number.id = f"number-{code}"
        return form

    @classmethod
    def blank(cls, code: str, number: str | None) -> "InvoiceForm":
        """Return the form of one order as it stands."""
        form = cls(formdata=None, data={"seen": number or ""})
        form.number.id = f"number-{code}"
        return form


class PriceForm(FlaskForm):
    """What we pay for a grade from a day on."""

    grade = SelectField(_l("Grade"), [InputRequired(_l("Choose which."))], coerce=int)
    price = PricePerJinField(
        _l("Price of a jin"),
        [InputRequired(_l("Say the price."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    from_day = DayField(_l("From"), [InputRequired(_l("Say from which day."))])

    def offer(self, table: tuple[PriceRow, ...]) -> None:
        """Let any grade be chosen."""
        self.grade.choices = [SelectChoice(row.grade_id, translated(row, "name")) for row in table]
