"""The database: base class, and the one way to write (docs/adr/0002).

``transaction()`` and ``lock()`` are the only places where a write begins and
ends. Reads need neither: a session reads on its own and is closed with the
request.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import flask_sqlalchemy.session
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    MetaData,
    Select,
    Table,
    Update,
    bindparam,
    event,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry, scoped_session
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.sql.dml import ReturningInsert

from storefront.columns import COLUMN_TYPES
from storefront.errors import Busy, NotFound

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "busy_timeout=500",
    "synchronous=FULL",
    "cache_size=-65536",
    "mmap_size=268435456",
)
# Nobody looks at a page that does nothing for longer: whoever cannot write by then is told so.
WRITE_PATIENCE = 0.8  # seconds
GLANCE = 0.001  # seconds between looks of the first in line at whether the lock is free
POSTGRES = {
    "options": "-c lock_timeout=800 -c statement_timeout=30000",
    # a server that has gone without a word is given up, not waited for
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
# Nothing was written and the same request may succeed later: serialization_failure,
# deadlock_detected, lock_not_available; disk_full, too_many_connections, read_only_sql_transaction
POSTGRES_BUSY = {"40001", "40P01", "55P03", "53100", "53300", "25006"}
SQLITE_BUSY = ("locked", "busy", "disk is full", "readonly", "unable to open", "disk I/O error")

Row = TypeVar("Row", bound="Base")


NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the shop; constraints get predictable names."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map=COLUMN_TYPES
    )


def one_of(column: str, words: Sequence[str]) -> CheckConstraint:
    """Return a CHECK that ``column`` holds one of ``words``."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# Rows of such a table are facts: the database refuses UPDATE and DELETE (append_only.py).
APPEND_ONLY = {"info": {"append_only": True}}


def only_where(words: str) -> dict[str, str]:
    """Return the ``info`` of an index that holds only the rows of which ``words`` is true.

    The migrations write it so. Were it said in SQLAlchemy's own way, every web process would
    carry the other database's dialect for it: three megabytes.
    """
    return {"where": words}


class _OneDatabase(flask_sqlalchemy.session.Session):
    """A session that need not look for each statement's database: there is one."""

    @cached_property
    def _engine(self) -> Engine:
        return self._db.engine

    def get_bind(
        self,
        mapper: Any | None = None,  # noqa: ANN401, ARG002  as the session asks
        clause: Any | None = None,  # noqa: ANN401, ARG002
        bind: Engine | Connection | None = None,
        **_more: Any,  # noqa: ANN401
    ) -> Engine | Connection:
        return self._engine if bind is None else bind


sa = SQLAlchemy(
    model_class=Base,
    session_options={"class_": _OneDatabase, "expire_on_commit": False},
)
session = cast("scoped_session[Session]", sa.session)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  any driver
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        try:
            for pragma in SQLITE_PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as fault:  # a disk nobody may write to has no log to read
            raise Busy from fault


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def fair_turn(engine: Engine) -> Iterator[None]:
    """Queue SQLite's writers in the kernel: with only its busy timeout one of them starves.

    They stand in line before ``.queue``; the first in line looks at ``.lock`` until its
    patience ends. Those behind it came later, so nobody waits longer than that.

    Raises:
        Busy: others wrote for as long as ``WRITE_PATIENCE``, or the disk is at fault.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    end = time.monotonic() + WRITE_PATIENCE
    with _opened(engine, "queue") as queue, _opened(engine, "lock") as turn:
        fcntl.flock(queue, fcntl.LOCK_EX)
        while not _takes(turn):
            if time.monotonic() > end:
                raise Busy
            time.sleep(GLANCE)
        fcntl.flock(queue, fcntl.LOCK_UN)
        yield


@contextmanager
def _opened(engine: Engine, name: str) -> Iterator[int]:
    """Open a file beside the database file, to be locked, anew each time.

    A descriptor that is shared by threads or inherited by a fork excludes nobody.
    """
    path = f"{engine.url.database}.{name}"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:  # the disk is full, or nobody may write to it
        raise Busy from fault
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _takes(turn: int) -> bool:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# what the session remembers: the rows its transaction holds, and those of one long one
HELD, LONG, TOLD = "held", "long", "told"


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one write transaction of a request, a chore or a command.

    Whatever was read before is forgotten first, so that a verb decides on what
    it reads inside. Commits at the end; any exception rolls everything back.

    Raises:
        RuntimeError: a transaction is open already; they do not nest.
        Busy: the database, or its disk, cannot take the write now; nothing was written.
    """
    if in_transaction():
        message = "transactions do not nest"
        raise RuntimeError(message)
    if LONG in session.info:
        with _part_of_the_long_one(session.info[LONG]):
            yield session()
        return
    with _written():
        session.info[HELD] = {}
        yield session()


