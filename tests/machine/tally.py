"""What happened in all the histories of a run."""

import json
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path

from tests.machine.arrows import Arrow

COUNTERS = ("taken", "idle", "refused", "repeated", "codes", "arrows")


@dataclass(slots=True)
class Tally:
    """Counts over many histories; ``taken`` steps changed something, ``idle`` ones nothing."""

    histories: int = 0
    seconds: float = 0.0
    taken: Counter[str] = field(default_factory=Counter)
    idle: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    arrows: Counter[Arrow] = field(default_factory=Counter)

    @property
    def steps(self) -> int:
        return sum(sum(counts.values()) for counts in self._verbs)

    @property
    def verbs(self) -> list[str]:
        return sorted(set().union(*self._verbs))

    @property
    def _verbs(self) -> tuple[Counter[str], ...]:
        return (self.taken, self.idle, self.refused, self.repeated)

    def add(self, other: "Tally") -> None:
        """Count what happened in another run too."""
        self.histories += other.histories
        self.seconds += other.seconds
        for name in COUNTERS:
            getattr(self, name).update(getattr(other, name))

    def save(self, path: Path) -> None:
        arrows = {" ".join(arrow): count for arrow, count in self.arrows.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        path.write_text(json.dumps({**told, "arrows": arrows}), "utf-8")

    @classmethod
    def load(cls, path: Path) -> "Tally":
        told = json.loads(path.read_text("utf-8"))
        arrows = {Arrow(*name.split()): count for name, count in told.pop("arrows").items()}
        tally = cls(histories=told.pop("histories"), seconds=told.pop("seconds"))
        tally.arrows.update(arrows)
        for name, counts in told.items():
            getattr(tally, name).update(counts)
        return tally
