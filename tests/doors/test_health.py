"""What machines ask."""

import os
import subprocess
import sys
from datetime import UTC, datetime

from alembic.script import ScriptDirectory

from storefront import create_app, db
from storefront.chores import ChoreRun
from storefront.config import ROOT
from storefront.web import health
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


def test_the_newest_version_is_the_one_the_migrations_end_with():
    """A web process does not load what runs migrations: it goes by the names of their files."""
    assert health.newest() == ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def test_a_web_process_carries_no_commands(tmp_path):
    carried = "{'alembic', 'storefront.cli'} & set(sys.modules)"
    script = f"import sys, wsgi; sys.exit(bool({carried}))"
    here = {**os.environ, "VAR_DIR": str(tmp_path)}
    started = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=here, check=False)
    assert started.returncode == 0
