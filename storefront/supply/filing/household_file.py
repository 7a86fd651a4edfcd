"""The registry's file: one row for each person, household columns repeated, the head marked 户主.

Or one row for each household. Rows of a household may stand anywhere in the file.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from storefront.supply.filing import cells
from storefront.supply.filing.faults import Faults
from storefront.supply.filing.headings import Columns, body, check_cells
from storefront.supply.filing.household_columns import (
    HEADINGS,
    KEY,
    NUMBERS,
    OF_HOUSEHOLD,
    PLACE,
    missing,
)
from storefront.supply.filing.household_rows import (
    RESIDENTS,
    FiledHousehold,
    Group,
    Line,
    Places,
    Reading,
)
from storefront.supply.sheets.grid import Sheet, looks_like_lost_digits

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,29}")
HEAD: Final = "户主"


class HouseholdFile:
    """Takes the sheets of a file, row by row, and then says what households it holds."""

    def __init__(self, places: Places, *, as_of: date, today: date) -> None:
        """Read by today's ``places``; a status without a day of its own holds from ``as_of``."""
        self.faults = Faults()
        self.rows = 0
        self._places, self._as_of, self._today = places, as_of, today
        self._groups: dict[str, Group] = {}
        self._people: dict[str, tuple[str, int]] = {}
        self._sheets = 0

    def take(self, sheet: Sheet) -> Iterator[int]:
        """Take a sheet, yielding how many rows were read; one without 户编号 is passed over."""
        checked: Columns | None = None
        for columns, row in body(sheet, HEADINGS, KEY, self.faults):
            if checked is None:
                checked = columns
                self._sheets += 1
                self._check_columns(sheet.name, columns)
            self.rows += 1
            self._take(Line(sheet.name, columns, row))
            yield self.rows

    def households(self) -> Iterator[FiledHousehold]:
        """Yield each household that can be read; the others are among the faults."""
        if not self._sheets:
            self.faults.note("no_headings", "", 1)
        for code, group in self._groups.items():
            household = self._household(code, group)
            if household is not None:
                yield household

    def _check_columns(self, sheet: str, columns: Columns) -> None:
        for heading in missing(set(columns.at)):
            self.faults.note("column_missing", sheet, 1, wanted=heading)

    def _take(self, line: Line) -> None:
        readable = check_cells(line.sheet, line.row, line.columns, NUMBERS, self.faults)
        code = cells.plain(line.text(KEY))
        if not code:
            line.note(self.faults, "code_missing", KEY)
        elif readable and not (_CODE.fullmatch(code) and code.isascii()):
            line.note(self.faults, "code_unreadable", KEY)
        elif readable:
            self._join(code, line)

    def _join(self, code: str, line: Line) -> None:
        group = self._groups.get(code)
        if group is None:
            group = self._groups[code] = Group(line)
        elif not line.is_person:
            line.note(self.faults, "household_twice", KEY, other=group.first.row.number)
            return
        else:
            self._compare(group.first, line)
        if line.is_person:
            self._person(group, line)

    def _compare(self, first: Line, line: Line) -> None:
        """Note where a row says something else of the household than its first one."""
        for name in (*PLACE, *OF_HOUSEHOLD):
            there, here = first.text(name), line.text(name)
            if there != here and here and there:
                code = "villages_two" if name in PLACE else "differs"
                line.note(self.faults, code, name, other=first.row.number)

    def _person(self, group: Group, line: Line) -> None:
        if self._is_there_already(line):
            return
        group.people += 1
        relation = cells.plain(line.text("relation"))
        name = " ".join(line.text("name").split())
        is_resident = cells.plain(line.text("id_kind")) in RESIDENTS
        group.payees.setdefault(name, (line.text("id") if is_resident else "", relation))
        if relation != HEAD:
            return
        if group.head is None:
            group.head = line
            return
        line.note(self.faults, "heads_two", "relation", other=group.head.row.number)

    def _is_there_already(self, line: Line) -> bool:
        """Whether this person stands in the file already, by number or by ID: then a fault."""
        here = (line.sheet, line.row.number)
        for name in ("person", "id"):
            number = cells.plain(line.text(name)).upper()
            if number and not looks_like_lost_digits(number):
                known = self._people.setdefault(f"{name}:{number}", here)
                if known != here:
                    line.note(self.faults, "person_twice", name, other=known[1])
                    return True
        return False

    def _household(self, code: str, group: Group) -> FiledHousehold | None:
        before = self.faults.count
        read = Reading(group, self.faults)
        if group.first.is_person and group.head is None:
            read.fault("head_missing", "relation")
            return None
        head, place, status = read.head(), read.place(self._places), read.status()
        account = read.account()
        payee, relation = read.payee(head)
        household = FiledHousehold(
            row=(group.head or group.first).row.number,
            code=code,
            head=head,
            payee=payee,
            payee_relation=relation,
            village_id=place.village_id if place else 0,
            station_id=place.station_id if place else None,
            members=read.members(),
            orchard_tenth_mu=read.orchard(),
            status=status or "",
            from_day=read.since(self._as_of, self._today),
            phone=read.phone(),
            bank_account=account,
            id_number=read.payees_id(head) if account else None,
        )
        return household if self.faults.count == before else None
