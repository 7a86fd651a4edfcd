"""The demonstration's data files, read as they are (data/README.md says where from)."""

import csv
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV file that is read often."""
    return tuple(rows(name))


@cache
def tree(name: str) -> dict[str, Any]:
    """Return a TOML file."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))
