"""What machines ask."""

from datetime import UTC, datetime

from storefront import create_app, db
from storefront.chores import ChoreRun
from tests.conftest import settings_for

RAN = datetime(2026, 11, 23, tzinfo=UTC)


def test_it_lives_without_a_database(tmp_path):
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/none/shop.db"))
    assert app.test_client().get("/healthz").json == {"status": "ok"}


def test_it_is_not_ready_without_a_database(tmp_path):
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/none/shop.db"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "no database"})


def test_it_is_not_ready_before_the_migrations(tmp_path):
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/shop.db"))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "not migrated"
    with app.app_context():
        db.sa.engine.dispose()


def test_when_ready_it_says_when_the_chores_ran(client):
    with db.transaction():
        db.session.add(ChoreRun(name="holds", ran_at=RAN, took_ms=3, fault=None))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["chores"] == {"holds": {"ran_at": RAN.isoformat(), "failed": False}}
