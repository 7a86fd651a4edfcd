"""A loss that a household bears names two people; a hold ends in release or destruction."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = "'shrink', 'rot', 'sampling', 'theft', 'overweight', 'recall'"


def upgrade() -> None:
    with op.batch_alter_table("movement") as batch:
        batch.add_column(sa.Column("second_user_id", KEY, nullable=True))
        batch.create_foreign_key(
            op.f("fk_movement_second_user_id_users"), "users", ["second_user_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_movement_two_people"), "second_user_id <> actor_user_id"
        )
    with op.batch_alter_table("lot_hold") as batch:
        batch.add_column(sa.Column("released_by", KEY, nullable=True))
        batch.add_column(sa.Column("ended", sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_lot_hold_released_by_users"), "users", ["released_by"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_lot_hold_ended"), "ended IN ('released', 'destroyed')"
        )
        batch.create_check_constraint(
            op.f("ck_lot_hold_ended_when"), "ended IS NULL OR released_at IS NOT NULL"
        )
    _loss_case()


def _loss_case() -> None:
    op.create_table(
        "loss_case",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("put_by", KEY, nullable=False),
        sa.Column("put_as", sa.String(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("movement_id", KEY, nullable=True),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_loss_case_reason")),
        sa.CheckConstraint(
            "decision IN ('brand_fund', 'household', 'dropped')", name=op.f("ck_loss_case_decision")
        ),
        sa.CheckConstraint("grams > 0", name=op.f("ck_loss_case_grams")),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_loss_case_evidence")),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)"
            " AND (decision IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_loss_case_decided"),
        ),
        sa.CheckConstraint(
            "decision = 'dropped' OR decided_by <> put_by", name=op.f("ck_loss_case_two_people")
        ),
        sa.CheckConstraint(
            "(movement_id IS NOT NULL) = (decision IS NOT NULL AND decision <> 'dropped')",
            name=op.f("ck_loss_case_written_off"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [own], [f"{table}.id"], name=op.f(f"fk_loss_case_{own}_{table}")
            )
            for own, table in (
                ("lot_id", "lot"),
                ("put_by", "users"),
                ("decided_by", "users"),
                ("movement_id", "movement"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_case")),
        sa.UniqueConstraint("key", name=op.f("uq_loss_case_key")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_loss_case_movement_id")),
    )
    op.create_index("ix_loss_case_lot", "loss_case", ["lot_id"])


def downgrade() -> None:
    op.drop_index("ix_loss_case_lot", table_name="loss_case")
    op.drop_table("loss_case")
    with op.batch_alter_table("lot_hold") as batch:
        for name in ("ended", "ended_when"):
            batch.drop_constraint(op.f(f"ck_lot_hold_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_lot_hold_released_by_users"), type_="foreignkey")
        for column in ("released_by", "ended"):
            batch.drop_column(column)
    with op.batch_alter_table("movement") as batch:
        batch.drop_constraint(op.f("ck_movement_two_people"), type_="check")
        batch.drop_constraint(op.f("fk_movement_second_user_id_users"), type_="foreignkey")
        batch.drop_column("second_user_id")