@contextmanager
def _written() -> Iterator[None]:
    session.rollback()
    session.expire_all()  # a rollback forgets nothing when nothing was read since the last commit
    with fair_turn(sa.engine):
        try:
            session.connection(execution_options={"write": True})
            yield
            session.commit()
        except BaseException as fault:
            session.rollback()
            if isinstance(fault, DBAPIError) and is_busy(fault):
                raise Busy from fault
            raise
        finally:
            session.info.pop(HELD, None)


@contextmanager
def alone() -> Iterator[None]:
    """Write many transactions at once, for a process that has the database to itself.

    Each ``transaction()`` inside is a savepoint: it holds or is undone as ever, and what it
    held stays known, because nobody else can have changed it. All of them are on the disk
    when this ends. The demonstration is told so; a shop that is open never writes like this.
    """
    with _written():
        session.info[LONG] = {}
        try:
            yield
        finally:
            session.info.pop(LONG)


@contextmanager
def _part_of_the_long_one(held: dict[Any, Base]) -> Iterator[None]:
    """A savepoint without the session's costly book-keeping: once undone, all it knew is forgotten.

    What the database itself refuses, no verb of ours, undoes the whole long transaction.
    """
    say = session.connection().exec_driver_sql
    say("SAVEPOINT part")
    session.info[HELD] = held
    session.info.pop(TOLD, None)
    try:
        yield
        session.flush()
        say("RELEASE part")
    except BaseException:
        session.expunge_all()
        held.clear()
        say("ROLLBACK TO part")
        say("RELEASE part")
        raise
    finally:
        session.info.pop(HELD, None)


def in_transaction() -> bool:
    """Whether this session is inside ``transaction()``."""
    return HELD in session.info


def told() -> dict[str, Any]:
    """Return what this session was told since its reading or writing began, to ask it once."""
    here = session()
    current = here.get_nested_transaction() or here.get_transaction() or here.begin()
    told_in, facts = here.info.get(TOLD, (None, {}))
    if told_in is not current:
        facts = {}
        here.info[TOLD] = (current, facts)
    return cast("dict[str, Any]", facts)


def is_busy(fault: DBAPIError) -> bool:
    """Whether ``fault`` means that the same request may succeed a moment later."""
    if getattr(fault.orig, "sqlstate", None) in POSTGRES_BUSY or fault.connection_invalidated:
        return True
    words = str(fault.orig)
    known = any(word in words for word in (*SQLITE_BUSY, "connection"))
    return isinstance(fault, OperationalError) and known


def lock(model: type[Row], *keys: int) -> list[Row]:
    """Return the rows of ``model`` with ``keys``, held until the transaction ends, by key.

    FOR NO KEY UPDATE on PostgreSQL: who only refers to a row need not wait for it, or
    two that hold each other's rows would. On SQLite the whole transaction is the lock.
    What the session knew of the rows is read again, once: nobody else can change a row
    that this transaction holds already.

    Raises:
        RuntimeError: outside a transaction.
        NotFound: a row is missing.
    """
    held = _held()
    wanted = sorted(set(keys))
    fresh = [key for key in wanted if (model, key) not in held]
    if fresh:
        rows = _read_locked(model, fresh)
        if len(rows) != len(fresh):
            raise NotFound
        held.update(((model, key), row) for key, row in zip(fresh, rows, strict=True))
    return [cast("Row", held[model, key]) for key in wanted]


def _read_locked(model: type[Row], keys: Sequence[int]) -> Sequence[Row]:
    if len(keys) == 1:  # as most are: nothing is to be expanded
        return session.scalars(_locking_one(model), {"key": keys[0]}).all()
    return session.scalars(_locking(model), {"wanted": keys}).all()


@cache
def _locking(model: type[Row]) -> Select[Row]:
    column = model.__table__.c.id
    wanted: BindParameter[int] = bindparam("wanted", expanding=True)
    query = select(model).where(column.in_(wanted)).order_by(column)
    return locking(query)


