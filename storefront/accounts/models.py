"""Users and what they may do."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storefront import columns, db
from storefront.actors import ROLES


class User(db.Base):
    """A person who can sign in, by phone or by e-mail.

    ``household_id`` binds a household member, ``station_id`` an agent.
    ``session_version`` goes up when every open session must end. Phone and e-mail are
    encrypted; their digests find a person who types one. A shopper's phone is nobody's proof
    and finds no one: ``pair_digest`` does, of phone and password together (docs/adr/0028).
    ``pin_given_at`` says that somebody else chose what they sign in with, until they choose
    anew.
    """

    __tablename__ = "users"  # "user" is a reserved word of PostgreSQL
    __table_args__ = (
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="reachable"),
        Index("ix_users_household", "household_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str | None] = mapped_column(columns.Encrypted)
    phone_digest: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(columns.Encrypted)
    email_digest: Mapped[str | None] = mapped_column(unique=True)
    pair_digest: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="zh")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    session_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    pin_given_at: Mapped[datetime | None]


class UserRole(db.Base):
    """One role of one user, since when."""

    __tablename__ = "user_role"
    __table_args__ = (db.one_of("role", ROLES),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]


class PinReset(db.Base):
    """An agent gave somebody a PIN, and so knows it."""

    __tablename__ = "pin_reset"
    __table_args__ = (Index("ix_pin_reset_user", "user_id"), db.APPEND_ONLY)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class SecondFactor(db.Base):
    """The authenticator app of one person; no ``secret`` means that none is enrolled.

    ``pending_secret`` was shown and waits for its first code. ``last_step`` is the newest
    30 seconds whose code was taken: that one and all before it are used up.
    """

    __tablename__ = "second_factor"
    __table_args__ = (CheckConstraint("(secret IS NULL) = (enrolled_at IS NULL)", name="enrolled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    secret: Mapped[str | None] = mapped_column(columns.Encrypted)
    pending_secret: Mapped[str | None] = mapped_column(columns.Encrypted)
    enrolled_at: Mapped[datetime | None]
    last_step: Mapped[int]


class RecoveryCode(db.Base):
    """A code that takes the place of the app once; kept as its digest."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_user", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    digest: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class SignInTry(db.Base):
    """Wrong tries in a row, and until when nobody is let in: by account, or by what was typed.

    ``key`` is ``user:<id>``; people we do not know share the keys ``nobody:<0000-ffff>``,
    so that they are locked out like anybody, and no list of what was typed is kept.
    """

    __tablename__ = "sign_in_try"
    __table_args__ = (CheckConstraint("failed >= 0", name="failed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    failed: Mapped[int]
    failed_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]


class Address(db.Base):
    """Where a shopper has parcels sent, for the next time; the one chosen last comes first."""

    __tablename__ = "address"
    __table_args__ = (Index("ix_address_user", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    code: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str] = mapped_column(columns.Encrypted)
    phone: Mapped[str] = mapped_column(columns.Encrypted)
    province: Mapped[str]
    city: Mapped[str]
    district: Mapped[str] = mapped_column(columns.Encrypted)
    address: Mapped[str] = mapped_column(columns.Encrypted)
    chosen_at: Mapped[datetime | None]


class Invitation(db.Base):
    """A letter's way to choose a password, for whoever reads that e-mail; good once, for a day."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(columns.Encrypted)
    asked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
