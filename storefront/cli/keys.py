"""flask keys: the keys that people's data is encrypted with."""

import click
from cryptography.fernet import InvalidToken
from flask.cli import AppGroup
from sqlalchemy import Column, String, Table, bindparam, cast, select, update

from storefront import columns, db
from storefront.accounts import people
from storefront.crypto import keyring
from storefront.supply import households
from storefront.tables import metadata

keys = AppGroup("keys", help="The keys of encrypted columns (docs/running.md).")
BATCH = 500  # rows a transaction: well under half a second


@keys.command("rotate")
def rotate() -> None:
    """Encrypt everything anew with the first of FIELD_KEYS; then the others may go.

    The shop may be open. Interrupted, it goes on where it was: what is encrypted with
    the first key already stays as it is.
    """
    unreadable = 0
    for table, column in encrypted_columns():
        renewed, closed = _renew(table, column)
        unreadable += closed
        told = f"{table.name}.{column.name}: {renewed} encrypted anew"
        click.echo(f"{told}, {closed} that no key opens" if closed else told)
    _mark_people()
    if unreadable:
        message = "Some rows need a key that is not in FIELD_KEYS: keep the old keys."
        raise click.ClickException(message)
    click.echo("Only the first of FIELD_KEYS is needed now, and the old ones for old backups.")


def _mark_people() -> None:
    """Let people and households be told by digests of the newest key."""
    for renew in (people.renew_digests, households.renew_digests):
        last: int | None = 0
        while last is not None:
            with db.transaction():
                last = renew(last, limit=BATCH)


def encrypted_columns() -> list[tuple[Table, Column[str]]]:
    """Return every encrypted column, with its table."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, columns.Encrypted)
    ]


def _renew(table: Table, column: Column[str]) -> tuple[int, int]:
    """Renew a column; return how many rows were renewed, and how many no key opens."""
    stored = cast(column, String).label("token")  # as it is stored, not as it reads
    renewed = closed = last = 0
    while True:
        query = select(table.c.id, stored).where(table.c.id > last, column.is_not(None))
        with db.transaction():
            rows = db.session.execute(query.order_by(table.c.id).limit(BATCH)).all()
            changes = [change for row in rows if (change := _change(row.id, row.token))]
            sound = [change for change in changes if change["anew"] is not None]
            if sound:
                _write(table, column, sound)
        renewed, closed = renewed + len(sound), closed + len(changes) - len(sound)
        if len(rows) < BATCH:
            return renewed, closed
        last = rows[-1].id


def _change(key: int, token: str) -> dict[str, object] | None:
    """Return what to write; None when the newest key opens it, no token when none does."""
    try:
        anew = keyring.renewed(token)
    except InvalidToken:
        return {"that_row": key, "as_it_was": token, "anew": None}
    return None if anew is None else {"that_row": key, "as_it_was": token, "anew": anew}


def _write(table: Table, column: Column[str], changes: list[dict[str, object]]) -> None:
    """Write tokens; a row that somebody changed meanwhile has a fresh one already."""
    stored = cast(column, String)
    same = (table.c.id == bindparam("that_row"), stored == bindparam("as_it_was"))
    anew = {column.name: bindparam("anew", type_=String)}
    db.session.connection().execute(update(table).where(*same).values(anew), changes)
