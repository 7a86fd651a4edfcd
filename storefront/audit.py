"""Who did what: one append-only row for every act that matters later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Table, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.actors import Actor


class AuditEvent(db.Base):
    """One act. ``facts`` hold no personal data: codes, states and amounts only."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_code", "object_kind"),
        Index("ix_audit_event_verb", "verb"),
        Index("ix_audit_event_actor", "actor_user_id"),
        Index("ix_audit_event_at", "at"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verb: Mapped[str]
    object_kind: Mapped[str]
    object_code: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


RECORD = insert(cast("Table", AuditEvent.__table__))


def record(
    actor: Actor, verb: str, kind: str, code: str, *, now: datetime, **facts: object
) -> None:
    """Write that ``actor`` did ``verb`` to the ``kind`` named ``code``."""
    db.session.execute(
        RECORD,
        {
            "at": now,
            "actor_kind": actor.kind,
            "actor_user_id": actor.user_id,
            "verb": verb,
            "object_kind": kind,
            "object_code": code,
            "facts": facts,
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One act as a page shows it: who did what to what, and when."""

    id: int
    at: datetime
    actor_kind: str
    actor_user_id: int | None
    verb: str
    object_kind: str
    object_code: str
    facts: dict[str, Any]


_ROWS = select(
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.actor_kind,
    AuditEvent.actor_user_id,
    AuditEvent.verb,
    AuditEvent.object_kind,
    AuditEvent.object_code,
    AuditEvent.facts,
).order_by(AuditEvent.id.desc())


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; everything that is given must fit. ``until`` is not in it any more."""

    verb: str | None = None
    actors: tuple[int, ...] | None = None
    object_code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


def found(search: Search, *, limit: int) -> tuple[Row, ...]:
    """Return acts, the newest first."""
    rows = db.session.execute(_ROWS.where(*_conditions(search)).limit(limit))
    return tuple(Row(*row) for row in rows)


def _conditions(search: Search) -> Iterator[ColumnElement[bool]]:
    if search.verb is not None:
        yield AuditEvent.verb == search.verb
    if search.actors is not None:
        yield AuditEvent.actor_user_id.in_(search.actors)
    if search.object_code is not None:
        yield AuditEvent.object_code == search.object_code
    if search.since is not None:
        yield AuditEvent.at >= search.since
    if search.until is not None:
        yield AuditEvent.at < search.until
    if search.before_id is not None:
        yield AuditEvent.id < search.before_id


def of_account(user_id: int, *, limit: int) -> tuple[Row, ...]:
    """Return what was done to a person's account, the newest first."""
    own = (AuditEvent.object_kind == "user", AuditEvent.object_code == str(user_id))
    return tuple(Row(*row) for row in db.session.execute(_ROWS.where(*own).limit(limit)))
