"""What a table is here: rows of texts, numbered as a spreadsheet numbers them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from storefront.errors import Refusal

MOST_BYTES: Final = 20_000_000  # as it was sent
MOST_UNPACKED: Final = 160_000_000  # an .xlsx is a zip: what may come out of it
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 300
LONGEST: Final = 32_767  # signs in a cell: Excel's own limit
NO_FORMULAS: Final[frozenset[int]] = frozenset()
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[Ee]\+?(\d{1,2})")
_WHOLE = re.compile(r"(\d+)\.0+")
EXACT: Final = 15  # digits that a spreadsheet's number keeps


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, the text of each cell, and which columns hold formulas."""

    number: int
    texts: tuple[str, ...]
    formulas: frozenset[int] = NO_FORMULAS


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that were merged: rows and columns, both ends included; columns from 0."""

    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(slots=True)
class Sheet:
    """A sheet whose rows are read once; ``merges`` are known when the last row was."""

    name: str
    rows: Iterator[Row]
    merges: list[Merge] = field(default_factory=list)


def check_size(rows: int, columns: int = 0) -> None:
    """Refuse more rows or columns than one file may have."""
    if rows > MOST_ROWS:
        raise Refusal("file_too_many_rows", field="file", most=MOST_ROWS)
    if columns > MOST_COLUMNS:
        raise Refusal("file_too_many_columns", field="file", most=MOST_COLUMNS)


def letters(column: int) -> str:
    """Return how a spreadsheet names a column, counted from 0: ``A``, ``B``, … ``AA``."""
    name = ""
    while column >= 0:
        column, place = divmod(column, 26)
        name, column = chr(ord("A") + place) + name, column - 1
    return name


def column_of(name: str) -> int:
    """Return a column's place, counted from 0, by its letters."""
    place = 0
    for letter in name:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def number_as_text(raw: str) -> str:
    """Return a number's cell as people read it: ``20.0`` is 20, ``1.38E10`` is 13800000000.

    Where digits were lost (more than fifteen of them) it stays ``1.42635190001010E+17``,
    so that nobody takes it for what was typed.
    """
    whole = _WHOLE.fullmatch(raw)
    if whole:
        return whole[1]
    found = _SCIENTIFIC.fullmatch(raw)
    if found is None:
        return raw
    first, part, power = found[1], found[2] or "", int(found[3])
    if power >= EXACT or len(part) > power:
        return raw
    return first + part.ljust(power, "0")


def looks_like_lost_digits(text: str) -> bool:
    """Whether ``text`` is a long number that a spreadsheet shortened, such as 3.51E+16."""
    return _SCIENTIFIC.fullmatch(text) is not None
