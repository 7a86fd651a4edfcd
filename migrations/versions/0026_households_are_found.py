"""Households are found as their head is typed: in pinyin, by initials."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "household_name",
        sa.Column("household_id", key, autoincrement=False, nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["household.id"],
            name=op.f("fk_household_name_household_id_household"),
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household_name")),
    )


def downgrade() -> None:
    op.drop_table("household_name")
