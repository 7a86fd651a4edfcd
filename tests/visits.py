"""Visits to the doors: coming in as one of the cast, and counting what a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.people import PASSWORD, Person


def come_in(client: FlaskClient, person: Person) -> None:
    """Sign in as ``person``."""
    answer = client.post("/sign-in", data={"identifier": person.identifier, "password": PASSWORD})
    assert answer.status_code == 303, "could not sign in"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements sent while inside, without what frames a transaction."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        if not statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
