"""A line of a paid order can be cancelled before it leaves; the row says who, why and how much."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "line_cancellation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("refund_id", KEY, nullable=True),
        sa.Column("cancelled_by", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('shopper_asked', 'pears_gone', 'cannot_send', 'our_mistake')",
            name=op.f("ck_line_cancellation_reason"),
        ),
        sa.CheckConstraint(
            "returned_fen >= 0 AND freight_fen >= 0", name=op.f("ck_line_cancellation_signs")
        ),
        sa.CheckConstraint(
            "(refund_id IS NULL) = (returned_fen = 0)", name=op.f("ck_line_cancellation_refunded")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["line.id"], name=op.f("fk_line_cancellation_line_id_line")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refund.id"], name=op.f("fk_line_cancellation_refund_id_refund")
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["users.id"], name=op.f("fk_line_cancellation_cancelled_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_cancellation")),
        sa.UniqueConstraint("line_id", name=op.f("uq_line_cancellation_line_id")),
    )


def downgrade() -> None:
    op.drop_table("line_cancellation")
