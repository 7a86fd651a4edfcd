"""The demonstration's season, small, in the database of a test."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import db
from storefront.accounts.models import SecondFactor, User
from storefront.accounts.passwords import vault
from storefront.cli.accounts import next_code
from storefront.cli.demo import season
from storefront.cli.demo.scene import PASSWORD
from storefront.cli.demo.till import Till
from storefront.crypto import keyring
from storefront.web import gateway_steps
from storefront.web.site import settings

NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # an afternoon in China, after the last harvest


def tell(per_cent: int = 6, *, everybody: bool = False) -> None:
    """Tell so much of the season up to ``NOW``, with few households or with everybody."""
    till = Till(
        gateway_steps.providers()["pretend"],
        gateway_steps.pretend_secret(settings()),
        settings().public_url,
    )
    season.build(
        till,
        vault.hash(PASSWORD),
        lambda _days: None,
        now=NOW,
        per_cent=per_cent,
        everybody=everybody,
    )


def come_in(client: FlaskClient, phone: str) -> None:
    """Sign in as one of the demonstration's people, with a code where one is asked for."""
    answer = client.post("/sign-in", data={"identifier": phone, "password": PASSWORD})
    assert answer.status_code == 303
    if answer.location == "/sign-in/code":
        whose = select(SecondFactor).join(User, User.id == SecondFactor.user_id)
        factor = db.session.scalars(whose.where(User.phone_digest == keyring.digest(phone))).one()
        answer = client.post("/sign-in/code", data={"one_time_code": next_code(factor)})
        assert answer.status_code == 303
