"""The pick list: at which station, from which lot, into which parcels."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from storefront.orders.packing_queries import CrateRow
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class LotToTake:
    """One lot, and the parcels its crates go into."""

    first: CrateRow
    rows: tuple[CrateRow, ...]

    @property
    def grams(self) -> Grams:
        """What is taken of the lot in all."""
        return Grams.total(row.grams for row in self.rows)


@dataclass(frozen=True, slots=True)
class Stop:
    """One station of the walk, with its lots."""

    first: CrateRow
    lots: tuple[LotToTake, ...]


def walk(rows: Iterable[CrateRow]) -> list[Stop]:
    """Return the stops of the walk; ``rows`` come station by station and lot by lot."""
    return [_stop(tuple(group)) for _, group in groupby(rows, key=lambda row: row.station_zh)]


def _stop(rows: tuple[CrateRow, ...]) -> Stop:
    lots = [tuple(group) for _, group in groupby(rows, key=lambda row: row.lot_id)]
    return Stop(rows[0], tuple(LotToTake(group[0], group) for group in lots))
