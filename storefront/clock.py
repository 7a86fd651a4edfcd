"""The clock: the only reader of the time, and the county's calendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")  # the whole country keeps Beijing time


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def china_day(moment: datetime) -> date:
    """Return the calendar day it is in China at ``moment``."""
    return moment.astimezone(CHINA).date()


def china_month(moment: datetime) -> str:
    """Return the calendar month in China at ``moment``, as ``2026-09``."""
    return moment.astimezone(CHINA).strftime("%Y-%m")


def season_of(day: date, first_month: int) -> int:
    """Return the season (crop year) ``day`` belongs to, named by its first year.

    Seasons cross the calendar year: with ``first_month`` 8 (Xi County, whose
    harvest begins in late August), July 2026 still belongs to season 2025.
    """
    return day.year if day.month >= first_month else day.year - 1
