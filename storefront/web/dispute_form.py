"""The answer to a disputed slip, as the brand office and the county give it."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from storefront import clock
from storefront.actors import Actor
from storefront.db import transaction
from storefront.errors import Refusal
from storefront.settlement import disputes
from storefront.settlement.disputes import Right
from storefront.supply.dispute_queries import DisputeRow
from storefront.supply.disputes import REFUSED, UPHELD
from storefront.supply.queries import GradeRow
from storefront.web import refusals
from storefront.web.fields import JinField
from storefront.web.i18n import translated
from storefront.web.words import WORDS


class AnswerForm(FlaskForm):
    """Whether the household is right, why, and how the line should have been."""

    decision = RadioField(
        _l("Who is right"),
        [InputRequired(_l("Choose whether the household is right."))],
        choices=[SelectChoice(one, WORDS["dispute_answer"][one]) for one in (UPHELD, REFUSED)],
    )
    grade = SelectField(_l("Right grade"), coerce=int)
    net = JinField(_l("Right net weight, jin"), [Optional()])
    note = TextAreaField(
        _l("Why"),
        [InputRequired(_l("Say why: the household reads it.")), Length(max=300)],
        render_kw={"rows": 3},
    )

    def begin_with(self, row: DisputeRow, grades: Iterable[GradeRow]) -> None:
        """Offer the grades; begin with the line as it was weighed."""
        self.grade.choices = [SelectChoice(one.id, translated(one, "name")) for one in grades]
        if not self.is_submitted():
            self.grade.data, self.net.data = row.grade_id, row.net

    def right(self, row: DisputeRow) -> Right | None:
        """Return how the line should be, where the household is right."""
        if self.decision.data != UPHELD:
            return None
        net = self.net.data
        return Right(self.grade.data, row.net if net is None else net)


def give(form: AnswerForm, row: DisputeRow, actor: Actor) -> bool:
    """Answer; False when the form has to be shown again, with what is wrong at its field.

    Raises:
        Refusal: what no field can put right.
    """
    if not form.validate():
        return False
    facts = {"note": form.note.data, "right": form.right(row)}
    try:
        with transaction():
            disputes.answer(row.id, form.decision.data, **facts, actor=actor, now=clock.now())
    except Refusal as refusal:
        if refusal.field not in form:
            raise
        refusals.on_form(form, refusal)
        return False
    return True
