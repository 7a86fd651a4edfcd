"""The words of a station: how a household agrees with a slip, or not; who bears what is lost."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "slip_confirmed": {
        "phone": _l("on its own phone"),
        "agent": _l("with a PIN that the agent gave in the seven days before"),
        "code": _l("by the code on its phone"),
        "photo": _l("by the photograph of the signed slip"),
        "visit": _l("with its PIN at the station"),
    },
    "dispute_reason": {
        "weight": _l("The weight is wrong"),
        "grade": _l("The grade is wrong"),
        "price": _l("The price is wrong"),
        "not_ours": _l("I never brought this"),
    },
    "dispute_answer": {
        "upheld": _l("The household is right"),
        "refused": _l("The slip is right"),
        "withdrawn": _l("The household took it back"),
    },
    "loss_bearer": {
        "brand_fund": _l("We do: the household is owed its price"),
        "household": _l("The household does, with evidence"),
    },
    "loss_decision": {
        "brand_fund": _l("It is ours"),
        "household": _l("The household bears it"),
        "dropped": _l("Dropped: there was no loss"),
    },
    "loss": {
        "shrink": _l("Shrink"),
        "rot": _l("Rot"),
        "sampling": _l("Sampling"),
        "theft": _l("Theft"),
        "overweight": _l("Overweight"),
        "recall": _l("Recall"),
    },
}
