"""The forms of the catalogue: what is said of a product, and its packs with their parts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Regexp,
    ValidationError,
)

from storefront.catalogue.changing import Pack
from storefront.catalogue.desk import Choice
from storefront.catalogue.drafting import BoughtPart, GrownPart, OfferDraft
from storefront.catalogue.models import CUSTODY_LEVELS
from storefront.catalogue.photos import DeskPhoto
from storefront.catalogue.steps import Reduction
from storefront.catalogue.windows import Window, window
from storefront.catalogue.wording import LONGEST_SLUG, Wording
from storefront.web.buying import CountField
from storefront.web.fields import JinField, YuanField
from storefront.web.i18n import translated
from storefront.web.words import WORDS

MOST_ROWS: Final = 8
DAYS: Final = 3650
PLACES: Final = 9999
MOST_PACKS: Final = 999
SAY_IT: Final = _l("This must not stay empty.")
SAY_WHAT_IT_SHOWS: Final = _l("Say what the photograph shows: it is read to whoever cannot see it.")
BETWEEN: Final = _l("Choose at least %(min)s and at most %(max)s.")
ZH, EN = "zh-CN", "en"  # what is typed in a field, whatever the page speaks
PLAIN: Final = {"autocomplete": "off", "enterkeyhint": "next"}
CODE: Final = {**PLAIN, "autocapitalize": "characters", "spellcheck": "false"}
ADDRESS: Final = {**PLAIN, "autocapitalize": "none", "spellcheck": "false"}


MONTH_DAY: Final = Regexp(
    r"^([0-9]{1,2}-[0-9]{1,2})?$", message=_l("Write month and day, such as 8-25.")
)


def tidy(typed: str | None) -> str:
    """Return what was typed with plain line ends and no blanks around it."""
    return (typed or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def line(label: object, longest: int, lang: str) -> StringField:
    """Return a field for one line of what the shop says."""
    checks = [DataRequired(SAY_IT), Length(max=longest)]
    return StringField(label, checks, filters=[tidy], render_kw={**PLAIN, "lang": lang})


def _text(label: object, longest: int, rows: int, lang: str) -> TextAreaField:
    checks = [DataRequired(SAY_IT), Length(max=longest)]
    return TextAreaField(label, checks, filters=[tidy], render_kw={"rows": rows, "lang": lang})


def is_empty(field: Field) -> bool:
    """Whether nothing was typed, or nothing stands there to begin with."""
    if field.raw_data:
        return not str(field.raw_data[0]).strip()
    return field.data in (None, "")


class WordingForm(FlaskForm):
    """What is said of a product, in both languages."""

    seen = HiddenField(validators=[Length(max=40)])
    category_id = SelectField(_l("Shelf"), [InputRequired(_l("Choose which."))], coerce=int)
    position = CountField(_l("Place on the shelf"), [NumberRange(1, PLACES, BETWEEN)], default=1)
    name_zh = line(_l("Name in Chinese"), 60, ZH)
    name_en = line(_l("Name in English"), 80, EN)
    tagline_zh = line(_l("One line in Chinese"), 80, ZH)
    tagline_en = line(_l("One line in English"), 140, EN)
    story_zh = _text(_l("Story in Chinese"), 3000, 6, ZH)
    story_en = _text(_l("Story in English"), 5000, 6, EN)
    origin_zh = line(_l("Origin in Chinese"), 80, ZH)
    origin_en = line(_l("Origin in English"), 120, EN)
    storage_zh = _text(_l("How to keep it, in Chinese"), 300, 2, ZH)
    storage_en = _text(_l("How to keep it, in English"), 400, 2, EN)
    shelf_life_days = CountField(
        _l("Keeps after it arrives"), [NumberRange(1, DAYS, BETWEEN)], default=20
    )
    custody = RadioField(
        _l("What we promise of its origin"),
        [InputRequired(_l("Choose which."))],
        choices=[SelectChoice(level, WORDS["custody"][level]) for level in CUSTODY_LEVELS],
        default="segregated",
    )
    picture = RadioField(_l("Drawing"), [InputRequired(_l("Choose a drawing."))])

    def offer(self, shelves: Sequence[Choice], pictures: Iterable[str]) -> None:
        """Let any shelf and any drawing be chosen."""
        self.category_id.choices = [
            SelectChoice(shelf.id, translated(shelf, "name")) for shelf in shelves
        ]
        self.picture.choices = [
            SelectChoice(each, WORDS["drawing"].get(each, each)) for each in pictures
        ]

    def wording(self) -> Wording:
        """Return what was typed."""
        return Wording(**{name: self[name].data for name in Wording.__slots__})


class ProductForm(WordingForm):
    """A product that is not there yet."""

    slug = StringField(
        _l("Address of its page"), [Length(max=LONGEST_SLUG)], filters=[tidy], render_kw=ADDRESS
    )


class GrownRow(Form):
    """So much of a grade; a row with nothing in it is left out."""

    grade = SelectField(_l("Grade"), coerce=int, default=0)
    grams = JinField(_l("How much"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen or typed."""
        return not self.grade.data and is_empty(self.grams)

    def missing(self) -> None:
        """Say what of a row that is begun is not there."""
        if not self.grade.data and not self.grade.errors:
            self.grade.errors = [_l("Choose which.")]
        if not self.grams.data and not self.grams.errors:
            self.grams.errors = [_l("Say how much.")]


