"""On which day a parcel leaves: one pure rule (docs/adr/0025).

A day that can be promised is a working day, enough working days ahead to pack, not before
the season of anything in the parcel opens, and not yet full. Of those the first on which
lots that are ready by then can fill everything is the parcel's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the packing room can do.

    ``lead`` working days are needed to pack; ``weekdays`` are those on which it works
    (1 is Monday); at ``most`` so many parcels leave on a day (None: any number) until one of
    the ``limits``, in the order of their first days, says otherwise; ``promised`` says how
    many are given away already.
    """

    today: date
    lead: int
    weekdays: Collection[int] = EVERY_DAY
    closed: Collection[date] = frozenset()
    most: int | None = None
    promised: Mapping[date, int] = field(default_factory=dict)
    limits: Sequence[tuple[date, int | None]] = ()

    def works(self, day: date) -> bool:
        """Whether parcels leave on ``day``."""
        return day.isoweekday() in self.weekdays and day not in self.closed

    def has_room(self, day: date) -> bool:
        """Whether one more parcel may leave on ``day``."""
        most = self.most_on(day)
        return self.works(day) and (most is None or self.promised.get(day, 0) < most)

    def most_on(self, day: date) -> int | None:
        """How many parcels may leave on ``day``; None: any number."""
        begun = [most for first, most in self.limits if first <= day]
        return begun[-1] if begun else self.most


@dataclass(frozen=True, slots=True)
class Ready:
    """So much of a grade is ready from a day on."""

    grade_id: int
    ready_on: date
    grams: int


def first_day(calendar: Calendar, not_before: date | None = None) -> date:
    """Return the first day that can be promised, stock apart."""
    day = calendar.today
    for _ in range(calendar.lead):
        day += ONE_DAY
        while not calendar.works(day):
            day += ONE_DAY
    day = max(day, not_before or day)
    while not calendar.has_room(day):
        day += ONE_DAY
    return day


def days(calendar: Calendar, not_before: date | None, ready: Iterable[date]) -> list[date]:
    """Return the days to try, in order: the first possible one, then whenever more is ready."""
    base = first_day(calendar, not_before)
    later = sorted({day for day in ready if day > base})
    return list(dict.fromkeys([base, *(first_day(calendar, day) for day in later)]))


def day_for(
    calendar: Calendar,
    not_before: date | None,
    wanted: Mapping[int, int],
    stock: Collection[Ready],
) -> date | None:
    """Return the first day on which ``stock`` fills what is ``wanted`` of each grade, if any."""
    of_these = [each for each in stock if each.grade_id in wanted]
    for day in days(calendar, not_before, (each.ready_on for each in of_these)):
        there = dict.fromkeys(wanted, 0)
        for each in of_these:
            if each.ready_on <= day:
                there[each.grade_id] += each.grams
        if all(there[grade] >= grams for grade, grams in wanted.items()):
            return day
    return None
