"""Sheets of an .xlsx (ECMA-376), read in one go, without holding them."""

import re
from collections.abc import Iterator

from storefront.errors import Refusal
from storefront.supply.sheets.grid import Merge, Row, Sheet, check_size, column_of
from storefront.supply.sheets.sheet_rows import Rows
from storefront.supply.sheets.unpacking import Attributes, Package
from storefront.supply.sheets.workbook import Book, fill, read_book

DIMENSION = re.compile(rb"""<(?:\w+:)?dimension[^>]*\bref=["']\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?(\d+)""")
ALL_ROWS = 1_000_000
CELLS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def look(content: bytes) -> None:
    """Refuse what is no workbook, or says of itself that it has too many rows."""
    package = Package(content)
    if "xl/workbook.xml" not in package:
        raise Refusal("file_no_table", field="file")
    for _name, part in read_book(package).sheets:
        first = next(package.pieces(part), b"")
        said = DIMENSION.search(first)
        rows = int(said[1][:8]) if said else 0
        if rows < ALL_ROWS:  # to the very end goes who has coloured a whole sheet
            check_size(rows)
    package.check_whole()


def read(content: bytes) -> Iterator[Sheet]:
    """Yield the sheets that are not hidden."""
    package = Package(content)
    book = read_book(package)
    fill(book, package)
    for name, part in book.sheets:
        merges: list[Merge] = []
        yield Sheet(name, _rows(package, part, book, merges), merges)


def _rows(package: Package, part: str, book: Book, merges: list[Merge]) -> Iterator[Row]:
    rows = Rows(book, lambda attributes: _note_merge(attributes, merges))
    for _piece in package.parsed(part, rows.begins, rows.ends, rows.says):
        yield from rows.taken()


def _note_merge(attributes: Attributes, merges: list[Merge]) -> None:
    name = attributes.get("ref", "")
    found = CELLS.fullmatch(name)
    if found is None:
        return
    left, top, right, bottom = found.groups()
    rows = int(top), int(bottom or top)
    merges.append(Merge(name, *rows, column_of(left), column_of(right or left)))
    check_size(len(merges))
