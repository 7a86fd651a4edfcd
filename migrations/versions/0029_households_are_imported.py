"""Households are imported from files: what waits, and what their secrets are told by."""

import sqlalchemy as sa
from alembic import op

from storefront.crypto import keyring

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

SECRETS = ("id_number", "phone", "bank_account")
MARKS = tuple(f"{name}_digest" for name in SECRETS)
HOUSEHOLD = sa.table("household", *map(sa.column, ("id", *SECRETS, *MARKS)))
STATES = ("waiting", "ready", "faulty", "refused", "taken", "abandoned")
STATUSES = ("registered_poor", "lifted", "monitored", "general")


def upgrade() -> None:
    for mark in MARKS:
        op.add_column("household", sa.Column(mark, sa.String(), nullable=True))
    _mark()
    _create()


def _mark() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(HOUSEHOLD)).all():
        known = {name: getattr(row, name) for name in SECRETS if getattr(row, name)}
        marks = {f"{name}_digest": keyring.digest(keyring.decrypt(s)) for name, s in known.items()}
        if marks:
            own = sa.update(HOUSEHOLD).where(HOUSEHOLD.c.id == row.id)
            connection.execute(own.values(**marks))


def _one_of(name: str, words: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{name} IN ({listed})"


def _create() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "registry_file",
        sa.Column("id", key, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_by", key, nullable=True),
        sa.Column("sent_at", instant, nullable=False),
        sa.Column("rows_read", key, nullable=False),
        sa.Column("households", key, nullable=False),
        sa.Column("staged", key, nullable=False),
        sa.Column("faults", key, nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("read_at", instant, nullable=True),
        sa.Column("decided_by", key, nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.CheckConstraint(_one_of("state", STATES), name=op.f("ck_registry_file_state")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_registry_file_decided_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["users.id"], name=op.f("fk_registry_file_sent_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_file")),
        sa.UniqueConstraint("code", name=op.f("uq_registry_file_code")),
    )
    op.create_index("ix_registry_file_state", "registry_file", ["state"])
    texts = ("payee", "payee_relation")
    op.create_table(
        "registry_row",
        sa.Column("id", key, nullable=False),
        sa.Column("file_id", key, nullable=False),
        sa.Column("row", key, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in texts),
        sa.Column("village_id", key, nullable=False),
        sa.Column("station_id", key, nullable=True),
        sa.Column("members", key, nullable=True),
        sa.Column("orchard_tenth_mu", key, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in (*SECRETS, *MARKS)),
        sa.CheckConstraint(_one_of("status", STATUSES), name=op.f("ck_registry_row_status")),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{known}.id"],
                name=op.f(f"fk_registry_row_{table}_id_{known}"),
            )
            for table, known in (
                ("file", "registry_file"),
                ("station", "station"),
                ("village", "village"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_row")),
        sa.UniqueConstraint("file_id", "code", name=op.f("uq_registry_row_file_id_code")),
    )
    op.create_table(
        "registry_fault",
        sa.Column("id", key, nullable=False),
        sa.Column("file_id", key, nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", key, nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["registry_file.id"], name=op.f("fk_registry_fault_file_id_registry_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_fault")),
    )
    op.create_index("ix_registry_fault_file", "registry_fault", ["file_id", "id"])


def downgrade() -> None:
    for table in ("registry_fault", "registry_row", "registry_file"):
        op.drop_table(table)
    with op.batch_alter_table("household") as batch:
        for mark in MARKS:
            batch.drop_column(mark)
