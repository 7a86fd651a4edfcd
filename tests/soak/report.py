"""What a soak has shown, for people: docs/soak.md."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.soak.diary import Waits, summed
from tests.soak.soak import Outcome, Plan

HEAD = """# The soak

Two web processes and the worker, everybody at once over real HTTP, and a process killed outright
(`kill -9`) every few seconds; afterwards the database is asked, with the soak's own SQL and with
every claim of `flask books check`, whether anything was oversold, lost, doubled or a fen apart.
`make soak` writes this page; a short soak is part of `make test` ([tests/soak](../tests/soak)).

Run on {day} with `{command}`: {machine}. {crowd}
"""
CROWD = (
    "{buyers} buyers, {packers} packers, {agents} agents, a storekeeper, an officer and a household"
    " for {seconds:.0f} seconds; a process killed about every {kill_every:g} seconds."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When, how and where the soak ran."""

    day: str
    command: str
    machine: str


def written(where: Circumstances, plan: Plan, outcomes: Mapping[str, Outcome]) -> str:
    """Return the page for soaks by the name of their database."""
    crowd = CROWD.format(
        buyers=plan.buyers,
        packers=plan.packers,
        agents=plan.agents,
        seconds=plan.seconds,
        kill_every=plan.kill_every,
    )
    head = HEAD.format(day=where.day, command=where.command, machine=where.machine, crowd=crowd)
    return "\n".join((head, *(_one(name, outcome) for name, outcome in outcomes.items())))


def _one(name: str, outcome: Outcome) -> str:
    return "\n".join(
        (f"## {name}", "", *_facts(outcome), "", *_acts(outcome), "", *_table(outcome))
    )


def _facts(outcome: Outcome) -> Iterator[str]:
    diary = outcome.diary
    kills = Counter(who for _, who in diary.kills)
    statuses = Counter(one.status for one in diary.answered)
    told = ", ".join(f"{count} × {who}" for who, count in sorted(kills.items()))
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    yield f"- **Findings: {len(outcome.faults)}**"
    yield from (f"  - {fault}" for fault in outcome.faults)
    yield f"- lasted {outcome.lasted:.0f} s; killed: {told}"
    yield f"- answered: {answers}"
    yield f"- cut off by a kill, or refused until somebody was back: {len(diary.cut_off)}"
    yield f"- others used {outcome.others:.0%} of the machine" + (
        "" if outcome.is_judged else ": the waits below are longer than ours alone"
    )


def _acts(outcome: Outcome) -> Iterator[str]:
    diary = outcome.diary
    yield "| act | done | | refused with a sentence | times |"
    yield "|---|---:|---|---|---:|"
    done = sorted(diary.acts.items())
    refused = sorted(diary.refused.items(), key=lambda pair: (-pair[1], pair[0]))
    for place in range(max(len(done), len(refused))):
        act, times = done[place] if place < len(done) else ("", "")
        why, count = refused[place] if place < len(refused) else ("", "")
        yield f"| {act} | {times} | | {why} | {count} |"


def _table(outcome: Outcome) -> Iterator[str]:
    yield "Waits in milliseconds, as people measured them, from the button to the last byte:"
    yield ""
    yield "| request | times | half within | 95% | 99% | longest |"
    yield "|---|---:|---:|---:|---:|---:|"
    server = summed("in the server's own log", outcome.served)
    for waits in (*outcome.diary.waits(), server):
        yield _row(waits)
    yield ""


def _row(waits: Waits) -> str:
    times = (waits.half, waits.most, waits.nearly_all, waits.longest)
    told = " | ".join(f"{time * 1000:.0f}" for time in times)
    return f"| {waits.kind} | {waits.count} | {told} |"
