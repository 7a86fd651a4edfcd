"""The forms of shelves and grades."""

from collections.abc import Iterable
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Regexp

from storefront.catalogue.grading import CODE as GRADE_CODE
from storefront.catalogue.grading import Grading
from storefront.catalogue.models import Grade
from storefront.catalogue.shelves import Shelf
from storefront.catalogue.wording import LONGEST_SLUG
from storefront.web.brand.catalogue.forms import (
    ADDRESS,
    BETWEEN,
    CODE,
    DAYS,
    EN,
    PLACES,
    PLAIN,
    SAY_IT,
    ZH,
    line,
    tidy,
)
from storefront.web.buying import CountField
from storefront.web.fields import WeightField

NAMED: Final = Regexp(
    r"^[a-z]+(-[a-z]+)*$", message=_l("Write one word in small letters, such as yulu.")
)


class ShelfForm(FlaskForm):
    """What a shelf is called, and its place."""

    seen = HiddenField(validators=[Length(max=40)])
    name_zh = line(_l("Name in Chinese"), 20, ZH)
    name_en = line(_l("Name in English"), 40, EN)
    position = CountField(
        _l("Place among the shelves"), [NumberRange(1, PLACES, BETWEEN)], default=1
    )

    def shelf(self) -> Shelf:
        """Return what was typed."""
        return Shelf(self.name_zh.data, self.name_en.data, self.position.count)


class NewShelfForm(ShelfForm):
    """A shelf that is not there yet."""

    slug = StringField(
        _l("Address of its page"), [Length(max=LONGEST_SLUG)], filters=[tidy], render_kw=ADDRESS
    )


class GradeForm(FlaskForm):
    """A grade, all but its code."""

    seen = HiddenField(validators=[Length(max=40)])
    commodity = StringField(
        _l("Kind of harvest"),
        [DataRequired(SAY_IT), Length(max=30), NAMED],
        filters=[tidy],
        render_kw={**ADDRESS, "list": "commodities"},
    )
    name_zh = line(_l("Name in Chinese"), 30, ZH)
    name_en = line(_l("Name in English"), 50, EN)
    storage_days = CountField(
        _l("Keeps in our store"), [NumberRange(1, DAYS, BETWEEN)], default=180
    )
    ceiling = WeightField(_l("Most that a mu bears"), render_kw=PLAIN)
    position = CountField(
        _l("Place among the grades"), [NumberRange(1, PLACES, BETWEEN)], default=1
    )
    kinds: tuple[str, ...] = ()

    def offer(self, known: Iterable[Grade]) -> None:
        """Let kinds of harvest that are there be proposed."""
        self.kinds = tuple(dict.fromkeys(grade.commodity for grade in known))

    def grading(self) -> Grading:
        """Return what was typed."""
        return Grading(
            self.commodity.data,
            self.name_zh.data,
            self.name_en.data,
            self.storage_days.count,
            self.ceiling.data or None,
            self.position.count,
        )


class NewGradeForm(GradeForm):
    """A grade that is not there yet."""

    code = StringField(
        _l("Code of the grade"),
        [
            DataRequired(SAY_IT),
            Regexp(
                f"^{GRADE_CODE.pattern}$",
                message=_l("Only capital letters, digits and hyphens, at least two."),
            ),
        ],
        filters=[lambda typed: tidy(typed).upper()],
        render_kw=CODE,
    )
