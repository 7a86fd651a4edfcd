"""What is wrong on a carrier's list: one sentence for every code, naming what to do."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.settlement.list_queries import Ended, Judged
from storefront.web import file_faults, refusals
from storefront.web.words import WORDS

FAULTS: Final[Mapping[str, LazyString]] = {
    **file_faults.FAULTS,
    "carrier_missing": _l("Nobody says which carrier: choose one above and send the list again."),
    "carrier_unknown": _l("“%(typed)s” is no carrier that we know."),
    "left_otherwise": _l("Parcel %(parcel)s has left under the number %(number)s already."),
    "number_missing": _l("The row ends before the number: fill it in."),
    "number_twice": _l("Row %(other)s has the same number for another parcel."),
    "number_unreadable": _l("A number has 5 to 40 digits and letters, and no other signs."),
    "number_used": _l("Parcel %(parcel)s went under this number before."),
    "order_in_parcels": _l("This order is in several parcels: say which one, %(parcels)s."),
    "order_not_to_leave": _l("Order %(order)s is “%(state)s”: nothing of it leaves."),
    "parcel_missing": _l("The row names no parcel and no order."),
    "parcel_not_packed": _l("Parcel %(parcel)s is “%(state)s”: pack it first."),
    "parcel_held": refusals.REFUSALS["parcel_held"],
    "parcel_twice": _l("Row %(other)s has the same parcel."),
    "parcel_unknown": _l("We have no parcel and no order with this code."),
    "parcel_unreadable": _l("This is no code of ours: one of its signs is wrong."),
}
STATES: Final = {"order_not_to_leave": "order", "parcel_not_packed": "parcel"}


def told(row: Judged) -> Iterator[tuple[str, str]]:
    """Yield where and what for every fault of a row."""
    for fault in row.faults:
        where = file_faults.place(row.sheet, row.row, fault["column"], fault["heading"])
        yield where, sentence(fault["code"], fault["facts"])


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return what is wrong, in the reader's language."""
    state = facts.get("state")
    words = WORDS[STATES[code]] if code in STATES else {}
    said = {**facts, "state": words.get(state, state)} if state else facts
    return file_faults.written(FAULTS[code], said)


def stayed(row: Ended) -> str:
    """Return why a parcel that was to leave could not."""
    return refusals.sentence(refusals.remembered(row.told))
