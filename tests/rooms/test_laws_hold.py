"""Whatever happens, in whatever order: every law holds of every row."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import select

from storefront import db
from storefront.orders.models import Order
from storefront.reports.check import check
from storefront.reports.order_books import order_books
from tests import factories as make
from tests.histories import A_SEASON, HISTORIES, History


@pytest.fixture
def fresh(app, database):
    """Make the database fresh again for each history."""

    def again():
        db.session.remove()
        db.sa.engine.dispose()
        database.renew()

    return again


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(steps=A_SEASON)
@given(steps=HISTORIES)
def test_no_history_breaks_a_law(fresh, steps):
    fresh()
    with db.transaction():
        history = History(make.county())
    history.walk(steps)
    assert [finding for finding in check() if not finding.ok] == []
    codes = db.session.scalars(select(Order.code)).all()
    assert [code for code in codes if not order_books(code).agrees] == []


def test_the_season_above_does_what_it_says(app):
    with db.transaction():
        history = History(make.county())
    history.walk(A_SEASON)
    assert Counter(history.taken) == Counter(step[0] for step in A_SEASON)
    assert [finding.claim for finding in check() if finding.looked == 0] == [
        "a correction undoes exactly the entry it names"
    ]
