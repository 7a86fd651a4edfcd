"""Households: the unit that supplies and earns, with its status from a date."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column, validates

from storefront import columns, db
from storefront.crypto import keyring

STATUSES = ("registered_poor", "lifted", "monitored", "general")
# how a payee is related to the head; a file's own words are read in filing/cells.py
RELATIONS = ("self", "spouse", "child", "parent", "other")
SECRETS = ("id_number", "phone", "bank_account")


class Household(db.Base):
    """A farming household under its registry code (never an ID number).

    The payee may be another person than the head. ``orchard_tenth_mu`` is the
    orchard area in tenths of a mu (none = unknown). ``display_name`` is shown to
    shoppers only while ``consented_at`` is set.
    """

    __tablename__ = "household"
    __table_args__ = (
        CheckConstraint("members > 0", name="members"),
        Index("ix_household_village", "village_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    head: Mapped[str]
    payee: Mapped[str]
    payee_relation: Mapped[str]
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    members: Mapped[int]
    orchard_tenth_mu: Mapped[int | None]
    display_name: Mapped[str | None]
    consented_at: Mapped[datetime | None]
    id_number: Mapped[str | None] = mapped_column(columns.Encrypted)
    phone: Mapped[str | None] = mapped_column(columns.Encrypted)
    bank_account: Mapped[str | None] = mapped_column(columns.Encrypted)
    # what each is told by without being read
    id_number_digest: Mapped[str | None]
    phone_digest: Mapped[str | None]
    bank_account_digest: Mapped[str | None]
    registered_at: Mapped[datetime]

    @validates(*SECRETS)
    def _mark(self, name: str, secret: str | None) -> str | None:
        setattr(self, f"{name}_digest", keyring.digest(secret) if secret else None)
        return secret


class HouseholdStatus(db.Base):
    """What a household's status is from a day on; the past keeps the status of its day."""

    __tablename__ = "household_status"
    __table_args__ = (
        UniqueConstraint("household_id", "from_day"),
        db.one_of("status", STATUSES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    status: Mapped[str]
    from_day: Mapped[date]


_HOMES, _STATUSES = db.table(Household).c, db.table(HouseholdStatus).c
_STATUS = (
    select(_STATUSES.status)
    .where(
        _STATUSES.household_id == bindparam("household"),
        _STATUSES.from_day <= bindparam("day"),
    )
    .order_by(_STATUSES.from_day.desc())
    .limit(1)
)


def status_on(household_id: int, day: date) -> str:
    """Return the household's status on ``day``; ``general`` before the first known one."""
    asked = {"household": household_id, "day": day}
    return db.session.scalar(_STATUS, asked) or "general"


class Standing(NamedTuple):
    """Who a household is on a day, as rows about it copy it (law 7)."""

    code: str
    village_id: int
    status: str


STANDING = select(
    _HOMES.code, _HOMES.village_id, func.coalesce(_STATUS.scalar_subquery(), "general")
).where(_HOMES.id == bindparam("household"))


def standing_on(household_id: int, day: date) -> Standing:
    """Return the household's code, village and status on ``day``. One statement."""
    asked = {"household": household_id, "day": day}
    return Standing(*db.session.execute(STANDING, asked).one())


def renew_digests(after_id: int, *, limit: int) -> int | None:
    """Mark households anew with the newest key, those after ``after_id``; return the last one's id.

    None when there was none left (``flask keys rotate``).
    """
    query = select(Household.id).where(Household.id > after_id).order_by(Household.id).limit(limit)
    homes = db.lock(Household, *db.session.scalars(query))
    for home in homes:
        for name in SECRETS:
            setattr(home, name, getattr(home, name))
    return homes[-1].id if homes else None
