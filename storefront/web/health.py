"""For machines: does the process live, and can it serve?"""

from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from storefront import db
from storefront.chores import ChoreRun
from storefront.config import ROOT
from storefront.web.guards import public

door = Blueprint("health", __name__)


@door.get("/healthz")
@public
def alive() -> Response:
    """Say that the process answers; the database is not asked."""
    return jsonify(status="ok")


@door.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Say whether the database answers and is at the newest migration, and when chores ran."""
    try:
        at = _migration()
        if at != _newest():
            return jsonify(status="not migrated", at=at, newest=_newest()), 503
        return jsonify(status="ok", migration=at, chores=_chores()), 200
    except SQLAlchemyError:
        return jsonify(status="no database"), 503


def _migration() -> str | None:
    return MigrationContext.configure(db.session.connection()).get_current_revision()


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def _chores() -> dict[str, dict[str, object]]:
    query = select(ChoreRun.name, ChoreRun.ran_at, ChoreRun.fault).order_by(ChoreRun.name)
    return {
        name: {"ran_at": ran_at.isoformat(), "failed": fault is not None}
        for name, ran_at, fault in db.session.execute(query)
    }
