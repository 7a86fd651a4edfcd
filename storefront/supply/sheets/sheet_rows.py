"""The rows of one sheet, made of what the parser says as it goes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from storefront.supply.sheets.grid import (
    MOST_COLUMNS,
    NO_FORMULAS,
    Row,
    check_size,
    letters,
    number_as_text,
)
from storefront.supply.sheets.unpacking import Attributes
from storefront.supply.sheets.workbook import Book, checked

PLACES: Final = {letters(column): column for column in range(MOST_COLUMNS)}
DIGITS: Final = "0123456789"
EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
LAST_SERIAL: Final = 2_900_000  # in the year 9839
TEXTS: Final = frozenset({"str", "inlineStr", "e", "d"})


class Rows:
    """Takes what the parser meets and gives rows; a row is there when it has ended."""

    def __init__(self, book: Book, merged: Callable[[Attributes], None]) -> None:
        self._book, self._merged = book, merged
        self._done: list[Row] = []
        self._number = self._column = self._count = 0
        self._texts: list[str] = []
        self._formulas: set[int] = set()
        self._cell: Attributes = {}
        self._said = ""
        self._listens = self._aside = False

    def taken(self) -> list[Row]:
        """Return the rows that ended since this was asked last."""
        done, self._done = self._done, []
        return done

    def begins(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        if name == "c":
            self._cell, self._said = attributes, ""
            named = attributes.get("r", "").rstrip(DIGITS)
            place = PLACES.get(named, MOST_COLUMNS) if named else -1
            self._column = place if place > self._column else self._column + 1
        elif name in {"v", "t"}:
            self._listens = not self._aside
        elif name == "row":
            self._begin_row(attributes.get("r", ""))
        elif name == "f":
            self._formulas.add(self._column)
        elif name == "rPh":
            self._aside = True
        elif name == "mergeCell":
            self._merged(attributes)

    def says(self, text: str) -> None:
        """Take text."""
        if self._listens:
            self._said = checked(self._said + text)

    def ends(self, name: str) -> None:
        """Take the end of an element."""
        if name == "c":
            if self._said:
                self._end_cell(self._text())
        elif name in {"v", "t"}:
            self._listens = False
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._aside = False

    def _begin_row(self, number: str) -> None:
        said = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0  # noqa: PLR2004  digits
        self._number = max(said, self._number + 1)
        self._column = -1
        self._texts, self._formulas = [], set()

    def _end_cell(self, text: str) -> None:
        if not text:
            return
        missing = self._column - len(self._texts)
        if missing:
            check_size(0, self._column + 1)
            self._texts += [""] * missing
        self._texts.append(text)
        if text[0] == "=":
            self._formulas.add(self._column)

    def _text(self) -> str:
        raw, kind = self._said.strip(), self._cell.get("t", "n")
        if kind == "s":
            at = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 8 else -1  # noqa: PLR2004  digits
            strings = self._book.strings
            return strings[at] if 0 <= at < len(strings) else ""
        if not raw or kind in TEXTS:
            return raw
        style = self._cell.get("s", "")
        if style.isdigit() and int(style[:8]) in self._book.days:
            return _day(raw, from_1904=self._book.from_1904)
        return number_as_text(raw)

    def _end_row(self) -> None:
        if self._texts or self._formulas:
            self._count += 1
            check_size(self._count, len(self._texts))
            formulas = frozenset(self._formulas) if self._formulas else NO_FORMULAS
            self._done.append(Row(self._number, tuple(self._texts), formulas))


def _day(raw: str, *, from_1904: bool) -> str:
    """Return the day that a spreadsheet's number stands for, as 2026-09-14."""
    whole = raw.partition(".")[0]
    if not (whole.isascii() and whole.isdigit() and 0 < int(whole[:9]) <= LAST_SERIAL):
        return raw
    begin = EPOCH_1904 if from_1904 else EPOCH
    return (begin + timedelta(days=int(whole[:9]))).isoformat()
