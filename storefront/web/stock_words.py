"""The words of what happens to a lot's stock: one for each reason of a movement."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MOVEMENTS: Final[Mapping[str, LazyString]] = {
    "declare": _l("To be delivered"),
    "take_back": _l("Taken back"),
    "sold_out": _l("Sold out"),
    "receive": _l("Weighed: the declaration is replaced"),
    "weigh_in": _l("Weighed in"),
    "pack": _l("Packed into a parcel"),
    "unpack": _l("Taken out of a parcel again"),
    "correct": _l("Put right after a dispute"),
    "shrink": _l("Shrinkage"),
    "rot": _l("Rot"),
    "sampling": _l("Sample taken"),
    "theft": _l("Theft"),
    "overweight": _l("Packed over weight"),
    "recall": _l("Recall"),
    "underweight": _l("Packed under weight"),
}
