"""The diary: what happens when, played in the order of time up to the present."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from storefront import clock, db

Act = Callable[[datetime], object]


def whole(act: Act) -> Act:
    """Return ``act`` in one transaction of its own."""

    def acted(now: datetime) -> None:
        with db.transaction():
            act(now)

    return acted


class Diary:
    """Acts to come, each at its moment; what lies beyond ``now`` never happens.

    Acts may write further acts down while the diary is played, also for the same moment.
    """

    def __init__(self, now: datetime, days: int) -> None:
        self.now = now
        self.days = days
        self._today = clock.china_day(now)
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._number = count()

    def date(self, day: int) -> date:
        """Return the calendar day that is the season's ``day``-th; today is the last."""
        return self._today - timedelta(days=self.days - day)

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Return a moment of the season's ``day``-th day, in China's time."""
        return datetime.combine(self.date(day), time(hour, minute), clock.CHINA)

    def write(self, when: datetime, act: Act) -> None:
        """Let ``act`` happen at ``when``, unless that is still to come."""
        if when <= self.now:
            heapq.heappush(self._waiting, (when, next(self._number), act))

    def play(self, passed: Callable[[int], None]) -> None:
        """Let everything happen; ``passed`` hears of each day gone by."""
        day = 0
        while self._waiting:
            when, _number, act = heapq.heappop(self._waiting)
            reached = (clock.china_day(when) - self.date(0)).days
            if reached > day:
                passed(reached - day)
                day = reached
            act(when)
        passed(self.days - day)
