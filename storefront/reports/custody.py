"""How far what was sold can be followed: grams of a season at each custody level."""

from dataclasses import dataclass

from sqlalchemy import func, select

from storefront import db
from storefront.reports.seasons import months_of
from storefront.settlement.models import CountyMonth
from storefront.weight import Grams

# from the surest to the least sure (ISO 22095)
LEVELS = ("identity_preserved", "segregated", "controlled_blending", "mass_balance")


@dataclass(frozen=True, slots=True)
class Followed:
    """What left a season at one custody level."""

    level: str
    grams: Grams


def followed(season: int) -> tuple[Followed, ...]:
    """Return a season's grams by custody level, the surest first, levels with none left out.

    A crate that nobody read when it was packed counts as mass balance, whatever its
    product says. One statement.
    """
    first, last = months_of(season)
    rows = db.session.execute(
        select(CountyMonth.custody, func.sum(CountyMonth.grams))
        .where(CountyMonth.month.between(first, last), CountyMonth.custody.in_(LEVELS))
        .group_by(CountyMonth.custody)
    )
    found = {level: Grams(int(grams)) for level, grams in rows}
    return tuple(Followed(level, found[level]) for level in LEVELS if found.get(level))