@cache
def _locking_one(model: type[Row]) -> Select[Row]:
    return locking(_one(model))


@cache
def _one(model: type[Row]) -> Select[Row]:
    return select(model).where(model.__table__.c.id == bindparam("key"))


def locking(query: Select[Row]) -> Select[Row]:
    """Return ``query`` for ``lock_found``: its rows are locked as they are read."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def lock_found(query: Select[Row], given: dict[str, Any]) -> list[Row]:
    """Return the rows a ``locking`` query finds, held until the transaction ends.

    Raises:
        RuntimeError: outside a transaction.
    """
    held = _held()
    rows = list(session.scalars(query, given))
    held.update({(type(row), row.id): row for row in rows})  # type: ignore[attr-defined]  # every locked table has one
    return rows


def hold(row: Row) -> Row:
    """Add a new row: until this transaction ends nobody else knows of it, so it is held too."""
    session.add(row)
    session.flush()
    _held()[type(row), row.id] = row  # type: ignore[attr-defined]  # as above
    return row


def put(*rows: Base) -> None:
    """Write new rows and give them their ids; the session does not know of them.

    It costs a fifth of what ``session.add`` does: for rows of which the verb goes on with the ids
    alone. What is changed in one afterwards is not written.
    """
    for row in rows:
        columns = table(type(row)).c
        said = {name: value for name, value in vars(row).items() if name in columns}
        row.id = session.scalar(_putting(type(row)), said)  # type: ignore[attr-defined]  # as above


@cache
def _putting(model: type[Base]) -> ReturningInsert[int]:
    into = table(model)
    return into.insert().returning(into.c.id)


def change(row: Base, **values: object) -> None:
    """Write new values into a row that is held, at once: a sixth of what a flush of it costs."""
    change_all([row], **values)


def change_all(rows: Sequence[Base], **values: object) -> None:
    """Write the same new values into rows of one table that are held."""
    if not rows:
        return
    writing = _changing(type(rows[0]), tuple(values))
    said = [{"its_id": row.id, **values} for row in rows]  # type: ignore[attr-defined]  # as above
    session.execute(writing, said if len(said) > 1 else said[0])
    for row in rows:
        for name, value in values.items():
            set_committed_value(row, name, value)


@cache
def _changing(model: type[Base], names: tuple[str, ...]) -> Update:
    into = table(model)
    new = {name: bindparam(name, type_=into.c[name].type) for name in names}
    return into.update().where(into.c.id == bindparam("its_id")).values(new)


def _held() -> dict[Any, Base]:
    held: dict[Any, Base] | None = session.info.get(HELD)
    if held is None:
        message = "lock() needs a transaction"
        raise RuntimeError(message)
    return held


def lock_one(model: type[Row], key: int) -> Row:
    """Return the one row of ``model`` with ``key``, held until the transaction ends."""
    return lock(model, key)[0]


def holds(model: type[Base], key: int) -> bool:
    """Whether this transaction holds the row already: nobody else can have changed it since."""
    return (model, key) in _held()


def table(model: type[Base]) -> Table:
    """Return the table of ``model``, for a statement that need not make or know objects."""
    return cast("Table", model.__table__)


def get(model: type[Row], key: int) -> Row:
    """Return the row of ``model`` with ``key``, or raise ``NotFound``."""
    row = session.identity_map.get((model, (key,), None))
    if row is None or instance_state(row).expired:
        row = session.scalar(_one(model), {"key": key})
    if row is None:
        raise NotFound
    return row


def lock_tables(*models: type[Base]) -> None:
    """Keep others from writing these tables until the transaction ends; they may read.

    For a command that compares whole tables; on SQLite the transaction is the lock.
    """
    if dialect() == "postgresql":
        names = ", ".join(str(model.__table__) for model in models)
        session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def insert(model: type[Base] | Table) -> "postgresql.Insert | sqlite.Insert":
    """Return an INSERT into ``model`` that may say ON CONFLICT, in this database's words.

    Into a table rather than a model it costs a third, and flushes nothing before it.
    """
    if dialect() == "sqlite":
        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  three megabytes

    return postgresql.insert(model)


def dialect() -> str:
    """Return this database's kind: a statement kept with ``insert`` in it is kept for each."""
    return sa.engine.dialect.name
