"""The forms about a slip: that it is not right, and how a household agrees with it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import PasswordField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from storefront.accounts.members import Member
from storefront.supply.disputes import WHY
from storefront.supply.slip_queries import SlipLine
from storefront.web import filters
from storefront.web.fields import KeyField
from storefront.web.i18n import translated
from storefront.web.words import WORDS


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
        self.member.choices = named(members)


def named(members: tuple[Member, ...]) -> list[SelectChoice]:
    """Return the members to choose from, each with the end of the phone number."""
    return [SelectChoice(one.id, f"{one.name} · …{one.phone_end}") for one in members]


def _line(line: SlipLine) -> str:
    return f"{translated(line, 'grade')} · {filters.jin(line.net)}"