class BoughtRow(Form):
    """Something bought in; a row with nothing in it is left out."""

    name_zh = StringField(_l("Name in Chinese"), [Length(max=40)], [tidy], render_kw=PLAIN)
    name_en = StringField(_l("Name in English"), [Length(max=60)], [tidy], render_kw=PLAIN)
    cost = YuanField(_l("What we pay for it"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return all(is_empty(field) for field in self)

    def missing(self) -> None:
        """Say what of a row that is begun is not there."""
        for field in (self.name_zh, self.name_en, self.cost):
            if field.data in (None, "") and not field.errors:
                field.errors = [SAY_IT]


class StepRow(Form):
    """From so many packs on, so much off each; a row with nothing in it is left out."""

    quantity = StringField(
        _l("From how many"),
        [Regexp(r"^\s*(\d{1,4})?\s*$", message=_l("Write how many as a number, such as 2."))],
        render_kw={"inputmode": "numeric", **PLAIN},
    )
    off = YuanField(_l("Off each"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return all(is_empty(field) for field in self)

    def missing(self) -> None:
        """Say what of a row that is begun is not there."""
        for field in (self.quantity, self.off):
            if not field.data and not field.errors:
                field.errors = [SAY_IT]

    @property
    def number(self) -> int:
        """How many packs."""
        return int(self.quantity.data)


class OfferForm(FlaskForm):
    """A pack: what is in it, what it costs, and what more of it costs less."""

    seen = HiddenField(validators=[Length(max=40)])
    label_zh = line(_l("Pack in Chinese"), 30, ZH)
    label_en = line(_l("Pack in English"), 40, EN)
    pieces = StringField(_l("Pieces"), [Length(max=20)], [tidy], render_kw=PLAIN)
    net = JinField(_l("Net weight"), [InputRequired(_l("Say how much."))])
    gross = JinField(_l("Weight with its packing"), [InputRequired(_l("Say how much."))])
    price = YuanField(_l("Price of a pack"), [InputRequired(_l("Say the price."))])
    max_per_order = CountField(
        _l("Most in one order"), [NumberRange(1, MOST_PACKS, BETWEEN)], default=20
    )
    position = CountField(_l("Place among the packs"), [NumberRange(1, PLACES, BETWEEN)], default=1)
    grown = FieldList(FormField(GrownRow), max_entries=MOST_ROWS)
    bought = FieldList(FormField(BoughtRow), max_entries=MOST_ROWS)
    steps = FieldList(FormField(StepRow), max_entries=MOST_ROWS)

    def offer(self, grades: Sequence[tuple[int, str]]) -> None:
        """Leave a row free for each kind of part, and let any of ``grades`` be chosen."""
        for rows in self.lists:
            if not len(rows) or (len(rows) < MOST_ROWS and not rows[-1].form.is_blank):
                rows.append_entry()
        choices = [SelectChoice(0, _l("Choose"))]
        choices += [SelectChoice(grade, label) for grade, label in grades]
        for row in self.grown:
            row.form.grade.choices = choices

    @property
    def lists(self) -> tuple[FieldList, FieldList, FieldList]:
        """The three lists of rows."""
        return self.grown, self.bought, self.steps

    def checked(self) -> bool:
        """Whether everything can be read, rows that are begun and not finished among it."""
        fine = bool(self.validate())
        for row in (entry.form for rows in self.lists for entry in rows):
            if not row.is_blank:
                row.missing()
                fine = fine and not row.errors and not any(field.errors for field in row)
        return fine and self._positive()

    def _positive(self) -> bool:
        for name in ("net", "gross", "price"):
            if not int(self[name].data or 0):
                self[name].errors = [_l("This must be more than nothing.")]
        return not any(self[name].errors for name in ("net", "gross", "price"))

    def parts(self, names: Mapping[int, tuple[str, str]]) -> tuple[GrownPart | BoughtPart, ...]:
        """Return what is in the pack, harvest first; a grade is called by its ``names``."""
        grown = [
            GrownPart(*names[row.grade.data], row.grade.data, row.grams.data)
            for row in (entry.form for entry in self.grown)
            if row.grade.data in names and row.grams.data
        ]
        bought = [
            BoughtPart(row.name_zh.data, row.name_en.data, row.cost.data)
            for row in (entry.form for entry in self.bought)
            if row.cost.data is not None
        ]
        return (*grown, *bought)

    def reductions(self) -> tuple[Reduction, ...]:
        """Return what is taken off, from the fewest packs on."""
        rows = (entry.form for entry in self.steps)
        read = (
            Reduction(row.number, row.off.data)
            for row in rows
            if row.off.data and not row.quantity.errors and str(row.quantity.data or "").strip()
        )
        return tuple(sorted(read))

    def pack(self, product_id: int, sku: str, names: Mapping[int, tuple[str, str]]) -> Pack:
        """Return the pack that was typed."""
        draft = OfferDraft(
            product_id=product_id,
            sku=sku,
            label_zh=self.label_zh.data,
            label_en=self.label_en.data,
            pieces=self.pieces.data,
            net=self.net.data,
            gross=self.gross.data,
            price=self.price.data,
            max_per_order=self.max_per_order.count,
            parts=self.parts(names),
            position=self.position.count,
        )
        return Pack(draft, self.reductions())


class NewOfferForm(OfferForm):
    """A pack that is not there yet."""

    sku = StringField(
        _l("Number of the pack"),
        [
            DataRequired(SAY_IT),
            Regexp(
                r"^[A-Z0-9](-?[A-Z0-9]){1,29}$",
                message=_l("Only capital letters, digits and hyphens, at least two."),
            ),
        ],
        filters=[lambda typed: tidy(typed).upper()],
        render_kw=CODE,
    )


def typed_of(pack: Pack) -> dict[str, object]:
    """Return a pack as the form shows it."""
    draft = pack.draft
    grown = [part for part in draft.parts if isinstance(part, GrownPart)]
    bought = [part for part in draft.parts if isinstance(part, BoughtPart)]
    names = ["label_zh", "label_en", "pieces", "net", "gross", "price", "max_per_order", "position"]
    return {
        **{name: getattr(draft, name) for name in names},
        "seen": pack.mark,
        "grown": [{"grade": part.grade_id, "grams": part.grams} for part in grown],
        "bought": [
            {"name_zh": part.name_zh, "name_en": part.name_en, "cost": part.cost} for part in bought
        ],
        "steps": [{"quantity": step.quantity, "off": step.off} for step in pack.reductions],
    }


class AltForm(FlaskForm):
    """What a photograph shows, for whoever cannot see it."""

    alt_zh = StringField(
        _l("What it shows, in Chinese"),
        [DataRequired(SAY_WHAT_IT_SHOWS), Length(max=120)],
        filters=[tidy],
        render_kw={**PLAIN, "required": True, "maxlength": 120},
    )
    alt_en = StringField(
        _l("What it shows, in English"),
        [DataRequired(SAY_WHAT_IT_SHOWS), Length(max=160)],
        filters=[tidy],
        render_kw={**PLAIN, "required": True, "maxlength": 160},
    )

    @classmethod
    def of(cls, photo: DeskPhoto) -> "AltForm":
        """Return the form of one photograph, its fields named apart from the others'."""
        form = cls(formdata=None, data={"alt_zh": photo.shown.alt_zh, "alt_en": photo.shown.alt_en})
        for field in (form.alt_zh, form.alt_en):
            field.id = f"{field.name}-{photo.id}"
        return form


class PhotoForm(AltForm):
    """A photograph, and what it shows."""

    file = FileField(
        _l("Photograph"),
        [InputRequired(_l("Choose a photograph."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp", "required": True},
    )


class PlaceForm(FlaskForm):
    """Where a photograph goes among the others."""

    to = HiddenField(validators=[InputRequired(), Length(max=10)])


class SeasonForm(FlaskForm):
    """When in the year a product can be had; nothing typed is always."""

    presale_from = StringField(_l("Presale from"), [MONTH_DAY], [tidy], render_kw=PLAIN)
    opens_on = StringField(_l("Season opens"), [MONTH_DAY], [tidy], render_kw=PLAIN)
    ends_on = StringField(_l("Season ends"), [MONTH_DAY], [tidy], render_kw=PLAIN)

    def validate_ends_on(self, field: StringField) -> None:
        """Refuse half a season."""
        if bool(field.data) != bool(self.opens_on.data):
            raise ValidationError(_l("A season has a first and a last day."))

    def validate_opens_on(self, field: StringField) -> None:
        """Refuse a presale of nothing."""
        if self.presale_from.data and not field.data:
            raise ValidationError(_l("Say when the season opens that the presale is for."))

    def window(self) -> Window | None:
        """Return the season that was typed."""
        days = (_number(each.data) for each in (self.presale_from, self.opens_on, self.ends_on))
        return window(*days)


def _number(typed: str) -> int | None:
    """Return 825 for 8-25."""
    month, _, day = typed.partition("-")
    return int(month) * 100 + int(day) if day else None


def month_day(number: int | None) -> str:
    """Return 8-25 for 825."""
    return f"{number // 100}-{number % 100}" if number is not None else ""
