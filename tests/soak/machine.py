"""How much of the machine was ours: a bound in seconds is honest only where nobody else works."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

STAT = Path("/proc/stat")


@dataclass(frozen=True, slots=True)
class Computed:
    """Seconds of processor time since the machine began: of everybody, of nobody, and ours.

    Ours counts children once they have ended and were waited for.
    """

    total: float
    idle: float
    ours: float

    @classmethod
    def now(cls) -> Self:
        """Read the clock of the processors."""
        ticks = [int(word) for word in STAT.read_text("ascii").split("\n", 1)[0].split()[1:9]]
        second = os.sysconf("SC_CLK_TCK")
        return cls(sum(ticks) / second, (ticks[3] + ticks[4]) / second, sum(os.times()[:4]))


def share_of_others(before: Computed, after: Computed) -> float:
    """Return which part of the machine others used between the two readings, 0 to 1."""
    total = after.total - before.total
    busy = total - (after.idle - before.idle)
    others = busy - (after.ours - before.ours)
    return max(0.0, min(1.0, others / total)) if total > 0 else 0.0
