"""At which station an agent works: the county officer's word."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from sqlalchemy import select

from storefront import audit, db
from storefront.accounts.models import User, UserRole
from storefront.actors import AGENT, OFFICER, Actor
from storefront.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who looks after a station."""

    id: int
    name: str
    station_id: int | None


AGENTS = (
    select(User.id, User.name, User.station_id)
    .join(UserRole, UserRole.user_id == User.id)
    .where(UserRole.role == AGENT, User.disabled_at.is_(None))
    .order_by(User.name, User.id)
)


def everybody() -> tuple[Agent, ...]:
    """Return everybody who looks after a station, by name."""
    return tuple(starmap(Agent, db.session.execute(AGENTS)))


def post_agent(user_id: int, station_id: int, station: str, *, actor: Actor, now: datetime) -> None:
    """Let an agent look after the station with this id and code, and no other; again: no change.

    Raises:
        Forbidden: the actor is no county officer.
        NotFound: there is no such agent.
    """
    if not actor.may(OFFICER):
        raise Forbidden
    if user_id not in {one.id for one in everybody()}:
        raise NotFound
    user = db.lock_one(User, user_id)
    if user.station_id == station_id:
        return
    user.station_id = station_id
    audit.record(actor, "post_agent", "user", str(user_id), now=now, station=station)
    db.session.flush()
