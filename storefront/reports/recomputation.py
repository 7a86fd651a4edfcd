"""The kept summary worked out anew from the books, and what differs: ``flask books recompute``."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, text

from storefront import db
from storefront.reports.laws_of_figures import AMOUNTS, DIFFERS, SHELVES, Shelf


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of a shelf that is not what the books say; either side may be all zeros."""

    key: Mapping[str, int | str]
    kept: Mapping[str, int]
    said: Mapping[str, int]

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.key.items())
        what = ", ".join(
            f"{name} {kept} (books say {self.said[name]})"
            for name, kept in self.kept.items()
            if kept != self.said[name]
        )
        return f"{where}: {what}"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One shelf beside the books: how many rows agree, and those that do not, by key."""

    shelf: str
    agree: int
    differences: tuple[Difference, ...]


def recompute() -> tuple[Recomputed, ...]:
    """Work every shelf out anew from the books, one statement each, and compare."""
    return tuple(_recomputed(shelf) for shelf in SHELVES)


def _recomputed(shelf: Shelf) -> Recomputed:
    place = ", ".join(shelf.key)
    found = db.session.execute(
        text(
            f"SELECT *, {DIFFERS} AS differs FROM ({shelf.compared}) compared ORDER BY {place}"  # noqa: S608  no input of anybody's
        )
    )
    agree, differences = 0, []
    for row in found.mappings():
        if row["differs"]:
            differences.append(_difference(shelf, row))
        else:
            agree += 1
    return Recomputed(shelf.table, agree, tuple(differences))


def _difference(shelf: Shelf, row: RowMapping) -> Difference:
    return Difference(
        key={name: row[name] for name in shelf.key},
        kept={name: int(row[f"kept_{name}"]) for name in AMOUNTS},
        said={name: int(row[f"said_{name}"]) for name in AMOUNTS},
    )
