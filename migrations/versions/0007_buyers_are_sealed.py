"""Buyers are sealed: names, phones, mails and streets need the keys; rows know when they were cut."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic import op

from storefront.crypto import keyring

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SEALED = {
    "orders": ("buyer_name", "buyer_phone", "buyer_email"),
    "parcel": ("recipient", "phone", "address"),
}
BATCH = 500
Turn = Callable[[str], str]


def upgrade() -> None:
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("buyer_cut_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("parcel") as batch:
        batch.add_column(sa.Column("address_cut_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("letter") as batch:
        added = sa.Column("addressed", sa.Boolean(), nullable=False, server_default=sa.true())
        batch.add_column(added)
    _turn(keyring.encrypt)


def downgrade() -> None:
    _turn(keyring.decrypt)
    for table, column in (
        ("letter", "addressed"),
        ("parcel", "address_cut_at"),
        ("orders", "buyer_cut_at"),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)


def _turn(how: Turn) -> None:
    """Write each sealed column of each row as ``how`` makes it."""
    connection = op.get_bind()
    for table, columns in SEALED.items():
        here = sa.table(table, sa.column("id"), *map(sa.column, columns))
        last = 0
        while rows := _next(connection, here, last):
            anew = {name: sa.bindparam(f"new_{name}") for name in columns}
            own = sa.update(here).where(here.c.id == sa.bindparam("row")).values(anew)
            connection.execute(own, [_turned(row, columns, how) for row in rows])
            last = rows[-1].id


def _turned(row: sa.Row[tuple[str, ...]], columns: tuple[str, ...], how: Turn) -> dict[str, object]:
    known = {name: getattr(row, name) for name in columns}
    turned = {f"new_{name}": value and how(value) for name, value in known.items()}
    return {"row": row.id, **turned}


def _next(
    connection: sa.Connection, here: sa.TableClause, last: int
) -> Sequence[sa.Row[tuple[str, ...]]]:
    query = sa.select(here).where(here.c.id > last).order_by(here.c.id).limit(BATCH)
    return connection.execute(query).all()
