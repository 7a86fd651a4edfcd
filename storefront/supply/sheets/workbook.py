"""What a workbook says of its sheets: names and parts, strings, which formats are days."""

import re
from dataclasses import dataclass, field
from posixpath import join, normpath

from storefront.errors import Refusal
from storefront.supply.sheets.grid import LONGEST
from storefront.supply.sheets.unpacking import Attributes, Package

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
# number formats that every spreadsheet knows without saying (ECMA-376, 18.8.30), China's too
DAYS = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


@dataclass(slots=True)
class Book:
    """A workbook: ``sheets`` are (name, part); ``days`` are the styles that show a day."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    days: frozenset[int] = frozenset()
    from_1904: bool = False


def read_book(package: Package) -> Book:
    """Return what the workbook says; its strings are read when its rows are (``fill``)."""
    book, found = Book(), list[tuple[str, str]]()

    def begins(name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            book.from_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet" and attributes.get("state", "visible") == "visible":
            link = next((v for key, v in attributes.items() if key.rpartition(":")[2] == "id"), "")
            found.append((attributes.get("name", ""), link))

    package.parse(BOOK, begins)
    parts = _links(package)
    book.sheets = [(name, parts[link]) for name, link in found if parts.get(link, "") in package]
    if not book.sheets:
        raise Refusal("file_broken", field="file")
    return book


def fill(book: Book, package: Package) -> None:
    """Read the strings and styles that the rows refer to."""
    book.strings = _strings(package) if STRINGS in package else []
    book.days = _day_styles(package) if STYLES in package else frozenset()


def _links(package: Package) -> dict[str, str]:
    parts: dict[str, str] = {}

    def begins(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            parts[attributes.get("Id", "")] = normpath(join("/xl", target)).lstrip("/")

    if LINKS in package:
        package.parse(LINKS, begins)
    return parts


def _strings(package: Package) -> list[str]:
    strings: list[str] = []
    said: list[str] = []
    state = {"text": False, "aside": False}  # within <t>; within <rPh>, how it is pronounced

    def begins(name: str, _attributes: Attributes) -> None:
        if name == "t":
            state["text"] = not state["aside"]
        elif name == "rPh":
            state["aside"] = True

    def ends(name: str) -> None:
        if name == "si":
            strings.append("".join(said).strip())
            said.clear()
        elif name == "t":
            state["text"] = False
        elif name == "rPh":
            state["aside"] = False

    def says(text: str) -> None:
        if state["text"]:
            said.append(text)
            checked("".join(said))

    package.parse(STRINGS, begins, ends, says)
    return strings


def checked(text: str) -> str:
    """Return the text of a cell; one without end is refused."""
    if len(text) > LONGEST:
        raise Refusal("file_broken", field="file")
    return text


def _day_styles(package: Package) -> frozenset[int]:
    own: dict[str, bool] = {}
    used: list[str] = []
    inside = {"cellXfs": False}

    def begins(name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            own[attributes.get("numFmtId", "")] = _shows_a_day(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside[name] = True
        elif name == "xf" and inside["cellXfs"]:
            used.append(attributes.get("numFmtId", "0"))

    def ends(name: str) -> None:
        if name == "cellXfs":
            inside["cellXfs"] = False

    package.parse(STYLES, begins, ends)
    known = {str(number) for number in DAYS}
    return frozenset(at for at, code in enumerate(used) if own.get(code, code in known))


def _shows_a_day(code: str) -> bool:
    plain = _QUOTED.sub("", code).lower()
    return "y" in plain or "d" in plain
