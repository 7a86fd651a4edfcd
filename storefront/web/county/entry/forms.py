"""The forms about one household's entry."""

from collections.abc import Callable, Iterable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, Form, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from storefront.supply import identity
from storefront.supply.filing import cells
from storefront.supply.households import RELATIONS, STATUSES
from storefront.supply.place_queries import PlaceChoice
from storefront.web import words
from storefront.web.buying import CountField
from storefront.web.i18n import translated

LONGEST_NAME, LONGEST_REASON = 60, 200
PLAIN = {"autocomplete": "off"}
DIGITS = {"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}
TOO_LONG = _l("At most %(max)d signs.")


def _number(
    read: Callable[[str], str | int | None], wrong: LazyString
) -> Callable[[Form, Field], None]:
    """Return a check that keeps a number as the registry does; an empty one is none."""

    def check(_form: Form, field: Field) -> None:
        typed = (field.data or "").strip()
        field.kept = read(typed) if typed else None
        if typed and field.kept is None:
            raise ValidationError(str(wrong) % {"typed": typed[:20]})

    return check


def _account() -> StringField:
    wrong = _l("This account number cannot be right: look at its digits again.")
    return StringField(
        _l("Bank account"), [_number(identity.bank_account, wrong)], render_kw=DIGITS
    )


def _relation() -> SelectField:
    return SelectField(
        _l("Payee's relation to the head"),
        choices=lambda: [SelectChoice(one, words.word(one, "relation")) for one in RELATIONS],
    )


class RevealForm(FlaskForm):
    """Which number, and why."""

    which = RadioField(_l("Which number"), [InputRequired(_l("Choose which."))])
    reason = StringField(
        _l("Why you need to see it"),
        [
            InputRequired(_l("Say why you need to see it: the checker reads it.")),
            Length(max=LONGEST_REASON, message=_l("Keep the reason shorter.")),
        ],
        render_kw={**PLAIN, "maxlength": LONGEST_REASON},
    )

    def offer(self, known: Iterable[str]) -> None:
        """Let any number be chosen that is known."""
        named = [SelectChoice(which, words.word(which, "registry_field")) for which in known]
        self.which.choices = named


class PayeeForm(FlaskForm):
    """Who is paid, and into which account."""

    payee = StringField(
        _l("Payee"),
        [InputRequired(_l("The name is missing.")), Length(max=LONGEST_NAME, message=TOO_LONG)],
        render_kw=PLAIN,
    )
    relation = _relation()
    account = _account()
    id_number = StringField(
        _l("ID number of the payee"),
        [
            _number(
                identity.id_number,
                _l("This ID number cannot be right: its check digit or its day does not fit."),
            )
        ],
        render_kw=DIGITS,
    )


class MergeForm(FlaskForm):
    """Which household this one goes into."""

    into = StringField(
        _l("Code of the household it goes into"),
        [InputRequired(_l("Say the household's code.")), Length(max=30, message=TOO_LONG)],
        filters=[lambda typed: cells.plain(typed or "")],
        render_kw={**PLAIN, "spellcheck": "false"},
    )


class SplitForm(FlaskForm):
    """The household that comes out of this one."""

    code = StringField(
        _l("Its own code"),
        [
            InputRequired(_l("Say the household's code.")),
            Regexp(
                r"^[0-9A-Za-z][0-9A-Za-z-]{0,29}$",
                message=_l("A household's code has digits, letters and hyphens, at most 30."),
            ),
        ],
        filters=[lambda typed: cells.plain(typed or "")],
        render_kw={**PLAIN, "spellcheck": "false"},
    )
    head = StringField(
        _l("Head"),
        [InputRequired(_l("The name is missing.")), Length(max=LONGEST_NAME, message=TOO_LONG)],
        render_kw=PLAIN,
    )
    members = CountField(_l("People who go along"))
    orchard_tenth_mu = StringField(
        _l("Orchard that goes along"),
        [_number(cells.tenths, _l("“%(typed)s” is no area in mu, such as 4.5."))],
        render_kw={"autocomplete": "off", "inputmode": "decimal"},
    )
    village_id = SelectField(_l("Village"), coerce=int)
    status = SelectField(
        _l("Kind of household"),
        choices=lambda: [SelectChoice(one, words.word(one, "status")) for one in STATUSES],
    )
    phone = StringField(
        _l("Phone"),
        [
            _number(
                identity.phone,
                _l("This is no phone number: 11 digits, or a landline with its area code."),
            )
        ],
        render_kw={**DIGITS, "inputmode": "tel"},
    )
    account = _account()

    def offer(self, villages: Iterable[PlaceChoice]) -> None:
        """Let any village of today be chosen."""
        self.village_id.choices = [
            SelectChoice(one.id, f"{translated(one, 'name')} · {translated(one, 'township')}")
            for one in villages
        ]
