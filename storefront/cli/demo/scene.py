"""Everything the chapters of the season share."""

import random
from collections import Counter
from dataclasses import dataclass, field

from storefront.actors import CHECKER, OFFICER, OPERATOR, Actor
from storefront.cli.demo.county import County
from storefront.cli.demo.diary import Diary
from storefront.cli.demo.shelf import Shelf

PASSWORD = "pears in autumn"  # noqa: S105  of invented people, printed for everybody
WHOLE = 100  # per cent: the season at its full size
OPENING = 2  # per cent: what a shop can open with


@dataclass(slots=True)
class Scene:
    """The season at work: its people, its shelf, its diary, and chance (seeded)."""

    diary: Diary
    chance: random.Random
    county: County
    shelf: Shelf
    per_cent: int = WHOLE
    crates: Counter[int] = field(default_factory=Counter)  # crates filled so far, by lot id

    def size(self, full: int, least: int = 1) -> int:
        """Return how many of ``full`` there are in a season of this size."""
        return max(least, full * self.per_cent // WHOLE)

    @property
    def operator(self) -> Actor:
        """Who runs the shop."""
        return self.county.one(OPERATOR)

    @property
    def packer(self) -> Actor:
        """Who packs."""
        return self.county.one(OPERATOR, 1)

    @property
    def officer(self) -> Actor:
        """Who prepares what is paid."""
        return self.county.one(OFFICER)

    @property
    def checker(self) -> Actor:
        """Who approves it."""
        return self.county.one(CHECKER)
