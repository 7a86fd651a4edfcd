"""How a grade's prices went, drawn by the server: a line for each kind of price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from storefront.supply.price_queries import Said
from storefront.supply.prices import KINDS
from storefront.weight import FenPerKg

LEFT, RIGHT, TOP, BOTTOM = 4, 344, 16, 190  # of a drawing 480 wide
APART = 17  # between two words at the lines' ends


@dataclass(frozen=True, slots=True)
class Course:
    """One kind of price: its line, and where its last price is written."""

    kind: str
    points: str
    dots: tuple[tuple[int, int], ...]
    last: FenPerKg
    end: int
    word_at: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The lines, from one day to another."""

    courses: tuple[Course, ...]
    first: date
    until: date


def chart(history: Sequence[Said], today: date) -> Chart | None:
    """Return the prices that hold as lines up to today or the last one said; none of one day."""
    rows = [row for row in history if row.holds][::-1]
    if not rows:
        return None
    first, until = rows[0].day, max(today, rows[-1].day)
    if first == until:
        return None
    top = max(int(row.price) for row in rows)

    def across(day: date) -> int:
        return LEFT + (RIGHT - LEFT) * (day - first).days // (until - first).days

    def up(price: FenPerKg) -> int:
        return BOTTOM - (BOTTOM - TOP) * int(price) // top

    courses = []
    for kind in KINDS:
        of_kind = [(across(row.day), up(row.price)) for row in rows if row.kind == kind]
        if of_kind:
            last = next(row.price for row in reversed(rows) if row.kind == kind)
            courses.append(_course(kind, of_kind, last))
    return Chart(_apart(courses), first, until)


def _course(kind: str, at: list[tuple[int, int]], last: FenPerKg) -> Course:
    """A price holds until the next one; a middleman's is only known of its day."""
    noted = kind == "farm_gate"
    corners = at if noted else [*_steps(at), (RIGHT, at[-1][1])]
    line = " ".join(f"{x},{y}" for x, y in corners)
    return Course(kind, line, tuple(at) if noted else (), last, at[-1][1], at[-1][1])


def _steps(at: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    yield at[0]
    for (_, before), (x, y) in pairwise(at):
        yield x, before
        yield x, y


def _apart(courses: list[Course]) -> tuple[Course, ...]:
    """Keep the words at the ends from lying on one another."""
    placed: list[Course] = []
    lowest = TOP - APART
    for course in sorted(courses, key=lambda one: one.end):
        lowest = max(course.end, lowest + APART)
        placed.append(
            Course(course.kind, course.points, course.dots, course.last, course.end, lowest)
        )
    return tuple(placed)
