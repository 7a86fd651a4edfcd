"""A carrier's list: which parcel goes under which number, as a file or a paste says it (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from storefront import ids
from storefront.errors import Refusal
from storefront.orders import carriers
from storefront.supply import sheets
from storefront.supply.filing.faults import Fault, Faults
from storefront.supply.filing.headings import Columns, body, check_cells, said
from storefront.supply.sheets.grid import Row, Sheet

MOST: Final = 2_000  # rows of one list: more than leave in a day
KEY: Final = "number"
SAID: Final = {
    "parcel": "包裹 包裹号 包裹编号 包裹码 parcel parcelcode",
    "order": "订单 订单号 订单编号 客户订单号 商家订单号 ordercode order orderno",
    "carrier": "快递 快递公司 物流公司 承运商 承运人 carrier",
    KEY: "运单号 运单编号 快递单号 物流单号 快递号 单号 trackingnumber number waybill",
}
HEADINGS: Final = {said(name): field for field, names in SAID.items() for name in names.split()}
# a paste without a line of headings: two columns, or three
BARE: Final = {2: ("parcel", KEY), 3: ("parcel", "carrier", KEY)}
CODE_SIZE: Final = 8
NUMBER = re.compile(r"[0-9A-Z]{5,40}")


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: a parcel's or an order's code, who carries it, its number; and what is wrong."""

    sheet: str
    row: int
    code: str
    carrier: str
    number: str
    faults: tuple[Fault, ...] = ()


def read(content: bytes, usual: str) -> list[Listed]:
    """Return the rows of a list; ``usual`` carries what names no carrier.

    Raises:
        Refusal: as ``sheets.read``; ``list_without_headings``; ``list_empty``;
            ``list_too_long``.
    """
    of_table = Faults()
    rows: list[Listed] = []
    found = False
    for sheet in sheets.read(content):
        lines = list(sheet.rows)
        found = found or any(HEADINGS.get(said(text)) == KEY for row in lines for text in row.texts)
        for columns, row in _body(replace(sheet, rows=iter(lines)), lines, of_table):
            found = True
            if any(columns.text(row, name) for name in SAID):
                rows.append(_listed(sheet.name, columns, row, usual))
            if len(rows) > MOST:
                raise Refusal("list_too_long", field="file", most=MOST)
    if not found and not of_table.count:
        raise Refusal("list_without_headings", field="file")
    rows += [Listed(one.sheet, one.row, "", "", "", (one,)) for one in of_table.kept]
    if not rows:
        raise Refusal("list_empty", field="file")
    return sorted(rows, key=lambda one: (one.sheet, one.row))


def _body(sheet: Sheet, rows: Sequence[Row], faults: Faults) -> Iterator[tuple[Columns, Row]]:
    """Yield the rows below the headings; of a list without any whose first cell is a code, all."""
    first = next((row for row in rows if any(row.texts)), None)
    names = BARE.get(len(first.texts)) if first else None
    if first is None or names is None or not ids.is_code(_code(first.texts[0])):
        yield from body(sheet, HEADINGS, KEY, faults)
        return
    columns = Columns({name: (place, "") for place, name in enumerate(names)})
    yield from ((columns, row) for row in rows)


def _listed(sheet: str, columns: Columns, row: Row, usual: str) -> Listed:
    faults = Faults()
    column = "parcel" if columns.text(row, "parcel") else "order"
    code, number = _code(columns.text(row, column)), carriers.read_number(columns.text(row, KEY))
    carrier = usual
    if check_cells(sheet, row, columns, [name for name in SAID if name in columns.at], faults):
        place = columns.at.get(column) or next(iter(columns.at.values()))
        carrier = _carrier(sheet, columns, row, usual, faults)
        if not code:
            faults.note("parcel_missing", sheet, row.number, place)
        elif not ids.is_code(code):
            faults.note("parcel_unreadable", sheet, row.number, place)
        _check_number(sheet, columns, row, (carrier, number), faults)
    if faults.count:
        number = ""
    known = code if ids.is_code(code) else ""  # what is no code of ours may be anything
    return Listed(sheet, row.number, known, carrier, number, tuple(faults.kept))


def _code(typed: str) -> str:
    """Return a code; one of digits alone may have lost the zeros before it to a spreadsheet."""
    code = ids.read_code(typed)
    if code.isdigit() and len(code) < CODE_SIZE and not ids.is_code(code):
        return code.zfill(CODE_SIZE)
    return code


def _carrier(sheet: str, columns: Columns, row: Row, usual: str, faults: Faults) -> str:
    typed = columns.text(row, "carrier")
    if not typed:
        if not usual:
            faults.note("carrier_missing", sheet, row.number, columns.at.get("carrier"))
        return usual
    carrier = carriers.named(typed)
    if carrier is None:
        faults.note("carrier_unknown", sheet, row.number, columns.at["carrier"], typed=typed[:20])
        return ""
    return carrier.code


def _check_number(
    sheet: str, columns: Columns, row: Row, said_so: tuple[str, str], faults: Faults
) -> None:
    carrier, number = said_so
    known = carriers.BY_CODE.get(carrier)
    if not number and known is not None and known.pattern is None:
        return
    if not number:
        faults.note("number_missing", sheet, row.number, columns.at[KEY])
    elif not NUMBER.fullmatch(number):
        faults.note("number_unreadable", sheet, row.number, columns.at[KEY])
