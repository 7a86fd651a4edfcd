"""The grades that lots are weighed in as, as the office sets them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sqlalchemy import select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue import drafting
from storefront.catalogue.marks import Marked
from storefront.catalogue.models import Grade
from storefront.errors import NotFound, Refusal
from storefront.weight import Grams

CODE: Final = re.compile(r"[A-Z0-9](-?[A-Z0-9]){1,11}")


@dataclass(frozen=True, slots=True)
class Grading(Marked):
    """All of a grade but its code; ``ceiling`` is for a mu, None: not checked."""

    commodity: str
    name_zh: str
    name_en: str
    storage_days: int
    ceiling: Grams | None
    position: int

    @classmethod
    def of(cls, grade: Grade) -> Self:
        """Return a grade as it stands."""
        names = (grade.commodity, grade.name_zh, grade.name_en)
        return cls(*names, grade.storage_days, grade.yield_ceiling_g_per_mu, grade.position)


def listed() -> tuple[Grade, ...]:
    """Return the grades in their order. One statement."""
    return tuple(db.session.scalars(select(Grade).order_by(Grade.position, Grade.id)))


def named(code: str) -> Grade:
    """Return a grade. Raises NotFound."""
    found = db.session.scalar(select(Grade).where(Grade.code == code))
    if found is None:
        raise NotFound
    return found


def add(code: str, grading: Grading, *, actor: Actor, now: datetime) -> Grade:
    """Add a grade; the same again is the one that is there.

    Nothing of it is bought or sold before it has a purchase price.

    Raises:
        Refusal: ``grade_code``, ``grade_taken``.
    """
    if not CODE.fullmatch(code):
        raise Refusal("grade_code", field="code")
    db.lock_tables(Grade)
    there = db.session.scalar(select(Grade).where(Grade.code == code))
    if there is not None and Grading.of(there) == grading:
        return there
    if there is not None:
        raise Refusal("grade_taken", field="code", grade=code)
    grade = Grade(code=code)
    _write(grade, grading)
    audit.record(actor, "add", "grade", code, now=now)
    return drafting.add_grade(grade)


def change(grade_id: int, grading: Grading, *, seen: str, actor: Actor, now: datetime) -> Grade:
    """Change a grade; lots that are weighed in keep the storage they were given.

    Raises:
        Refusal: ``changed_meanwhile`` when somebody else changed it since.
    """
    grade = db.lock_one(Grade, grade_id)
    before = Grading.of(grade)
    if before == grading:
        return grade
    if before.mark != seen:
        raise Refusal("changed_meanwhile")
    _write(grade, grading)
    facts = {"storage_days": [before.storage_days, grading.storage_days]}
    audit.record(actor, "change_grade", "grade", grade.code, now=now, **facts)
    db.session.flush()
    return grade


def _write(grade: Grade, grading: Grading) -> None:
    grade.commodity, grade.name_zh, grade.name_en = (
        grading.commodity,
        grading.name_zh,
        grading.name_en,
    )
    grade.storage_days, grade.yield_ceiling_g_per_mu = grading.storage_days, grading.ceiling
    grade.position = grading.position
