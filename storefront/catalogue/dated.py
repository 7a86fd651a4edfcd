"""Versions that hold from a day on: the one in force is the latest that has begun."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from sqlalchemy import ScalarSelect, bindparam, select

from storefront.catalogue.models import DispatchLimit, FeeSchedule, FreightTable

Version = TypeVar("Version", FeeSchedule, FreightTable, DispatchLimit)


def id_in_force(kind: type[Version]) -> ScalarSelect[int]:
    """Return the id of the version in force on the day that a statement is given as ``day``."""
    return (
        select(kind.id)
        .where(kind.from_day <= bindparam("day"))
        .order_by(kind.from_day.desc(), kind.id.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


def begun(versions: Iterable[Version], today: date) -> Version | None:
    """Return which of some versions, the last to hold first, is in force ``today``; None: none."""
    return next((version for version in versions if version.from_day <= today), None)
