"""When each chore of the worker last ran, and the lease that lets one worker run at a time."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db

WORKER = "worker"


class ChoreRun(db.Base):
    """The last run of one chore."""

    __tablename__ = "chore_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]
    took_ms: Mapped[int]
    fault: Mapped[str | None]


class Lease(db.Base):
    """Who may run the chores, until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


def take_lease(holder: str, *, now: datetime, lasting: timedelta) -> bool:
    """Let ``holder`` run the chores until ``now + lasting``; False while another one may.

    A lease that is held is prolonged; one that is over is taken.

    Raises:
        IntegrityError: two asked for the very first lease at once, and this one lost.
    """
    until = now + lasting
    free = (Lease.holder == holder) | (Lease.until <= now)
    mine = update(Lease).where(Lease.name == WORKER, free).values(holder=holder, until=until)
    if db.session.scalar(mine.returning(Lease.name)):
        return True
    if db.session.get(Lease, WORKER) is not None:
        return False
    db.session.add(Lease(name=WORKER, holder=holder, until=until))
    db.session.flush()
    return True


def give_back(holder: str, *, now: datetime) -> None:
    """End the lease of ``holder``, so that the next worker need not wait for its end."""
    mine = update(Lease).where(Lease.name == WORKER, Lease.holder == holder)
    db.session.execute(mine.values(until=now))


def last_runs() -> dict[str, datetime]:
    """Return when each chore last ran."""
    rows = db.session.execute(select(ChoreRun.name, ChoreRun.ran_at))
    return dict(rows.all())


def note_run(name: str, *, took_ms: int, fault: str | None, now: datetime) -> None:
    """Write down that the chore ``name`` ran, and what went wrong if something did."""
    run = db.session.get(ChoreRun, name)
    if run is None:
        run = ChoreRun(name=name)
        db.session.add(run)
    run.ran_at, run.took_ms, run.fault = now, took_ms, fault
    db.session.flush()
