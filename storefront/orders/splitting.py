"""Which pears go along when a parcel is split, by boxes or by crates (pure, docs/adr/0011)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from storefront.errors import Refusal
from storefront.exact import Exact
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Crate:
    """A row of a parcel's line: ``part`` of the pack it fills. ``label`` once it is packed."""

    id: int
    part: int
    grams: Grams
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Packs:
    """A line as it stands in one parcel: its boxes, what a box takes of each grown part, its rows.

    The rows stand in the order of the boxes they fill. ``whole``: a box is of one
    household, and none may be taken apart.
    """

    boxes: int
    needs: Mapping[int, Grams]
    crates: Sequence[Crate]
    whole: bool = False

    def of_part(self, part: int) -> list[Crate]:
        """Return the rows of one part."""
        return [crate for crate in self.crates if crate.part == part]


@dataclass(frozen=True, slots=True)
class Off:
    """What is split off of a line: so many boxes, and how many grams of which row."""

    boxes: int
    grams: Mapping[int, Grams]


def off_by_boxes(packs: Packs, boxes: int) -> Off:
    """Return the last ``boxes`` boxes of a line; a row that fills more than them is cut.

    Raises:
        Refusal: ``quantity_out_of_range``; ``boxes_shared_out`` when the rows are not
            whole boxes; ``crate_fills_both`` when a packed crate would have to be cut.
    """
    if not 0 < boxes <= packs.boxes:
        raise Refusal("quantity_out_of_range", field="boxes", least=1, most=packs.boxes)
    if boxes == packs.boxes:
        return Off(boxes, {crate.id: crate.grams for crate in packs.crates})
    for part, need in packs.needs.items():
        if Grams.total(crate.grams for crate in packs.of_part(part)) != need * packs.boxes:
            raise Refusal("boxes_shared_out", field="boxes")
    pieces = (_last(packs.of_part(part), need * boxes) for part, need in packs.needs.items())
    return Off(boxes, {row: grams for piece in pieces for row, grams in piece.items()})


def _last(crates: Sequence[Crate], wanted: Grams) -> dict[int, Grams]:
    """Return the last ``wanted`` grams of a part's rows."""
    taken: dict[int, Grams] = {}
    for crate in reversed(crates):
        if wanted == NOTHING:
            break
        piece = min(wanted, crate.grams)
        if piece < crate.grams and crate.label is not None:
            raise Refusal("crate_fills_both", field="boxes", crate=crate.label)
        taken[crate.id] = piece
        wanted = wanted - piece
    return taken


def off_by_crates(packs: Packs, chosen: Collection[int]) -> Off:
    """Return the chosen rows, whole; as many boxes go along as the pears are worth.

    Boxes follow the grams by largest remainder, and a tie stays behind.

    Raises:
        Refusal: ``box_stays_whole`` when a box of one household would be taken apart.
    """
    if packs.whole:
        _check_whole(packs, chosen)
    moved = {crate.id: crate.grams for crate in packs.crates if crate.id in chosen}
    going = Grams.total(moved.values())
    staying = Grams.total(crate.grams for crate in packs.crates) - going
    _behind, along = Exact(packs.boxes).split([staying, going])
    return Off(int(along), moved)


def _check_whole(packs: Packs, chosen: Collection[int]) -> None:
    """Every row of a box goes, or none."""
    boxes: dict[int, set[bool]] = {}
    for part, need in packs.needs.items():
        for box, crate in _by_box(packs.of_part(part), need):
            boxes.setdefault(box, set()).add(crate.id in chosen)
    if any(len(goes) > 1 for goes in boxes.values()):
        raise Refusal("box_stays_whole", field="crates")


def _by_box(crates: Iterable[Crate], need: Grams) -> Iterable[tuple[int, Crate]]:
    """Yield each row with the number of the box it fills: rows of a part fill box after box."""
    filled = NOTHING
    for crate in crates:
        yield int(filled) // int(need), crate
        filled = filled + crate.grams
