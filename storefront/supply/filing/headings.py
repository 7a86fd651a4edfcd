"""The line of headings in a table: where it is, and which column means what (pure)."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from storefront.supply.filing.faults import Faults
from storefront.supply.sheets.grid import Row, Sheet, looks_like_lost_digits

LOOKED_AT: Final = 15  # rows from the top; above the headings stand titles
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands: its column's place and heading."""

    at: Mapping[str, tuple[int, str]]

    def text(self, row: Row, name: str) -> str:
        """Return what a row says in a field; nothing where there is no such column."""
        column = self.at.get(name)
        if column is None or column[0] >= len(row.texts):
            return ""
        return row.texts[column[0]]


def said(text: str) -> str:
    """Return a heading as it is compared: full-width signs plain, no blanks, no asterisks."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).strip("*:").lower()


def body(
    sheet: Sheet, names: Mapping[str, str], key: str, faults: Faults
) -> Iterator[tuple[Columns, Row]]:
    """Yield the rows under the headings of a sheet.

    ``names`` says which field a heading means; the line of headings is the first that has
    the field ``key``. Above may stand titles; a second line of headings is a fault. A sheet
    without the key yields nothing.
    """
    columns: Columns | None = None
    top, merged = 0, _Merged(sheet, faults)
    for row in sheet.rows:
        if columns is None:
            if key in _fields(row, names):
                columns = _columns(sheet, row, names, faults)
                top = merged.after = row.number
            elif row.number > LOOKED_AT:
                return
        elif columns.text(row, key) in names or _is_second(row, top, names):
            faults.note("headings_twice", sheet.name, row.number)
        else:
            yield columns, row
    if columns is not None:
        merged.note()


def _fields(row: Row, names: Mapping[str, str]) -> set[str]:
    return {name for text in row.texts if (name := names.get(said(text)))}


def _is_second(row: Row, top: int, names: Mapping[str, str]) -> bool:
    """Whether the headings go on in the line below them."""
    return row.number == top + 1 and len(_fields(row, names)) > 1


@dataclass(slots=True)
class _Merged:
    sheet: Sheet
    faults: Faults
    after: int = 0

    def note(self) -> None:
        """Name cells that were merged below the headings: what they hide cannot be known."""
        for merge in self.sheet.merges:
            if merge.last_row > self.after:
                place = (merge.first_column, "")
                self.faults.note(
                    "merged", self.sheet.name, merge.first_row, place, cells=merge.name
                )


def _columns(sheet: Sheet, row: Row, names: Mapping[str, str], faults: Faults) -> Columns:
    at: dict[str, tuple[int, str]] = {}
    for place, text in enumerate(row.texts):
        name = names.get(said(text))
        if name is None:
            continue
        if name in at:
            faults.note("column_twice", sheet.name, row.number, (place, text), other=at[name][1])
        else:
            at[name] = (place, text)
    return Columns(at)


def check_cells(
    sheet: str, row: Row, columns: Columns, numbers: Collection[str], faults: Faults
) -> bool:
    """Note formulas in columns that are read, and long numbers that lost digits.

    Returns whether the row can be read.
    """
    before = faults.count
    if row.formulas:
        for column in columns.at.values():
            if column[0] in row.formulas:
                faults.note("formula", sheet, row.number, column)
    for name in numbers:
        if looks_like_lost_digits(columns.text(row, name)):
            faults.note("digits_lost", sheet, row.number, columns.at[name])
    return faults.count == before
