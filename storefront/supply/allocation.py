"""Whose pears go into which box: one pure rule (docs/adr/0006).

Lots that fit (grade, ready by the promised day, within their storage days, not
held) are taken received before declared, then earliest end of storage, then the
household with the least allocated this season, then lot id. A county may put
registered-poor households first. Identity-preserved boxes come each from one
household; others may mix.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class LotOnOffer:
    """A lot as the rule sees it."""

    id: int
    household_id: int
    grade_id: int
    received: bool
    ready_on: date
    storage_ends_on: date
    available: Grams
    held: bool = False
    registered_poor: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """``boxes`` boxes that each want ``grams`` of a grade for the line part ``part``."""

    part: int
    grade_id: int
    grams: Grams
    boxes: int

    @property
    def total(self) -> Grams:
        """What all the boxes want."""
        return self.grams * self.boxes


@dataclass(frozen=True, slots=True)
class LineNeed:
    """What one order line wants; its boxes each from one household if ``one_household``."""

    needs: tuple[Need, ...]
    one_household: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """Grams of one lot for one line part; without a lot they could not be placed."""

    part: int
    grade_id: int
    lot_id: int | None
    grams: Grams


def fits(lot: LotOnOffer, promised: date) -> bool:
    """Whether the lot may fill a parcel promised for that day."""
    in_time = lot.ready_on <= promised <= lot.storage_ends_on
    return in_time and not lot.held and lot.available > NOTHING


def in_order(
    lots: Iterable[LotOnOffer],
    allocated: Mapping[int, Grams],
    promised: date,
    *,
    registered_poor_first: bool = False,
) -> list[LotOnOffer]:
    """Return the lots that fit, in the order they are to be taken.

    ``allocated`` holds the grams already allocated this season by household.
    """

    def rank(lot: LotOnOffer) -> tuple[bool, bool, date, int, int]:
        given = allocated.get(lot.household_id, NOTHING)
        behind = registered_poor_first and not lot.registered_poor
        return (not lot.received, behind, lot.storage_ends_on, int(given), lot.id)

    return sorted((lot for lot in lots if fits(lot, promised)), key=rank)


def plan(lines: Sequence[LineNeed], lots: Sequence[LotOnOffer]) -> list[Slice]:
    """Fill the lines from ``lots``, which stand in the order they are to be taken.

    Every need comes back in full: what no lot can give is a slice without a lot.
    Boxes of a ``one_household`` line are never merged, so each can be traced.
    """
    left = {lot.id: lot.available for lot in lots}
    slices: list[Slice] = []
    for line in lines:
        if line.one_household:
            slices += _from_one_household_each(line, lots, left)
        else:
            for need in line.needs:
                slices += _fill(need, need.total, lots, left)
    return slices


def _fill(
    need: Need, wanted: Grams, lots: Sequence[LotOnOffer], left: dict[int, Grams]
) -> list[Slice]:
    """Take ``wanted`` grams from the lots in order, writing down what is left of each."""
    slices = []
    for lot in lots:
        if wanted == NOTHING:
            break
        taken = min(wanted, left[lot.id]) if lot.grade_id == need.grade_id else NOTHING
        if taken > NOTHING:
            left[lot.id] = left[lot.id] - taken
            wanted = wanted - taken
            slices.append(Slice(need.part, need.grade_id, lot.id, taken))
    if wanted > NOTHING:
        slices.append(Slice(need.part, need.grade_id, None, wanted))
    return slices


def _from_one_household_each(
    line: LineNeed, lots: Sequence[LotOnOffer], left: dict[int, Grams]
) -> list[Slice]:
    boxes = max((need.boxes for need in line.needs), default=0)
    slices: list[Slice] = []
    for _ in range(boxes):
        slices += _one_box(line, lots, left)
    return slices


def _one_box(line: LineNeed, lots: Sequence[LotOnOffer], left: dict[int, Grams]) -> list[Slice]:
    """Fill one box from the first household, in the lots' order, that can give all of it."""
    for household in dict.fromkeys(lot.household_id for lot in lots):
        own = [lot for lot in lots if lot.household_id == household]
        rest = dict(left)
        slices = [part for need in line.needs for part in _fill(need, need.grams, own, rest)]
        if all(part.lot_id is not None for part in slices):
            left.update(rest)
            return slices
    return [Slice(need.part, need.grade_id, None, need.grams) for need in line.needs]
