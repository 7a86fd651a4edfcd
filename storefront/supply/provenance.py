"""Who grew what is on the shelf, as anyone may read it: villages and days, never a person."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from storefront import db
from storefront.supply.candidates import FITTING
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Village
from storefront.unwritten import until_written


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village whose lots could fill an order now."""

    name_zh: str
    name_en: str
    households: int
    first_harvest: date
    last_harvest: date


@dataclass(frozen=True, slots=True)
class Grown:
    """Where the pears of an offer come from now."""

    villages: tuple[VillageRow, ...]

    @property
    def households(self) -> int:
        """How many households have some of it; each belongs to one village."""
        return sum(village.households for village in self.villages)

    @property
    def first_harvest(self) -> date | None:
        """The day the first of it was picked."""
        return min((village.first_harvest for village in self.villages), default=None)

    @property
    def last_harvest(self) -> date | None:
        """The day the last of it was picked."""
        return max((village.last_harvest for village in self.villages), default=None)


GROWN_BY = (
    select(
        Village.name_zh,
        Village.name_en,
        func.count(Lot.household_id.distinct()),
        func.min(Lot.harvested_on),
        func.max(Lot.harvested_on),
    )
    .join(Household, Household.id == Lot.household_id)
    .join(Village, Village.id == Household.village_id)
    .where(*FITTING)
    .group_by(Village.id, Village.name_zh, Village.name_en)
    .order_by(func.count(Lot.household_id.distinct()).desc(), Village.id)
)


@until_written
def grown_by(grade_ids: frozenset[int], promised: date) -> Grown:
    """Return the villages with lots of these grades that fit ``promised``. One statement."""
    rows = db.session.execute(GROWN_BY, {"grades": list(grade_ids), "promised": promised})
    return Grown(tuple(VillageRow(*row) for row in rows))
