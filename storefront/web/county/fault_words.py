"""What is wrong in a file of households: one sentence for every code, naming what to do."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.supply.import_queries import FaultRow
from storefront.web import file_faults, refusals

FAULTS: Final[Mapping[str, LazyString]] = {
    **file_faults.FAULTS,
    "account_wrong": _l("This account number cannot be right: look at its digits again."),
    "area_unreadable": _l("“%(typed)s” is no area in mu, such as 4.5."),
    "code_missing": _l("This row names no household."),
    "code_unreadable": _l("A household's code has digits, letters and hyphens, at most 30."),
    "differs": _l("Row %(other)s says something else here of the same household."),
    "head_differs": _l("The head in this column is not the person marked 户主."),
    "head_missing": _l("Nobody of this household is marked 户主."),
    "heads_two": _l("The head of this household stands in row %(other)s already."),
    "household_merged": _l("This household is one with %(into)s now: use that code."),
    "household_twice": _l("This household stands in row %(other)s already."),
    "id_wrong": _l("This ID number cannot be right: its check digit or its day does not fit."),
    "kind_missing": _l("Say what kind of household it is."),
    "kind_unknown": _l("“%(typed)s” is no kind of household that we know."),
    "members_unreadable": _l("Say how many people the household has: 1 to 99."),
    "name_missing": _l("The name is missing."),
    "no_headings": _l("No sheet has a line of headings with 户编号."),
    "person_twice": _l("This person stands in row %(other)s already."),
    "phone_wrong": _l("This is no phone number: 11 digits, or a landline with its area code."),
    "too_long": _l("A name has at most %(most)s signs."),
    "village_ambiguous": _l(
        "There are two villages %(typed)s: use the code, or name the township."
    ),
    "village_ended": _l("Village %(typed)s is no more, and nobody named the one that follows it."),
    "village_missing": _l("Say the village."),
    "village_unknown": _l("There is no village %(typed)s."),
    "villages_two": _l("Row %(other)s puts the same household in another village."),
}


def sentence(fault: FaultRow) -> str:
    """Return what is wrong, in the reader's language."""
    return file_faults.written(FAULTS[fault.code], fault.facts)


def refused(told: Mapping[str, Any]) -> str:
    """Return why a file could not be read at all."""
    return refusals.sentence(refusals.remembered(told))


def place(fault: FaultRow) -> str:
    """Return where it is: sheet, row, column and heading."""
    return file_faults.place(fault.sheet, fault.row, fault.column, fault.heading)
