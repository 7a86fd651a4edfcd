"""Rows that are looked up by what they say, again and again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

Row = TypeVar("Row")
HASH = "_hash"


def hashed_once(row: type[Row]) -> type[Row]:
    """Let a frozen dataclass (without slots) work out its hash once.

    Python would ask every row within it each time: for a page of the shelf, 300 of them.
    """
    worked_out = row.__hash__

    def hashed(self: Row) -> int:
        known: dict[str, Any] = self.__dict__
        if HASH not in known:
            known[HASH] = worked_out(self)
        value: int = known[HASH]
        return value

    row.__hash__ = hashed  # type: ignore[method-assign,assignment]
    return row


def one_text_each(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield each row with equal texts as one object: the same grade is named a thousand times."""
    texts: dict[str, str] = {}
    for row in rows:
        yield tuple(texts.setdefault(v, v) if isinstance(v, str) else v for v in row)
