"""Who did what: one append-only row for every act that matters later."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.actors import Actor


class AuditEvent(db.Base):
    """One act. ``facts`` hold no personal data: codes, states and amounts only."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_kind", "object_code"),
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


def record(
    actor: Actor, verb: str, kind: str, code: str, *, now: datetime, **facts: object
) -> None:
    """Write that ``actor`` did ``verb`` to the ``kind`` named ``code``."""
    db.session.add(
        AuditEvent(
            at=now,
            actor_kind=actor.kind,
            actor_user_id=actor.user_id,
            verb=verb,
            object_kind=kind,
            object_code=code,
            facts=facts,
        )
    )
