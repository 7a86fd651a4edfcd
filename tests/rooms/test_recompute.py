"""`flask books recompute` works the kept summary out anew, and mends it when only it is wrong."""

import pytest
from sqlalchemy import select, text

from storefront import db
from storefront.audit import AuditEvent
from storefront.reports.recomputation import recompute
from tests import factories as make
from tests.histories import A_SEASON, History

# what is done to a shelf behind everybody's back
COUNTED = "grams, retail_fen, booked_fen, reversed_fen, due_fen, paid_fen, confirmed_fen"
PLACE = "household_id, village_id, status, product_id, grade_id, channel, station_id, custody"
STRAY = f"""
INSERT INTO household_month (month, {PLACE}, {COUNTED})
SELECT '2026-01', {PLACE}, 7, 7, 7, 0, 0, 0, 0 FROM household_month
WHERE id = (SELECT min(id) FROM household_month)
"""  # noqa: S608  our own names
DAMAGES = {
    "a figure too many": (
        "household_month",
        "UPDATE {0} SET due_fen = due_fen + 1 WHERE id = (SELECT min(id) FROM {0})",
    ),
    "a row that is gone": (
        "county_month",
        "DELETE FROM {0} WHERE id = (SELECT min(id) FROM {0})",
    ),
    "a row of nobody": ("household_month", STRAY),
    "a row in another month": (
        "county_month",
        "UPDATE {0} SET month = '2026-01' WHERE id = (SELECT min(id) FROM {0})",
    ),
}


@pytest.fixture
def season(app):
    with db.transaction():
        history = History(make.county())
    history.walk(A_SEASON)
    return shelves()


def shelves():
    """Every kept row as it stands, ids too."""
    return {
        shelf: db.session.execute(text(f"SELECT * FROM {shelf} ORDER BY id")).all()  # noqa: S608
        for shelf in ("household_month", "county_month")
    }


def figures():
    return {shelf: sorted(row[1:] for row in rows) for shelf, rows in shelves().items()}


def ran(app, *options):
    return app.test_cli_runner().invoke(args=["books", "recompute", *options])


def test_the_books_and_the_summary_agree_after_a_season(app, season):
    assert [found.differences for found in recompute()] == [(), ()]
    assert [found.agree for found in recompute()] == [len(rows) for rows in season.values()]
    assert ran(app).exit_code == 0


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_summary_is_named_and_nothing_is_changed(app, season, damage):
    shelf, statement = DAMAGES[damage]
    with db.transaction():
        db.session.execute(text(statement.format(shelf)))
    damaged = shelves()
    said = ran(app)
    assert said.exit_code == 1
    assert "(books say " in said.output
    assert shelves() == damaged


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_summary_is_put_right_from_the_books(app, season, damage):
    before = figures()
    shelf, statement = DAMAGES[damage]
    with db.transaction():
        db.session.execute(text(statement.format(shelf)))
    assert ran(app, "--write").exit_code == 0
    db.session.rollback()
    assert figures() == before
    query = select(AuditEvent.object_code).where(AuditEvent.verb == "recompute")
    assert db.session.scalars(query).all() == [shelf]


def test_a_summary_that_is_right_is_never_touched(app, season):
    assert ran(app, "--write").exit_code == 0
    assert shelves() == season
    assert db.session.scalar(select(AuditEvent.id).where(AuditEvent.verb == "recompute")) is None


def test_rows_that_agree_stay_when_another_is_mended(app, season):
    shelf, statement = DAMAGES["a figure too many"]
    with db.transaction():
        db.session.execute(text(statement.format(shelf)))
    ran(app, "--write")
    db.session.rollback()
    assert set(season[shelf][1:]) <= set(shelves()[shelf])


def test_nothing_is_written_while_another_law_is_broken(app, season):
    shelf, statement = DAMAGES["a figure too many"]
    with db.transaction():
        db.session.execute(text(statement.format(shelf)))
        db.session.execute(text("UPDATE lot SET allocated_g = allocated_g + 1 WHERE id = 1"))
    damaged = shelves()
    said = ran(app, "--write")
    assert said.exit_code == 1
    assert "law 2 is broken" in said.output
    assert shelves() == damaged
