"""A season by township for everybody to read: what households earned, what was paid, what was not.

From the kept summaries. Nobody is named, and small counts are hidden (suppression.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, case, func, select

from storefront import clock, county, db
from storefront.money import ZERO, Fen
from storefront.reports.seasons import last_day, months_of
from storefront.reports.suppression import part
from storefront.settlement.models import CountyMonth, HouseholdMonth
from storefront.supply.places import Township, Village
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Sums:
    """What a season brought: ``earned`` and ``paid`` are the season's, less what was corrected.

    ``unpaid`` is all that was earned until the season's end and was not paid by then.
    """

    households: int
    grams: Grams
    earned: Fen
    paid: Fen
    unpaid: Fen


@dataclass(frozen=True, slots=True)
class TownshipRow(Sums):
    """One township that may stand alone."""

    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ByTownship:
    """A season's townships; those of few households together; nothing where all are too few."""

    rows: tuple[TownshipRow, ...]
    others: Sums | None
    together: int
    total: Sums | None


def by_township(season: int) -> ByTownship:
    """Return a season by township, who earned most first; two statements.

    A household counts once, in the township it last earned in.
    """
    first, last = months_of(season)
    asked = {"first": first, "last": last}
    counted = {key: int(count) for key, count in db.session.execute(HOUSEHOLDS, asked)}
    found = [_row(counted, *row) for row in db.session.execute(MONEY, asked)]
    rows = [row for row in found if any((row.households, *map(int, _amounts(row))))]
    parted = part([row.households for row in rows])
    if parted is None:
        return ByTownship((), None, 0, None)
    hidden = [rows[place] for place in parted.together]
    alone = sorted((rows[place] for place in parted.alone), key=lambda row: -int(row.earned))
    others = _together(hidden) if hidden else None
    return ByTownship(tuple(alone), others, len(hidden), _together(rows))


def seasons() -> tuple[int, ...]:
    """Return the seasons that have figures, the newest first; one statement."""
    begins = county.rules().season_first_month
    months = db.session.execute(MONTHS).one()
    if None in months:
        return ()
    oldest, newest = (clock.season_of(last_day(month), begins) for month in months)
    return tuple(range(newest, oldest - 1, -1))


def _row(
    counted: Mapping[int, int], key: int, name_zh: str, name_en: str, grams: int, *fen: int
) -> TownshipRow:
    earned, paid, unpaid = (Fen(int(each)) for each in fen)
    households = counted.get(key, 0)
    return TownshipRow(households, Grams(int(grams)), earned, paid, unpaid, name_zh, name_en)


def _amounts(row: Sums) -> tuple[Grams, Fen, Fen, Fen]:
    return row.grams, row.earned, row.paid, row.unpaid


def _together(rows: Iterable[Sums]) -> Sums:
    households, grams, earned, paid, unpaid = 0, NOTHING, ZERO, ZERO, ZERO
    for row in rows:
        households += row.households
        grams, earned = grams + row.grams, earned + row.earned
        paid, unpaid = paid + row.paid, unpaid + row.unpaid
    return Sums(households, grams, earned, paid, unpaid)


_SEASON = CountyMonth.month >= bindparam("first")
_EARNED = CountyMonth.booked_fen - CountyMonth.reversed_fen
MONEY = (
    select(
        Township.id,
        Township.name_zh,
        Township.name_en,
        func.sum(case((_SEASON, CountyMonth.grams), else_=0)),
        func.sum(case((_SEASON, _EARNED), else_=0)),
        func.sum(case((_SEASON, CountyMonth.paid_fen), else_=0)),
        func.sum(_EARNED - CountyMonth.paid_fen),
    )
    .join(Village, Village.id == CountyMonth.village_id)
    .join(Township, Township.id == Village.township_id)
    .where(CountyMonth.month <= bindparam("last"))
    .group_by(Township.id, Township.name_zh, Township.name_en)
    .order_by(Township.code, Township.id)
)
_LAST = (
    select(
        Village.township_id,
        func.row_number()
        .over(
            partition_by=HouseholdMonth.household_id,
            order_by=(HouseholdMonth.month.desc(), Village.township_id),
        )
        .label("place"),
    )
    .select_from(HouseholdMonth)
    .join(Village, Village.id == HouseholdMonth.village_id)
    .where(HouseholdMonth.month.between(bindparam("first"), bindparam("last")))
    .where(HouseholdMonth.booked_fen > 0)
    .subquery()
)
HOUSEHOLDS = (
    select(_LAST.c.township_id, func.count())
    .where(_LAST.c.place == 1)
    .group_by(_LAST.c.township_id)
)
MONTHS = select(func.min(CountyMonth.month), func.max(CountyMonth.month))
