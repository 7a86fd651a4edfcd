"""Money of a parcel that has left goes back at somebody's cost; a paid share may fall below zero."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_LIVE = "uq_pay_item_row_allocation"
LIVE = {"unique": True, "sqlite_where": sa.text("live"), "postgresql_where": sa.text("live")}


def upgrade() -> None:
    with op.batch_alter_table("refund") as batch:
        batch.add_column(sa.Column("bearer", sa.String(), nullable=True))
        batch.add_column(sa.Column("evidence", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("asked_key", sa.String(), nullable=True))
        batch.add_column(sa.Column("asked_by", KEY, nullable=True))
        batch.add_column(sa.Column("agreed_by", KEY, nullable=True))
        batch.create_unique_constraint(op.f("uq_refund_asked_key"), ["asked_key"])
        for who in ("asked_by", "agreed_by"):
            batch.create_foreign_key(op.f(f"fk_refund_{who}_users"), "users", [who], ["id"])
        batch.create_check_constraint(
            op.f("ck_refund_bearer"), "bearer IN ('brand_fund', 'carrier_debt', 'share')"
        )
        batch.create_check_constraint(op.f("ck_refund_borne"), "dispatched = (bearer IS NOT NULL)")
        batch.create_check_constraint(
            op.f("ck_refund_four_eyes"), "asked_by IS NULL OR agreed_by <> asked_by"
        )
        batch.create_check_constraint(
            op.f("ck_refund_evidence"),
            "bearer <> 'share'"
            " OR (evidence <> '' AND asked_by IS NOT NULL AND agreed_by IS NOT NULL)",
        )
    op.create_table(
        "refund_share",
        sa.Column("id", KEY, nullable=False),
        sa.Column("refund_id", KEY, nullable=False),
        sa.Column("allocation_id", KEY, nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fen > 0", name=op.f("ck_refund_share_fen")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_refund_share_refund_id_refund")
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"],
            ["allocation.id"],
            name=op.f("fk_refund_share_allocation_id_allocation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_share")),
        sa.UniqueConstraint(
            "refund_id", "allocation_id", name=op.f("uq_refund_share_refund_id_allocation_id")
        ),
    )
    op.create_index("ix_refund_share_allocation", "refund_share", ["allocation_id"])
    op.drop_index(ONE_LIVE, table_name="pay_item_row")
    with op.batch_alter_table("pay_item_row") as batch:
        batch.add_column(
            sa.Column("recovers", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.create_check_constraint(
            op.f("ck_pay_item_row_recovers"),
            "recovers = (fen < 0) AND (NOT recovers OR allocation_id IS NOT NULL)",
        )
    op.create_index(ONE_LIVE, "pay_item_row", ["allocation_id", "recovers"], **LIVE)


def downgrade() -> None:
    op.drop_index(ONE_LIVE, table_name="pay_item_row")
    with op.batch_alter_table("pay_item_row") as batch:
        batch.drop_constraint(op.f("ck_pay_item_row_recovers"), type_="check")
        batch.drop_column("recovers")
    op.create_index(ONE_LIVE, "pay_item_row", ["allocation_id"], **LIVE)
    op.drop_index("ix_refund_share_allocation", table_name="refund_share")
    op.drop_table("refund_share")
    with op.batch_alter_table("refund") as batch:
        for name in ("bearer", "borne", "four_eyes", "evidence"):
            batch.drop_constraint(op.f(f"ck_refund_{name}"), type_="check")
        for who in ("asked_by", "agreed_by"):
            batch.drop_constraint(op.f(f"fk_refund_{who}_users"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_refund_asked_key"), type_="unique")
        for column in ("bearer", "evidence", "asked_key", "asked_by", "agreed_by"):
            batch.drop_column(column)
