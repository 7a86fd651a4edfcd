"""Step tables: which state may follow which."""

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.errors import Refusal


@dataclass(frozen=True, slots=True)
class Life:
    """One thing's states and the arrows between them.

    ``steps`` maps a state to the states that may follow it; a state that no
    arrow leaves is an end.
    """

    name: str
    steps: Mapping[str, tuple[str, ...]]

    def check(self, old: str, new: str, **facts: object) -> None:
        """Refuse a step that is not in the table (code ``<name>_step``)."""
        if new not in self.steps.get(old, ()):
            raise Refusal(f"{self.name}_step", state=old, wanted=new, **facts)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order the table names them."""
        ends = (state for followers in self.steps.values() for state in followers)
        return tuple(dict.fromkeys((*self.steps, *ends)))
