"""What an address asks for: months, kind of household, place, product; in words, too.

What an address names wrongly counts as not asked: the words above the figures
say what was understood.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from storefront.reports import seasons
from storefront.reports.choices import Choice, Choices
from storefront.reports.income import Filter
from storefront.supply.households import STATUSES
from storefront.web import filters, words
from storefront.web.i18n import translated

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
LONGEST_KEY = 9  # digits of a key: more would be no number of ours


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter in force; months ``2026-09``, both included."""

    from_month: str
    to_month: str
    status: str | None = None
    township: int | None = None
    village: int | None = None
    product: int | None = None
    through: bool = False

    @property
    def filter(self) -> Filter:
        """The filter as the reports want it."""
        return Filter(
            from_month=self.from_month,
            to_month=self.to_month,
            status=self.status,
            village_id=self.village,
            township_id=self.township,
            product_id=self.product,
            through=self.through,
        )

    @property
    def period(self) -> dict[str, str]:
        """The months as an address writes them."""
        return {"from": self.from_month, "to": self.to_month}

    @property
    def params(self) -> dict[str, Any]:
        """All of the filter as an address writes it."""
        rest = {
            "status": self.status,
            "township": self.township,
            "village": self.village,
            "product": self.product,
            "through": 1 if self.through else None,
        }
        return {**self.period, **{name: wish for name, wish in rest.items() if wish is not None}}

    @property
    def is_narrow(self) -> bool:
        """Whether more than the months is asked for."""
        return self.params != self.period


def read(args: Mapping[str, str], now: datetime) -> Asked:
    """Return what ``args`` ask for; without months the season ``now`` is in."""
    first, last = seasons.months_of(seasons.this_season(now))
    earlier, later = sorted((_month(args.get("from"), first), _month(args.get("to"), last)))
    status = args.get("status")
    return Asked(
        from_month=earlier,
        to_month=later,
        status=status if status in STATUSES else None,
        township=key(args.get("township")),
        village=key(args.get("village")),
        product=key(args.get("product")),
        through=args.get("through") == "1",
    )


def key(typed: str | None) -> int | None:
    """Return ``typed`` as a row's key; None where it is none."""
    text = typed or ""
    fits = text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY
    return int(text) if fits and int(text) else None


def _month(typed: str | None, otherwise: str) -> str:
    return typed if typed and MONTH.fullmatch(typed) else otherwise


def said(asked: Asked, choices: Choices) -> str:
    """Return the filter in words, for the line above the figures."""
    parts = [
        period_said(asked),
        str(words.word(asked.status, "status")) if asked.status else _("all households"),
        _named(asked.township, choices.townships),
        _named(asked.village, choices.villages) or ("" if asked.township else _("all villages")),
        _("with the places that went into it") if asked.through else "",
        _named(asked.product, choices.products) or _("all products"),
    ]
    return " · ".join(part for part in parts if part)


def period_said(asked: Asked) -> str:
    """Return the months in words: one month, or from one to another."""
    if asked.from_month == asked.to_month:
        return filters.month(asked.from_month)
    first, last = filters.month(asked.from_month), filters.month(asked.to_month)
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _named(wish: int | None, choices: tuple[Choice, ...]) -> str:
    """Return the name of what was chosen; what there is none of is said to be unknown."""
    if wish is None:
        return ""
    found = next((choice for choice in choices if choice.id == wish), None)
    return str(translated(found, "name")) if found else str(_("(unknown)"))
