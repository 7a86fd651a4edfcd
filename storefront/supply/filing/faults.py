"""What is wrong in a file, by sheet, row and column (pure)."""

from dataclasses import dataclass, field
from typing import Final

from storefront.supply.sheets.grid import letters

MOST_KEPT: Final = 500  # nobody reads more of them; all are counted


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where, a code that ``web/county/fault_words.py`` has the sentence for, facts.

    ``column`` is named as the spreadsheet does, with its heading in ``heading``. Facts hold
    codes and counts, never a name or a number of a person.
    """

    sheet: str
    row: int
    column: str
    heading: str
    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


class Faults:
    """The faults found so far: the first are kept, all are counted."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.count = 0

    def note(
        self,
        code: str,
        sheet: str,
        row: int,
        column: tuple[int, str] | None = None,
        **facts: str | int,
    ) -> None:
        """Note a fault; ``column`` is its place and its heading."""
        self.count += 1
        if len(self.kept) < MOST_KEPT:
            place, heading = column or (-1, "")
            self.kept.append(Fault(sheet, row, letters(place), heading, code, facts))
