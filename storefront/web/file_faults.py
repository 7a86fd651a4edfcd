"""What can be wrong in any table that people send: one sentence a code, and where it is."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

FAULTS: Final[Mapping[str, LazyString]] = {
    "column_missing": _l("The column “%(wanted)s” is missing."),
    "column_twice": _l("This column says the same as “%(other)s”: keep one."),
    "day_in_future": _l("The day %(typed)s is still to come."),
    "day_unreadable": _l("“%(typed)s” is no day such as 2021-01-01."),
    "digits_lost": _l(
        "Excel shortened this number, and its last digits are gone. Format the column as text and "
        "fill it in anew."
    ),
    "formula": _l("Here is a formula. Put its value in its place."),
    "headings_twice": _l("This is a second line of headings: keep one."),
    "merged": _l("The cells %(cells)s are merged: undo that and fill each in."),
}


def written(sentence: LazyString, facts: Mapping[str, object]) -> str:
    """Return a sentence with its facts, in the reader's language."""
    return f"{sentence}" % facts if facts else f"{sentence}"


def place(sheet: str, row: int, column: str, heading: str) -> str:
    """Return where it is: sheet, row, column and heading."""
    where = _("row %(row)s", row=row)
    return " · ".join(part for part in (sheet, where, f"{column} {heading}".strip()) if part)
