"""Townships, villages and stations, with validity and successors (12-digit statistics codes)."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db


class Township(db.Base):
    """A township of the county; ``successor_id`` names the one it was merged into."""

    __tablename__ = "township"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("township.id"))


class Village(db.Base):
    """An administrative village or community; the code changes when it is recoded or merged."""

    __tablename__ = "village"
    __table_args__ = (Index("ix_village_township", "township_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    township_id: Mapped[int] = mapped_column(ForeignKey("township.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))


class Station(db.Base):
    """A village service station, where deliveries are weighed in."""

    __tablename__ = "station"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    closed_on: Mapped[date | None]


def current_village(code: str) -> Village | None:
    """Return the village that ``code`` stands for today, following successors."""
    village = db.session.scalar(select(Village).where(Village.code == code))
    while village is not None and village.successor_id is not None:
        village = db.session.get(Village, village.successor_id)
    return village


def family(of: Select[int]) -> Select[int]:
    """Return, as SQL, the villages that stand for the same ones today as the villages ``of``.

    A former village, what follows it, and every other one that it follows.
    """
    first = select(Village.id.label("of_id"), Village.id.label("heir_id"))
    steps = first.cte("village_heirs", recursive=True)
    later = select(steps.c.of_id, Village.successor_id).join(Village, Village.id == steps.c.heir_id)
    steps = steps.union(later.where(Village.successor_id.is_not(None)))
    today = select(Village.id).where(Village.successor_id.is_(None))
    heirs = select(steps.c.heir_id).where(steps.c.of_id.in_(of), steps.c.heir_id.in_(today))
    return select(steps.c.of_id).where(steps.c.heir_id.in_(heirs))
