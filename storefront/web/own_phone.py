"""A household's own phone: it stays signed in for days. Everybody else's session stays short."""

from datetime import datetime, timedelta
from typing import Final

from flask import session

from storefront.web.site import settings

UNTIL: Final = "own_phone_until"


def keep_signed_in(*, now: datetime) -> None:
    """Let the session of this browser last as long as the county allows a household's own phone."""
    until = now + timedelta(days=settings().household_session_days)
    session.permanent = True
    session[UNTIL] = int(until.timestamp())


def is_own() -> bool:
    """Whether somebody said that this phone is only theirs."""
    return UNTIL in session


def is_over(*, now: datetime) -> bool:
    """Whether the days of a session that was to last have passed."""
    return bool(session.get(UNTIL, now.timestamp()) < now.timestamp())
