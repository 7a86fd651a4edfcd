"""Whose word the county has: what each agent received, who agreed, what was only assumed."""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, select

from storefront import county, db
from storefront.accounts.models import User
from storefront.orders.models import Allocation
from storefront.supply.models import Lot
from storefront.supply.places import Station
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Agent:
    """What one person wrote down in a season for households, and how sure it is."""

    name: str
    station_zh: str
    station_en: str
    slips: int
    received: Grams
    unconfirmed: Grams
    packed: Grams
    assumed: Grams

    @property
    def stands_out(self) -> bool:
        """Whether more is unconfirmed, or assumed, than the county lets pass."""
        most = county.rules().guards
        return (
            self.unconfirmed * 100 > self.received * most.unconfirmed_percent
            or self.assumed * 100 > self.packed * most.assumed_percent
        )


def agents(season: int) -> tuple[Agent, ...]:
    """Return everybody who received from households in a season. One statement."""
    lots = (
        select(
            Lot.recorded_by.label("user_id"),
            Lot.station_id,
            func.count(Lot.slip_id.distinct()).label("slips"),
            func.sum(Lot.net_g).label("received"),
            func.sum(case((Lot.confirmed_at.is_(None), Lot.net_g), else_=0)).label("open"),
        )
        .where(Lot.season == season, Lot.net_g.is_not(None), Lot.channel == "agent")
        .group_by(Lot.recorded_by, Lot.station_id)
        .subquery()
    )
    packed = (
        select(
            Lot.recorded_by.label("user_id"),
            Lot.station_id,
            func.sum(Allocation.grams).label("packed"),
            func.sum(
                case((Allocation.how_confirmed == "assumed", Allocation.grams), else_=0)
            ).label("assumed"),
        )
        .join(Lot, Lot.id == Allocation.lot_id)
        .where(Lot.season == season, Lot.channel == "agent")
        .where(Allocation.how_confirmed.is_not(None), Allocation.state != "freed")
        .group_by(Lot.recorded_by, Lot.station_id)
        .subquery()
    )
    same = and_(packed.c.user_id == lots.c.user_id, packed.c.station_id == lots.c.station_id)
    query = (
        select(
            User.name,
            Station.name_zh,
            Station.name_en,
            lots.c.slips,
            lots.c.received,
            lots.c.open,
            func.coalesce(packed.c.packed, 0),
            func.coalesce(packed.c.assumed, 0),
        )
        .join_from(lots, User, User.id == lots.c.user_id)
        .join(Station, Station.id == lots.c.station_id)
        .outerjoin(packed, same)
        .order_by(lots.c.open.desc(), User.id, Station.id)
    )
    return tuple(
        Agent(name, zh, en, int(slips), *(Grams(int(each)) for each in grams))
        for name, zh, en, slips, *grams in db.session.execute(query)
    )
