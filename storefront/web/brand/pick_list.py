"""The pick list: at which station, from which lot, how many crates, into which parcels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from storefront.orders import packing_queries, pick_queries
from storefront.orders.packing_queries import CrateRow
from storefront.orders.pick_queries import LotAt, Size
from storefront.weight import Grams

CRATE_BY_CRATE: Final = 250  # crates that are listed one by one; more are counted lot by lot


@dataclass(frozen=True, slots=True)
class LotToTake:
    """One lot, how many crates of which weight are taken of it, and into which parcels.

    Without ``rows`` the list is too long to name every crate; the lot's own list does.
    """

    at: LotAt
    sizes: tuple[tuple[Grams, int], ...]
    rows: tuple[CrateRow, ...]

    @property
    def grams(self) -> Grams:
        """What is taken of the lot in all."""
        return Grams.total(grams * crates for grams, crates in self.sizes)

    @property
    def crates(self) -> int:
        """How many crates are taken of it."""
        return sum(crates for _, crates in self.sizes)


@dataclass(frozen=True, slots=True)
class Stop:
    """One station of the walk, with its lots."""

    first: LotAt
    lots: tuple[LotToTake, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """The stops, and how many crates are due today and how many wait in all."""

    stops: tuple[Stop, ...]
    due: int
    waiting: int
    only_due: bool


def walk(today: date, *, every: bool = False, lot: str = "") -> Walk:
    """Return the walk for what leaves today; for all that waits if nothing does, or if asked.

    Three statements at most, however many orders there are. ``lot`` names one lot alone,
    crate by crate.
    """
    waiting = pick_queries.sizes(today)
    due = [size for size in waiting if size.is_due]
    chosen = list(waiting) if every or lot or not due else due
    places = pick_queries.lots_at(sorted({size.lot_id for size in chosen}))
    if lot:
        places = tuple(place for place in places if place.code == lot)
    only_due = chosen is due
    rows = _rows(places, chosen, today if only_due else None)
    taken = [LotToTake(place, _sizes(chosen, place.id), tuple(rows[place.id])) for place in places]
    return Walk(_stops(taken), _crates(due), _crates(waiting), only_due)


def _crates(sizes: Iterable[Size]) -> int:
    return sum(size.crates for size in sizes)


def _sizes(sizes: Iterable[Size], lot_id: int) -> tuple[tuple[Grams, int], ...]:
    """Return weights and numbers of crates of one lot, the heaviest first."""
    found: defaultdict[Grams, int] = defaultdict(int)
    for size in sizes:
        if size.lot_id == lot_id:
            found[size.grams] += size.crates
    return tuple(found.items())


def _rows(
    places: Sequence[LotAt], sizes: Iterable[Size], until: date | None
) -> Mapping[int, list[CrateRow]]:
    """Return every crate of the lots, by lot, unless they are too many to be read."""
    found: defaultdict[int, list[CrateRow]] = defaultdict(list)
    here = {place.id for place in places}
    if _crates(size for size in sizes if size.lot_id in here) <= CRATE_BY_CRATE:
        for row in packing_queries.crates_to_take(here, until):
            found[row.lot_id or 0].append(row)
    return found


def _stops(taken: Iterable[LotToTake]) -> tuple[Stop, ...]:
    grouped = groupby(taken, key=lambda one: one.at.station_zh)
    stops = (tuple(lots) for _, lots in grouped)
    return tuple(Stop(lots[0].at, lots) for lots in stops)
