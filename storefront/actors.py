"""Who acts: a plain value that doors hand to rooms."""

from dataclasses import dataclass, field
from typing import Self

HOUSEHOLD_MEMBER = "household_member"
AGENT = "agent"
OPERATOR = "operator"
OFFICER = "officer"
CHECKER = "checker"
SHOPPER = "shopper"
ROLES = (HOUSEHOLD_MEMBER, AGENT, OPERATOR, OFFICER, CHECKER, SHOPPER)
STAFF = (AGENT, OPERATOR, OFFICER, CHECKER)  # who works here: a second factor is required


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the shop itself) behind a request.

    ``household_id`` and ``station_id`` bound what a member or an agent may
    touch. The shop itself (worker, inbox) and a guest have no ``user_id``.
    """

    kind: str
    user_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    household_id: int | None = None
    station_id: int | None = None

    @classmethod
    def guest(cls) -> Self:
        """A shopper who did not sign in."""
        return cls("guest")

    @classmethod
    def shop(cls) -> Self:
        """The shop acting by itself: the worker, the inbox, a hold that lapsed."""
        return cls("shop")

    def may(self, role: str) -> bool:
        """Whether the actor holds ``role``."""
        return role in self.roles

    @property
    def works_here(self) -> bool:
        """Whether the actor is of the staff, of whom a second factor is required."""
        return not self.roles.isdisjoint(STAFF)

    @property
    def channel(self) -> str:
        """Through whom a producer's entry came: ``self``, ``agent`` or ``office``."""
        if self.may(AGENT):
            return "agent"
        return "self" if self.may(HOUSEHOLD_MEMBER) else "office"
