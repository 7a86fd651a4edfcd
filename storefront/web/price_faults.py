"""What is wrong in a file of prices: one sentence for every code, naming what to do."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.errors import Refusal
from storefront.web import file_faults, refusals
from storefront.weight import FenPerKg

FAULTS: Final[Mapping[str, LazyString]] = {
    **file_faults.FAULTS,
    "day_over": _l("The day %(typed)s is over: a price begins today or later."),
    "grade_missing": _l("Say the grade."),
    "grade_unknown": _l("There is no grade “%(typed)s”: use its code, or its name."),
    "no_price_headings": _l("No sheet has a line of headings with 等级."),
    "price_missing": _l("This row says no price."),
    "price_of_others": _l("This price is not yours to set: take the column out."),
    "price_twice": _l("Row %(other)s says this price of the same day already."),
    "price_unreadable": _l("“%(typed)s” is no price in yuan, such as 4.70."),
    "prices_too_many": _l("A file may have %(most)s prices. Send it in parts."),
}


def sentence(fault: Mapping[str, Any]) -> str:
    """Return what is wrong, in the reader's language."""
    facts = fault["facts"]
    if fault["code"] == "below_floor":
        return refusals.sentence(_below_floor(**facts))
    return file_faults.written(FAULTS[fault["code"]], facts)


def _below_floor(price: int, floor: int, since: str) -> Refusal:
    """Return the refusal that the price would get if it were typed."""
    short, day = FenPerKg(floor - price), date.fromisoformat(since)
    told = {"price": FenPerKg(price), "floor": FenPerKg(floor)}
    return Refusal("below_floor", **told, short=short, since=day)


def place(fault: Mapping[str, Any]) -> str:
    """Return where it is: sheet, row, column and heading."""
    return file_faults.place(fault["sheet"], fault["row"], fault["column"], fault["heading"])
