"""Whose pages these are: a member's own household, or one of an agent's station."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for

from storefront import clock
from storefront.actors import AGENT, HOUSEHOLD_MEMBER
from storefront.errors import NotFound
from storefront.supply import household_queries
from storefront.supply.household_queries import HouseholdCard
from storefront.web import own_phone
from storefront.web.guards import current_actor


@dataclass(frozen=True, slots=True)
class Place:
    """The household a screen is about, and whether an agent acts for it."""

    ACTING: ClassVar[str] = "_for"

    household: HouseholdCard
    acting: bool

    def url(self, screen: str, **values: Any) -> str:  # noqa: ANN401  URL values
        """Return the address of ``screen`` for this household and this visitor."""
        if not self.acting:
            return url_for(f"producers.{screen}", **values)
        name = f"producers.{screen}{self.ACTING}"
        return url_for(name, household=self.household.code, **values)

    @property
    def facts(self) -> dict[str, object]:
        """What every template of the door is given."""
        facts: dict[str, object] = {"place": self, "producers_base": self.url("home")}
        if not self.acting:
            facts |= {"waits_for": owner(), "own_phone": own_phone.is_own()}
        return {**facts, "opened_at": clock.now()}


def owner() -> str:
    """Return who types on this phone, as its store tells people apart."""
    return f"u{current_actor().user_id or 0}"


def own_household() -> Place:
    """Return the visitor's own household. Raises NotFound."""
    actor = current_actor()
    if not actor.may(HOUSEHOLD_MEMBER) or actor.household_id is None:
        raise NotFound
    return Place(household_queries.household_card(actor.household_id), acting=False)


def household_acted_for(code: str) -> Place:
    """Return a household of the agent's station. Raises NotFound for any other."""
    return Place(household_queries.household_at_station(code, station_of_agent()), acting=True)


def station_of_agent() -> int:
    """Return the station the visitor is the agent of. Raises NotFound."""
    actor = current_actor()
    if not actor.may(AGENT) or actor.station_id is None:
        raise NotFound
    return actor.station_id
