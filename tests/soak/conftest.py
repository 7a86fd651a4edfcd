"""A shop that really runs, on the database of the test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import text

from storefront import clock, db
from storefront.config import Settings
from storefront.reports import check
from tests.conftest import CHEAP_PASSWORDS
from tests.soak import town as towns
from tests.soak.browser import Browser
from tests.soak.diary import Diary
from tests.soak.shop import Shop
from tests.soak.town import Town


@dataclass(frozen=True, slots=True)
class Running:
    """A shop that is open, the town it is in, and what people see of it."""

    shop: Shop
    town: Town
    diary: Diary
    settings: Settings

    def browser(self, port: int = 0) -> Browser:
        """Return a visitor of the shop, or of the process at ``port``."""
        return Browser(port or self.shop.port, self.diary, Random(1), Event(), think=0.05)


@pytest.fixture
def town(app: Flask) -> Town:
    made = towns.settle(clock.now(), deliveries=1)
    db.session.remove()
    db.sa.engine.dispose()
    return made


@pytest.fixture
def running(app: Flask, town: Town, var: Path) -> Iterator[Running]:
    settings = app.config["SETTINGS"]
    with Shop(settings.database_url, var, **CHEAP_PASSWORDS) as shop:
        yield Running(shop, town, Diary(), settings)


def asked(query: str) -> list[tuple[object, ...]]:
    """Return the rows of a question, as the database has them now."""
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(text(query))]


def broken() -> list[object]:
    """Return the laws that are broken."""
    db.session.rollback()
    return [finding for finding in check.check() if finding.broken]
