"""Households become one or two: which went into which, and which came out of which."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# table: the other household's column, and what else is known
TABLES = {
    "household_merger": ("into_id", ("lots",)),
    "household_split": ("from_id", ()),
}


def upgrade() -> None:
    for table, (other, more) in TABLES.items():
        op.create_table(
            table,
            sa.Column("id", KEY, nullable=False),
            sa.Column("household_id", KEY, nullable=False),
            sa.Column(other, KEY, nullable=False),
            sa.Column("from_day", sa.Date(), nullable=False),
            *(sa.Column(name, KEY, nullable=False) for name in more),
            sa.Column("by", KEY, nullable=True),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.CheckConstraint(f"household_id <> {other}", name=op.f(f"ck_{table}_another")),
            sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f(f"fk_{table}_by_users")),
            sa.ForeignKeyConstraint(
                ["household_id"], ["household.id"], name=op.f(f"fk_{table}_household_id_household")
            ),
            sa.ForeignKeyConstraint(
                [other], ["household.id"], name=op.f(f"fk_{table}_{other}_household")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("household_id", name=op.f(f"uq_{table}_household_id")),
        )
        op.create_index(f"ix_{table}_{other.removesuffix('_id')}", table, [other])


def downgrade() -> None:
    for table, (other, _more) in TABLES.items():
        op.drop_index(f"ix_{table}_{other.removesuffix('_id')}", table_name=table)
        op.drop_table(table)
