"""Cities and counties of each province, as an address names them (GB/T 2260, 2023).

``divisions.txt`` has a line for each city: the province's code, the city, its counties.
A municipality is its own city; a county-level city that no city governs is its own, too.
Provinces that are not in it have no list: there an address is written out.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

Cities = Mapping[str, tuple[str, ...]]
FILE = Path(__file__).with_name("divisions.txt")
NONE: Cities = MappingProxyType({})


@cache
def divisions() -> Mapping[str, Cities]:
    """Return, by the code of a province, its cities and the counties of each."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        code, city, *counties = line.split(" ")
        found.setdefault(code, {})[city] = tuple(counties)
    return found


def cities_of(province: str | None) -> Cities:
    """Return the cities of a province with their counties; none where there is no list."""
    return divisions().get(province or "", NONE)


def meant(typed: str, names: Mapping[str, object] | tuple[str, ...]) -> str | None:
    """Return which of ``names`` was typed, also without its last sign (太原 for 太原市)."""
    if typed in names:
        return typed
    short = [name for name in names if typed and len(name) == len(typed) + 1 and name[:-1] == typed]
    return short[0] if len(short) == 1 else None
