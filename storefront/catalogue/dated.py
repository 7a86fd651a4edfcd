"""Versions that hold from a day on: the one in force is the latest that has begun."""

from datetime import date
from functools import cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, select

from storefront import db
from storefront.catalogue.models import FeeSchedule, FreightTable
from storefront.errors import Refusal

Version = TypeVar("Version", FeeSchedule, FreightTable)


def in_force(kind: type[Version], day: date, *, missing: str) -> Version:
    """Return the version in force on ``day``.

    Raises:
        Refusal: ``missing``, when none has begun yet.
    """
    version: Version | None = db.session.scalar(_latest(kind), {"day": day})
    if version is None:
        raise Refusal(missing)
    return version


@cache
def _latest(kind: type[Version]) -> Select[Version]:
    begun = select(kind).where(kind.from_day <= bindparam("day"))
    return begun.order_by(kind.from_day.desc(), kind.id.desc()).limit(1)
