"""What is said when a price, a place or a household's entry cannot be as it was asked for."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REFUSALS: Final[Mapping[str, LazyString]] = {
    "below_floor": _l(
        "%(price)s is %(short)s below the county's floor: at least %(floor)s is paid since "
        "%(since)s."
    ),
    "nothing_to_reveal": _l("There is no such number of this household."),
    "payee_is_not_the_head": _l("The head is %(head)s. Say how the payee is related to them."),
    "price_file_state": _l("File %(file)s cannot be taken in or put away any more."),
    "price_in_future": _l("Nobody paid a price on a day that is still to come."),
    "price_in_past": _l("A price cannot begin in the past."),
    "price_not_positive": _l("A price must be more than nothing."),
    "prices_changed": _l(
        "The prices are no longer as they were shown. Look at what changes now, and press again."
    ),
    "replaced_too_early": _l(
        "Say a day after %(since)s, since when the village is one, and not a day to come."
    ),
    "reveal_without_reason": _l("Say why you need to see it: the checker reads it."),
    "station_closed": _l("Station %(station)s is closed."),
    "station_in_use": _l(
        "Station %(station)s still looks after %(households)s households: assign their villages "
        "elsewhere first."
    ),
    "station_taken": _l("There is a station %(station)s already."),
    "unknown_relation": _l("Choose how they are related."),
    "village_after_itself": _l("A village does not follow itself."),
    "village_replaced": _l("Village %(village)s is %(into)s today: use that code."),
    "village_unnamed": _l("This code is new: say the village's names in both languages."),
}
