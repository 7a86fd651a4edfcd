"""The diary: what happens when, played in the order of time up to the present."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from storefront import clock, db
from storefront.cli.demo.year import Year

Act = Callable[[datetime], object]
AT_ONCE = 150  # acts that are written to the disk together


def whole(act: Act) -> Act:
    """Return ``act`` in one transaction of its own."""

    def acted(now: datetime) -> None:
        with db.transaction():
            act(now)

    return acted


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of ``day`` in China's time."""
    return datetime.combine(day, time(hour, minute), clock.CHINA)


class Diary:
    """Acts to come, each at its moment; what lies beyond ``now`` never happens.

    Acts may write further acts down while the diary is played, also for the same moment.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.year = Year(clock.china_day(now))
        self.days = (self.year.today - self.year.harvests[0]).days
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._number = count()

    def date(self, day: int) -> date:
        """Return the calendar day that is the season's ``day``-th; today is the last."""
        return self.year.harvests[0] + timedelta(days=day)

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Return a moment of the season's ``day``-th day, in China's time."""
        return at(self.date(day), hour, minute)

    def ago(self, days: int, hour: int, minute: int = 0) -> datetime:
        """Return a moment of the day so many days before today, in China's time."""
        return self.moment(self.days - days, hour, minute)

    def write(self, when: datetime, act: Act) -> None:
        """Let ``act`` happen at ``when``, unless that is still to come."""
        if when <= self.now:
            heapq.heappush(self._waiting, (when, next(self._number), act))

    def play(self, passed: Callable[[float], None]) -> None:
        """Let everything happen; ``passed`` hears how much of it has, from 0 to 1.

        That is counted by the acts that were written down before: what follows from each
        comes soon after it.
        """
        planned, done = len(self._waiting), 0
        while self._waiting:
            with db.alone():
                done += sum(number < planned for number in self._play(AT_ONCE))
            passed(done / planned)

    def _play(self, most: int) -> Iterator[int]:
        """Let so many acts happen at most; yields the number of each."""
        while self._waiting and most:
            when, number, act = heapq.heappop(self._waiting)
            act(when)
            most -= 1
            yield number
