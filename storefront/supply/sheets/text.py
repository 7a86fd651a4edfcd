"""Tables out of text: commas, tabs or semicolons, in UTF-8, GBK or UTF-16."""

import csv
import re
from collections.abc import Iterator

from storefront.errors import Refusal
from storefront.supply.sheets.grid import (
    LONGEST,
    MOST_ROWS,
    NO_FORMULAS,
    Row,
    Sheet,
    check_size,
)

NAME = "csv"
SEPARATORS = ",\t;"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
# how spreadsheets are kept from reading a long number: ="142635190001010012"
_AS_TEXT = re.compile(r'="([^"]*)"')
LOOKED_AT = 4_096


def look(content: bytes) -> None:
    """Refuse what is no text, or has more lines than a table may."""
    if not content.startswith(UTF16) and b"\0" in content[:LOOKED_AT]:
        raise Refusal("file_no_table", field="file")
    lines = content.count(b"\n") or content.count(b"\r")
    if lines > 2 * MOST_ROWS:  # a cell may hold a line's end: the reader counts exactly
        check_size(lines)


def read(content: bytes) -> Sheet:
    """Return the one sheet of a text file."""
    return Sheet(NAME, _rows(_decoded(content)))


def _decoded(content: bytes) -> str:
    kinds = ("utf-16",) if content.startswith(UTF16) else ("utf-8-sig", "gb18030")
    for kind in kinds:
        try:
            text = content.decode(kind)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal("file_no_text", field="file")


def _rows(text: str) -> Iterator[Row]:
    lines = text.splitlines(keepends=True)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=_separator(lines)), start=1):
            check_size(number, len(cells))
            yield _row(number, cells)
    except csv.Error:  # a quotation mark that never ends, a cell without end
        raise Refusal("file_row_unreadable", field="file", row=number + 1) from None


def _separator(lines: list[str]) -> str:
    """Return what the first lines are divided by."""
    first = "".join(lines[:5])
    return max(SEPARATORS, key=first.count)


def _row(number: int, cells: list[str]) -> Row:
    if any(len(cell) > LONGEST for cell in cells):
        raise Refusal("file_row_unreadable", field="file", row=number)
    texts = tuple(_AS_TEXT.sub(r"\1", cell.strip()) for cell in cells)
    formulas = frozenset(at for at, cell in enumerate(texts) if cell.startswith("="))
    return Row(number, texts, formulas or NO_FORMULAS)
