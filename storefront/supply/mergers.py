"""Households that went into another one, or came out of one (docs/adr/0012)."""

from datetime import date, datetime

from sqlalchemy import (
    CTE,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    and_,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.errors import Refusal
from storefront.supply.households import Household


class HouseholdMerger(db.Base):
    """That a household went into another one on a day, with the ``lots`` it had until then.

    It stays under its code with all that is its own: lots, shares, what it is owed.
    """

    __tablename__ = "household_merger"
    __table_args__ = (
        CheckConstraint("household_id <> into_id", name="another"),
        Index("ix_household_merger_into", "into_id"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), unique=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    from_day: Mapped[date]
    lots: Mapped[int]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class HouseholdSplit(db.Base):
    """That a household came out of another one on a day; nothing of the old one's went along."""

    __tablename__ = "household_split"
    __table_args__ = (
        CheckConstraint("household_id <> from_id", name="another"),
        Index("ix_household_split_from", "from_id"),
        db.APPEND_ONLY,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), unique=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    from_day: Mapped[date]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


# every household that went into another one
MERGED = select(HouseholdMerger.household_id)


def merged_by(day: date) -> Select[int]:
    """Return, as SQL, the households that had gone into another one by ``day``."""
    return MERGED.where(HouseholdMerger.from_day <= day)


def stands_without(some: Select[int], day: date) -> ColumnElement[bool]:
    """Return, as SQL, whether a household stood by itself on ``day`` and is none of ``some``.

    Nor may one that went into it be one of them.
    """
    heirs = heirs_by(day)
    through = select(heirs.c.heir_id).where(heirs.c.of_id.in_(some))
    return and_(
        Household.id.not_in(merged_by(day)),
        Household.id.not_in(some),
        Household.id.not_in(through),
    )


def heirs_by(day: date) -> CTE:
    """Return, as SQL, each merged household (``of_id``) with one it is in (``heir_id``).

    A household that went into one which went into a third is in both.
    """
    until = HouseholdMerger.from_day <= day
    first = select(
        HouseholdMerger.household_id.label("of_id"), HouseholdMerger.into_id.label("heir_id")
    ).where(until)
    pairs = first.cte("heirs", recursive=True)
    further = select(pairs.c.of_id, HouseholdMerger.into_id)
    return pairs.union(
        further.join(HouseholdMerger, HouseholdMerger.household_id == pairs.c.heir_id).where(until)
    )


OF_HOUSEHOLD = select(HouseholdMerger).where(HouseholdMerger.household_id == bindparam("household"))


def merger_of(household_id: int) -> HouseholdMerger | None:
    """Return how the household went into another one, if it did."""
    return db.session.scalar(OF_HOUSEHOLD, {"household": household_id})


def heir_of(household_id: int) -> Household:
    """Return the household that stands for this one today: itself, or the one it is in at last."""
    merger = merger_of(household_id)
    while merger is not None:
        household_id = merger.into_id
        merger = merger_of(household_id)
    return db.get(Household, household_id)


def merged_into(household_id: int) -> list[int]:
    """Return the households that went into this one, at once or one after another."""
    found: list[int] = []
    into = [household_id]
    while into:
        query = select(HouseholdMerger.household_id).where(HouseholdMerger.into_id.in_(into))
        into = list(db.session.scalars(query))
        found += into
    return found


def check_open(household: Household, field: str | None = None) -> None:
    """Refuse what a household that went into another one does no more (``household_merged``)."""
    if merger_of(household.id) is not None:
        into = heir_of(household.id)
        raise Refusal("household_merged", field=field, household=household.code, into=into.code)
