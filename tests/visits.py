"""Visits to the doors: coming in as one of the cast, and counting what a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.people import PASSWORD, Person


def come_in(client: FlaskClient, person: Person) -> None:
    """Sign in as ``person``, with a code where one is asked for."""
    answer = client.post("/sign-in", data={"identifier": person.identifier, "password": PASSWORD})
    assert answer.status_code == 303, "could not sign in"
    if person.phone is not None:
        assert send_code(client, person).status_code == 303, "the code was not taken"


def send_code(client: FlaskClient, person: Person) -> Any:
    """Send the code that the phone of ``person`` shows, on the second page of signing in."""
    assert person.phone is not None
    return client.post("/sign-in/code", data={"one_time_code": person.phone.code()})


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
