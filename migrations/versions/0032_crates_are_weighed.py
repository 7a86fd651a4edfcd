"""A packed crate is weighed; what it weighs beside its grams is a movement of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BEFORE = (
    "'declare', 'take_back', 'sold_out', 'receive', 'weigh_in', 'pack', 'unpack', 'correct', "
    "'shrink', 'rot', 'sampling', 'theft', 'overweight', 'recall'"
)
LIGHT = "grams < 0 OR owed_fen IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("allocation") as batch:
        batch.add_column(sa.Column("weighed_g", sa.BigInteger(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_allocation_weighed"),
            "weighed_g IS NULL OR (weighed_g > 0 AND crate IS NOT NULL)",
        )
    with op.batch_alter_table("movement") as batch:
        batch.drop_constraint(op.f("ck_movement_reason"), type_="check")
        batch.create_check_constraint(
            op.f("ck_movement_reason"), f"reason IN ({BEFORE}, 'underweight')"
        )
        batch.create_check_constraint(op.f("ck_movement_nothing_lost"), LIGHT)


def downgrade() -> None:
    with op.batch_alter_table("movement") as batch:
        batch.drop_constraint(op.f("ck_movement_nothing_lost"), type_="check")
        batch.drop_constraint(op.f("ck_movement_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_movement_reason"), f"reason IN ({BEFORE})")
    with op.batch_alter_table("allocation") as batch:
        batch.drop_constraint(op.f("ck_allocation_weighed"), type_="check")
        batch.drop_column("weighed_g")
