"""Files that wait to be taken into the registry: what was sent, what each row says, each fault."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db
from storefront.supply.households import STATUSES

# waiting: the worker reads it; ready: it may be taken in; refused: it is no such file at all
FILE_STATES = ("waiting", "ready", "faulty", "refused", "taken", "abandoned")


class RegistryFile(db.Base):
    """A file of households, encrypted until it was read; ``told`` says how far that is.

    ``as_of`` is the day on which the households stood so, ``sha256`` what the file is known
    by when it is sent again.
    """

    __tablename__ = "registry_file"
    __table_args__ = (
        db.one_of("state", FILE_STATES),
        Index("ix_registry_file_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    as_of: Mapped[date]
    state: Mapped[str]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime]
    rows_read: Mapped[int] = mapped_column(default=0)
    households: Mapped[int] = mapped_column(default=0)
    staged: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    read_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]


class RegistryRow(db.Base):
    """A household as a file says it is, until that is decided on; what is null stays as known."""

    __tablename__ = "registry_row"
    __table_args__ = (
        UniqueConstraint("file_id", "code"),
        db.one_of("status", STATUSES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("registry_file.id"))
    row: Mapped[int]
    code: Mapped[str]
    head: Mapped[str]
    payee: Mapped[str | None]
    payee_relation: Mapped[str | None]
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    members: Mapped[int | None]
    orchard_tenth_mu: Mapped[int | None]
    status: Mapped[str]
    from_day: Mapped[date]
    phone: Mapped[str | None] = mapped_column(columns.Encrypted)
    phone_digest: Mapped[str | None]
    bank_account: Mapped[str | None] = mapped_column(columns.Encrypted)
    bank_account_digest: Mapped[str | None]
    id_number: Mapped[str | None] = mapped_column(columns.Encrypted)
    id_number_digest: Mapped[str | None]


class RegistryFault(db.Base):
    """What is wrong at one place of a file; facts hold no name and no number of a person."""

    __tablename__ = "registry_fault"
    __table_args__ = (Index("ix_registry_fault_file", "file_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("registry_file.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    column: Mapped[str]
    heading: Mapped[str]
    code: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
