"""What everybody saw while the soak ran: waits, answers, and what the shop acknowledged."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from threading import Lock

TRY_AGAIN = 503


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered request: its kind, its status, and how long its sender waited, in seconds."""

    kind: str
    status: int
    wait: float
    at: float


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for one kind of request, in seconds."""

    kind: str
    count: int
    half: float
    most: float
    nearly_all: float
    longest: float


@dataclass
class Diary:
    """One for all; every method may be called by many threads at once.

    ``promised`` holds, by the kind of fact, what the shop acknowledged: a key, and what it
    said about it. ``tried`` holds the keys that were sent, acknowledged or not.
    """

    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    answered: list[Answered] = field(default_factory=list)
    cut_off: list[float] = field(default_factory=list)
    kills: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    promised: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    tried: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _lock: Lock = field(default_factory=Lock)

    def note_answer(self, kind: str, status: int, wait: float) -> None:
        """Note an answered request."""
        with self._lock:
            self.answered.append(Answered(kind, status, wait, time.monotonic()))

    def note_cut_off(self) -> None:
        """Note a request that got no answer: refused, reset or broken off."""
        with self._lock:
            self.cut_off.append(time.monotonic())

    def note_kill(self, who: str) -> None:
        """Note that a process was killed."""
        with self._lock:
            self.kills.append((time.monotonic(), who))

    def did(self, act: str) -> None:
        """Count an act that succeeded."""
        with self._lock:
            self.acts[act] += 1

    def was_refused(self, act: str) -> None:
        """Count an act that the shop refused with a sentence."""
        with self._lock:
            self.refused[act] += 1

    def went_wrong(self, sentence: str) -> None:
        """Note what must never happen."""
        with self._lock:
            self.wrong.append(sentence)

    def try_key(self, kind: str, key: str) -> None:
        """Note a key that is about to be sent."""
        with self._lock:
            self.tried[kind].add(key)

    def promise(self, kind: str, key: str, said: str = "") -> None:
        """Note what the shop acknowledged; the same key must always be told the same."""
        with self._lock:
            before = self.promised[kind].setdefault(key, said)
            if before != said:
                self.wrong.append(f"{kind} {key}: first {before}, then {said}")

    def waits(self) -> list[Waits]:
        """Return how long people waited, kind by kind, and for everything together."""
        by_kind: dict[str, list[float]] = defaultdict(list)
        for one in self.answered:
            by_kind[one.kind].append(one.wait)
            by_kind["everything"].append(one.wait)
        return [summed(kind, waits) for kind, waits in sorted(by_kind.items())]

    def lonely_cuts(self, patience: float) -> int:
        """Return how many requests were cut off with no kill in the ``patience`` seconds before."""
        return sum(
            not any(0 <= cut - killed <= patience for killed, _ in self.kills)
            for cut in self.cut_off
        )


def summed(kind: str, waits: list[float]) -> Waits:
    """Return the quantiles of ``waits``."""
    ordered = sorted(waits)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return Waits(kind, len(ordered), at(0.5), at(0.95), at(0.99), ordered[-1])
