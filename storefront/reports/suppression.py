"""Small counts are hidden, and so that no subtraction finds them again (pure).

A figure that is shown of the whole and of some parts tells the sum of the parts that are
not shown. So these are shown as one sum, and it too must be of enough households.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5  # households that a public figure is at least of


@dataclass(frozen=True, slots=True)
class Parted:
    """Which parts may stand alone, and which only as one sum; both by their place."""

    alone: tuple[int, ...]
    together: tuple[int, ...]


def part(counts: Sequence[int], fewest: int = FEWEST) -> Parted | None:
    """Part the parts of a whole, each with its count of households, none in two of them.

    None when the whole is of too few: then nothing of it may be shown. Otherwise every
    part alone, the sum of the others, and so whatever can be worked out from them and
    the whole, is of ``fewest`` households or more.
    """
    if sum(counts) < fewest:
        return None
    smallest_first = sorted(range(len(counts)), key=lambda place: (counts[place], place))
    together = [place for place in smallest_first if counts[place] < fewest]
    if together:
        for place in smallest_first[len(together) :]:
            if sum(counts[each] for each in together) >= fewest:
                break
            together.append(place)
    alone = (place for place in range(len(counts)) if place not in together)
    return Parted(tuple(alone), tuple(sorted(together)))


def both_are_enough(some: int, whole: int, fewest: int = FEWEST) -> bool:
    """Whether a part of a whole may be counted: it and what remains are of enough households."""
    return min(some, whole - some) >= fewest
