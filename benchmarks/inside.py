"""What is done inside one process: signing in, and counting what a journey asks the database."""

import logging
from collections.abc import Mapping

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.measure import Cookies
from benchmarks.rows import buy
from benchmarks.visitor import Answer
from storefront import create_app
from storefront.config import Settings
from storefront.payments.pretend import PretendSession
from tests.conftest import Client
from tests.people import Person
from tests.visits import come_in, statements


class Insider:
    """A visitor without a network."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str) -> Answer:
        """Read an address."""
        return _answer(self._client.get(path))

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""
        return _answer(self._client.post(path, data=form))


def look(settings: Settings, staff: Mapping[str, Person]) -> tuple[Cookies, int]:
    """Return the cookies of whoever is signed in, by role, and the statements of a journey."""
    app = create_app(settings)
    logging.getLogger("storefront").setLevel(logging.WARNING)
    with app.app_context():
        cookies = {role: _signed_in(app, person) for role, person in staff.items()}
    buy(Insider(app.test_client()), "fruit-9")  # its part of the catalogue is kept from here on
    with statements() as asked:
        buy(Insider(app.test_client()), "fruit-9")
    own = [statement for statement in asked if PretendSession.__tablename__ not in statement]
    return cookies, len(own)


def _signed_in(app: Flask, person: Person) -> Mapping[str, str]:
    client = Client(app, app.response_class)
    come_in(client, person)
    cookie = client.get_cookie("session")
    return {"session": cookie.value} if cookie else {}


def _answer(reply: TestResponse) -> Answer:
    return Answer(reply.status_code, reply.text, reply.headers.get("Location", ""))
