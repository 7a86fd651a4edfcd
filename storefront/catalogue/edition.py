"""The catalogue's edition: what was read of it is kept until somebody writes in it (docs/adr/0019).

The database itself turns the edition, by a trigger on every table of the
catalogue and on the prices we pay, in the transaction that writes. A page asks
for the edition once and takes what this process read of the same edition
before; stock, orders and people are never kept.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Mapped, mapped_column

from storefront import db
from storefront.unwritten import until_written

P = ParamSpec("P")
Answer = TypeVar("Answer")
SEEN: Final = "edition"
MOST: Final = 500  # answers to one question kept at once
# a page also shows what is paid for a kilogram; the tables are the supply room's
ALSO: Final = ("floor_price", "purchase_price")
VERBS: Final = ("insert", "update", "delete")
SQLITE_TRIGGER = """
CREATE TRIGGER {table}_turns_the_edition_{verb} AFTER {VERB} ON {table}
BEGIN UPDATE edition SET mark = lower(hex(randomblob(16))); END
"""
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION turn_the_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE edition SET mark = gen_random_uuid()::text; RETURN NULL; END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER {table}_turns_the_edition_{verb} AFTER {VERB} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION turn_the_edition()
"""


class Edition(db.Base):
    """The one row that says which edition stands: a random mark, so that no two are taken for one.

    A number would come again after a backup is restored.
    """

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str]


STANDING = select(Edition.mark)
MARK = STANDING.scalar_subquery()  # for a statement that reads of the catalogue anyway
_kept: list[tuple[str, dict[object, dict[object, object]]]] = [("", {})]


def kept(question: Callable[P, Answer], most: int = MOST) -> Callable[P, Answer]:
    """Keep what ``question`` answers as long as the edition stands, ``most`` answers at once.

    Its arguments can be hashed, its answers are values that nobody changes. In a
    transaction it is asked anew, unless the edition ``stands`` for it.
    """

    @wraps(question)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Answer:
        mark = _mark()
        if mark is None:
            return question(*args, **kwargs)
        known = _answers(mark).setdefault(answered, {})
        key = (args, *kwargs.items())
        if key not in known:
            if len(known) >= most:
                known.clear()
            known[key] = question(*args, **kwargs)
        return known[key]  # type: ignore[return-value]  # put there for this very question

    return answered


def stands(mark: str) -> None:
    """Take a statement's word for the edition, instead of asking again.

    In a transaction this also says that it writes nothing in the catalogue, so that
    what is kept holds in it too.
    """
    db.told()[SEEN] = mark


def is_asked() -> bool:
    """Whether this request has asked for the edition: what is kept costs it nothing more."""
    return SEEN in db.told()


def _mark() -> str | None:
    """Return the edition that stands, asked once a request; None where nothing may be kept."""
    told = db.told()
    if SEEN not in told and not db.in_transaction():
        told[SEEN] = _standing()
    mark: str | None = told.get(SEEN)
    return mark


@until_written
def _standing() -> str | None:
    return db.session.scalar(STANDING)


def _answers(mark: str) -> dict[object, dict[object, object]]:
    known, answers = _kept[0]
    if known != mark:
        answers = {}
        _kept[0] = (mark, answers)
    return answers


def tables() -> list[Table]:
    """Return the tables whose rows are the catalogue."""
    room = f"{__package__}."
    own = {
        mapper.class_.__tablename__
        for mapper in db.Base.registry.mappers
        if mapper.class_.__module__.startswith(room) and mapper.class_ is not Edition
    }
    return [each for each in db.Base.metadata.sorted_tables if each.name in own.union(ALSO)]


def trigger_names() -> set[str]:
    """Return the names of every trigger that must stand."""
    return {f"{table.name}_turns_the_edition_{verb}" for table in tables() for verb in VERBS}


def create_triggers(connection: Connection) -> None:
    """Make the triggers anew on whichever tables exist already: batch mode drops them."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql(POSTGRES_FUNCTION)
    there = set(connection.dialect.get_table_names(connection))
    wanted = [table.name for table in tables() if table.name in there and "edition" in there]
    for table in wanted:
        _watch(connection, table, SQLITE_TRIGGER if sqlite else POSTGRES_TRIGGER)


def _watch(connection: Connection, table: str, trigger: str) -> None:
    on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
    for verb in VERBS:
        name = f"{table}_turns_the_edition_{verb}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        connection.exec_driver_sql(trigger.format(table=table, verb=verb, VERB=verb.upper()))
