"""A table of prices: a grade and a day in each row, and a column for each kind of price (pure)."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from storefront.supply.filing import cells
from storefront.supply.filing.faults import Faults
from storefront.supply.filing.headings import Columns, body, check_cells, said
from storefront.supply.sheets.grid import Row, Sheet
from storefront.weight import FenPerKg

MOST_PRICES: Final = 300  # what is taken in by one transaction that nobody waits for
MOST_FEN: Final = 100_000  # a jin for a thousand yuan is a slip of the finger
JIN, KG = 2, 1  # how many of them a kilogram is
_KINDS: Final = {"purchase": "收购价", "floor": "保底价", "farm_gate": "地头价"}
_UNITS: Final = {"": JIN, "(元/斤)": JIN, "(元/公斤)": KG, "(元/kg)": KG, "(元/千克)": KG}
_OWN: Final = {
    "grade": ("等级", "等级代码", "等级编号", "品级"),
    "day": ("日期", "起始日期", "生效日期", "起始日"),
}
HEADINGS: Final = {
    **{said(name): field for field, names in _OWN.items() for name in names},
    **{
        said(f"{name}{unit}"): f"{kind}:{per_kg}"
        for kind, name in _KINDS.items()
        for unit, per_kg in _UNITS.items()
    },
}
KEY: Final = "grade"
_PRICE: Final = re.compile(r"[¥\uffe5]?(\d{1,5})(?:\.(\d{1,18}))?元?")
_EXACT, _NEAR = 12, 10  # digits of a spreadsheet's fraction, and what its last ones may be off


class FiledPrice(NamedTuple):
    """A price as a file says it, and the row it stands in."""

    kind: str
    grade_id: int
    day: date
    price: FenPerKg
    row: int


class PriceFile:
    """Takes the sheets of a file and says what prices it holds; ``kinds`` are the sender's."""

    def __init__(self, grades: Mapping[str, int], kinds: Collection[str]) -> None:
        """Read by ``grades``: their ids by code and by name, without blanks."""
        self.faults = Faults()
        self.prices: dict[tuple[str, int, date], FiledPrice] = {}
        self._grades, self._kinds = grades, kinds
        self._tables = 0

    def take(self, sheet: Sheet) -> None:
        """Take a sheet; one without 等级 is passed over."""
        known: Columns | None = None
        for columns, row in body(sheet, HEADINGS, KEY, self.faults):
            if known is None:
                known = columns
                self._tables += 1
                self._check_columns(sheet.name, columns)
            if check_cells(sheet.name, row, columns, (), self.faults):
                self._take(sheet.name, columns, row)

    def end(self) -> None:
        """Note what can only be known of the whole file."""
        if not self._tables:
            self.faults.note("no_price_headings", "", 1)
        if len(self.prices) > MOST_PRICES:
            self.faults.note("prices_too_many", "", 1, most=MOST_PRICES)

    def _check_columns(self, sheet: str, columns: Columns) -> None:
        if "day" not in columns.at:
            self.faults.note("column_missing", sheet, 1, wanted=_OWN["day"][0])
        priced = list(self._priced(columns))
        if not any(kind in self._kinds for kind, _ in priced):
            wanted = " / ".join(_KINDS[kind] for kind in _KINDS if kind in self._kinds)
            self.faults.note("column_missing", sheet, 1, wanted=wanted)
        for kind, name in priced:
            if kind not in self._kinds:
                self.faults.note("price_of_others", sheet, 1, columns.at[name])

    @staticmethod
    def _priced(columns: Columns) -> Iterator[tuple[str, str]]:
        for name in columns.at:
            kind, colon, _ = name.partition(":")
            if colon:
                yield kind, name

    def _take(self, sheet: str, columns: Columns, row: Row) -> None:
        grade, day = self._grade(sheet, columns, row), self._day(sheet, columns, row)
        mine = [(kind, name) for kind, name in self._priced(columns) if kind in self._kinds]
        typed = [(kind, name, text) for kind, name in mine if (text := columns.text(row, name))]
        if mine and not typed:
            self.faults.note("price_missing", sheet, row.number, columns.at[mine[0][1]])
        for kind, name, text in typed:
            price = read_price(text, int(name.partition(":")[2]))
            if price is None:
                facts = {"typed": text[:20]}
                self.faults.note("price_unreadable", sheet, row.number, columns.at[name], **facts)
            elif grade is not None and day is not None:
                self._keep(sheet, columns.at[name], FiledPrice(kind, grade, day, price, row.number))

    def _keep(self, sheet: str, column: tuple[int, str], price: FiledPrice) -> None:
        known = self.prices.setdefault((price.kind, price.grade_id, price.day), price)
        if known is not price:
            self.faults.note("price_twice", sheet, price.row, column, other=known.row)

    def _grade(self, sheet: str, columns: Columns, row: Row) -> int | None:
        typed = columns.text(row, KEY)
        found = self._grades.get(cells.plain(typed).lower())
        if found is None:
            code = "grade_unknown" if typed else "grade_missing"
            self.faults.note(code, sheet, row.number, columns.at[KEY], typed=typed[:40])
        return found

    def _day(self, sheet: str, columns: Columns, row: Row) -> date | None:
        if "day" not in columns.at:
            return None
        typed = columns.text(row, "day")
        read = cells.day(typed)
        if read is None:
            facts = {"typed": typed[:20]}
            self.faults.note("day_unreadable", sheet, row.number, columns.at["day"], **facts)
        return read


def read_price(text: str, per_kg: int) -> FenPerKg | None:
    """Return a price typed in yuan; None where it has parts of a fen.

    A spreadsheet may hold 4.7 as 4.7000000000000002.
    """
    found = _PRICE.fullmatch(cells.plain(text))
    if found is None or not found[1].isascii():
        return None
    part = (found[2] or "").ljust(_EXACT, "0")[:_EXACT]
    fen, rest = int(found[1]) * 100 + int(part[:2]), int(part[2:])
    if _NEAR < rest < 10 ** len(part[2:]) - _NEAR:
        return None
    fen += rest > _NEAR
    return FenPerKg(fen * per_kg) if 0 < fen <= MOST_FEN else None
