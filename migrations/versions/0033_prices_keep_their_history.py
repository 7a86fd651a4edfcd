"""A price that was said stays, with who said it and when; the county sets a floor."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAYS = {"purchase_price": "from_day", "farm_gate_price": "day"}


def upgrade() -> None:
    for table, day in DAYS.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"uq_{table}_grade_id_{day}"), type_="unique")
            batch.add_column(sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
            batch.add_column(sa.Column("set_by", KEY, nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_set_by_users"), "users", ["set_by"], ["id"])
        op.create_index(f"ix_{table}_day", table, ["grade_id", day, "id"])
    op.create_table(
        "floor_price",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grade_id", KEY, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by", KEY, nullable=True),
        sa.CheckConstraint("price > 0", name=op.f("ck_floor_price_price")),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["grade.id"], name=op.f("fk_floor_price_grade_id_grade")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_floor_price_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_price")),
    )
    op.create_index("ix_floor_price_day", "floor_price", ["grade_id", "from_day", "id"])


def downgrade() -> None:
    op.drop_table("floor_price")
    for table, day in DAYS.items():
        op.drop_index(f"ix_{table}_day", table_name=table)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_set_by_users"), type_="foreignkey")
            batch.drop_column("set_by")
            batch.drop_column("set_at")
            batch.create_unique_constraint(op.f(f"uq_{table}_grade_id_{day}"), ["grade_id", day])
