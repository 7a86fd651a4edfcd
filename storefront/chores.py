"""When each chore of the worker last ran, and the lease that lets one worker run at a time."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storefront import db


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
