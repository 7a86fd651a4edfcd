"""The county's own rules: settings read once at start, the same for every request."""

from dataclasses import dataclass
from datetime import date, timedelta

from storefront.weight import Grams


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """From where on the county looks into whether somebody lends their name."""

    yield_percent: int = 90  # of what the orchard bears
    jump_percent: int = 200  # of last season's
    jump: Grams = Grams(500_000)  # more than last season's, at least
    phone_households: int = 3  # with one phone
    unconfirmed_percent: int = 20  # of what an agent received
    assumed_percent: int = 20  # of what was packed of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a county decides for itself (docs/settings.md)."""

    season_first_month: int = 8
    hold: timedelta = timedelta(minutes=35)
    dispatch_days: int = 2
    dispatch_weekdays: frozenset[int] = frozenset(range(1, 8))
    no_dispatch_on: frozenset[date] = frozenset()
    dispatch_most: int | None = None
    registered_poor_first: bool = False
    after_sale: timedelta = timedelta(hours=48)
    delivery_days: int = 7
    storage_warning: timedelta = timedelta(days=14)
    address_kept: timedelta = timedelta(days=30)
    buyer_kept: timedelta = timedelta(days=3 * 365)
    guards: Guards = Guards()


_in_force = [Rules()]


def adopt(rules: Rules) -> None:
    """Take ``rules`` for this process; called once, when the shop is made."""
    _in_force[0] = rules


def rules() -> Rules:
    """Return the rules in force."""
    return _in_force[0]
