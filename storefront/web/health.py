"""For machines: does the process live, and can it serve?"""

from functools import cache

from flask import Blueprint, Response, jsonify
from sqlalchemy import column, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError

from storefront import db
from storefront.chores import ChoreRun
from storefront.config import ROOT
from storefront.web.guards import public

door = Blueprint("health", __name__)
VERSION = table("alembic_version", column("version_num"))


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
        if at != newest():
            return jsonify(status="not migrated", at=at, newest=newest()), 503
        return jsonify(status="ok", migration=at, chores=_chores()), 200
    except SQLAlchemyError:
        return jsonify(status="no database"), 503


def _migration() -> str | None:
    if not inspect(db.session.connection()).has_table(VERSION.name):
        return None
    return db.session.scalar(select(VERSION.c.version_num))


@cache
def newest() -> str | None:
    """Return the newest version by the names of the files (a house test compares with alembic)."""
    versions = (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    return max((path.name.partition("_")[0] for path in versions), default=None)


def _chores() -> dict[str, dict[str, object]]:
    query = select(ChoreRun.name, ChoreRun.ran_at, ChoreRun.fault).order_by(ChoreRun.name)
    return {
        name: {"ran_at": ran_at.isoformat(), "failed": fault is not None}
        for name, ran_at, fault in db.session.execute(query)
    }
