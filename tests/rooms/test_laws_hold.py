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
from tests.histories import HISTORIES, History

A_SEASON = [
    ("weigh", 0, False, 20_000),
    ("weigh", 1, True, 9_001),
    ("weigh", 2, False, 3_333),
    ("buy", [(make.GIFT, 2), (make.PAIR, 1)], make.TIBET),
    ("order", [(make.BOX, 2), (make.PASTE, 1)], make.BEIJING),
    ("order", [(make.BOX, 1)], make.BEIJING),
    ("order", [(make.PAIR, 1)], make.SHANXI),
    ("pay", 0),
    ("pay_twice", 0),
    ("pay_late", 0),
    ("answer_refund", 0, True),
    ("swap", 0, 2),
    ("write_off", 0, 1_234, "rot", "brand_fund"),
    ("write_off", 0, 7, "theft", "household"),
    ("edit_registry", 0, "monitored"),
    ("pack", 0, "assumed"),
    ("dispatch", 0),
    ("pack", 0, "typed"),
    ("dispatch", 0),
    ("close",),
    ("draft",),
    ("export", 0),
    ("answer_pay", 0, True),
    ("answer_pay", 0, False),
    ("confirm", 0),
    ("buy", [(make.BOX, 1)], make.SHANXI),
    ("close",),
    ("draft",),
    ("export", 0),
]


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
