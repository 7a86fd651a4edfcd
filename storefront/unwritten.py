"""What was read stays true until somebody writes: till then it is not asked again (docs/adr/0032).

SQLite tells a connection, for next to nothing, whether any other has written since; what this
one wrote itself it counts. PostgreSQL has no such word: there everything is asked every time.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from sqlalchemy import Connection

from storefront import clock, county, db

P = ParamSpec("P")
Answer = TypeVar("Answer")
STATE, ANSWERS = "state", "unwritten"
MOST: Final = 500  # answers kept at once


def until_written(question: Callable[P, Answer]) -> Callable[P, Answer]:
    """Keep what ``question`` answers while nobody writes anything, in whichever process.

    Its arguments can be hashed, its answers are values that nobody changes; of a ``now`` only
    the day may count. In a transaction it is always asked.
    """

    @wraps(question)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Answer:
        answers = _answers()
        if answers is None:
            return question(*args, **kwargs)
        key = (answered, county.rules(), args, *map(_of_the_day, kwargs.items()))
        if key not in answers:
            if len(answers) >= MOST:
                answers.clear()
            answers[key] = question(*args, **kwargs)
        return answers[key]  # type: ignore[no-any-return]  # put there for this very question

    return answered


def _of_the_day(named: tuple[str, Any]) -> tuple[str, Any]:
    name, value = named
    return (name, clock.china_day(value)) if name == "now" else named


def _answers() -> dict[Any, Any] | None:
    """Return what is known of the database as this request reads it; None: keep nothing."""
    if db.in_transaction() or db.dialect() != "sqlite":
        return None
    told = db.told()
    if ANSWERS not in told:
        told[ANSWERS] = _known_to(db.session.connection())
    answers: dict[Any, Any] = told[ANSWERS]
    return answers


def _known_to(connection: Connection) -> dict[Any, Any]:
    driver: Any = connection.connection.driver_connection
    state = (driver.execute("PRAGMA data_version").fetchone()[0], driver.total_changes)
    known = connection.info  # as long as the connection to the database lasts
    if known.get(STATE) != state:
        known[STATE], known[ANSWERS] = state, {}
    answers: dict[Any, Any] = known[ANSWERS]
    return answers
