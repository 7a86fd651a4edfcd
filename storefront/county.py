"""The county's own rules: settings read once at start, the same for every request."""

from dataclasses import dataclass
from datetime import date, timedelta


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
    address_kept: timedelta = timedelta(days=30)
    buyer_kept: timedelta = timedelta(days=3 * 365)


_in_force = [Rules()]


def adopt(rules: Rules) -> None:
    """Take ``rules`` for this process; called once, when the shop is made."""
    _in_force[0] = rules


def rules() -> Rules:
    """Return the rules in force."""
    return _in_force[0]
