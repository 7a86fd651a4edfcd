"""The forms about villages and stations."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from storefront.accounts.agents import Agent
from storefront.supply.filing import cells
from storefront.supply.place_queries import PlaceChoice, StationRow
from storefront.web.fields import DayField
from storefront.web.i18n import translated

PLAIN = {"autocomplete": "off"}
TOO_LONG = _l("At most %(max)d signs.")
LONGEST = Length(max=60, message=TOO_LONG)


class ReplaceForm(FlaskForm):
    """Which village follows, and from which day."""

    code = StringField(
        _l("Code of the village that follows"),
        [
            InputRequired(_l("Say the code.")),
            Regexp(r"^\d{12}$", message=_l("A village's code has twelve digits.")),
        ],
        filters=[lambda typed: cells.plain(typed or "")],
        render_kw={**PLAIN, "inputmode": "numeric"},
    )
    name_zh = StringField(_l("Chinese name, if it is new"), [Optional(), LONGEST], render_kw=PLAIN)
    name_en = StringField(_l("English name, if it is new"), [Optional(), LONGEST], render_kw=PLAIN)
    from_day = DayField(_l("From"), [InputRequired(_l("Say from which day."))])


class AssignForm(FlaskForm):
    """Which station looks after a village's households."""

    station_id = SelectField(_l("Station"), coerce=int)

    def offer(self, stations: Iterable[StationRow]) -> None:
        """Let any open station be chosen, or none."""
        named = [SelectChoice(one.id, translated(one, "name")) for one in stations]
        self.station_id.choices = [SelectChoice(0, _("None")), *named]


class StationForm(FlaskForm):
    """A new station."""

    code = StringField(
        _l("Station code"),
        [
            InputRequired(_l("Say the code.")),
            Regexp(
                r"^[0-9A-Z][0-9A-Z-]{1,19}$",
                message=_l("Only capital letters, digits and hyphens, at least two."),
            ),
        ],
        filters=[lambda typed: cells.plain(typed or "").upper()],
        render_kw={**PLAIN, "autocapitalize": "characters"},
    )
    name_zh = StringField(
        _l("Chinese name"), [InputRequired(_l("The name is missing.")), LONGEST], render_kw=PLAIN
    )
    name_en = StringField(
        _l("English name"), [InputRequired(_l("The name is missing.")), LONGEST], render_kw=PLAIN
    )
    village_id = SelectField(_l("Village"), coerce=int)

    def offer(self, villages: Iterable[PlaceChoice]) -> None:
        """Let any village of today be chosen."""
        self.village_id.choices = [
            SelectChoice(one.id, f"{translated(one, 'name')} · {translated(one, 'township')}")
            for one in villages
        ]


class AgentForm(FlaskForm):
    """Who looks after a station."""

    user_id = SelectField(_l("Station agent"), coerce=int)

    def offer(self, agents: Iterable[Agent]) -> None:
        """Let any agent be chosen."""
        self.user_id.choices = [SelectChoice(one.id, one.name) for one in agents]
