"""The first page: who was left behind, then where the income stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, request

from storefront import clock
from storefront.reports import seasons
from storefront.reports.income import Filter, by_month
from storefront.reports.left_behind import LeftBehind, left_behind
from storefront.reports.standing import standing
from storefront.web.county import asked
from storefront.web.county.blueprint import door
from storefront.web.guards import officer
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class LeftVillage:
    """The households of a village that nothing was booked for."""

    township_zh: str
    township_en: str
    village_zh: str
    village_en: str
    households: tuple[LeftBehind, ...]

    @property
    def on_hand(self) -> Grams:
        """What lies in our store of theirs."""
        return Grams.total(row.on_hand for row in self.households)

    @property
    def declared(self) -> Grams:
        """What they said they have."""
        return Grams.total(row.declared for row in self.households)


@door.get("/")
@officer
def overview() -> str:
    """Show a season: ``?season=2026``, the present one unless asked."""
    now = clock.now()
    this = seasons.this_season(now)
    season = min(asked.key(request.args.get("season")) or this, this)
    first, last = seasons.months_of(season)
    left = left_behind(season, today=clock.china_day(now))
    return render_template(
        "county/overview.html",
        season=season,
        this_season=this,
        period={"from": first, "to": last},
        left=left,
        villages=by_village(left),
        standing=standing(first, last),
        months=by_month(Filter(from_month=first, to_month=last)),
    )


def by_village(left: Sequence[LeftBehind]) -> list[LeftVillage]:
    """Return ``left`` village by village, in its order."""

    def place(row: LeftBehind) -> tuple[str, str, str, str]:
        return row.township_zh, row.township_en, row.village_zh, row.village_en

    found = groupby(sorted(left, key=place), place)
    return [LeftVillage(*names, tuple(households)) for names, households in found]
