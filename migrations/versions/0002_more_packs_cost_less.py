"""More packs cost less: steps by quantity, and what a line's buyer was let off."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "quantity_step",
        sa.Column("offer_id", key, nullable=False),
        sa.Column("from_quantity", key, nullable=False),
        sa.Column("off_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_quantity > 1 AND off_fen > 0", name=op.f("ck_quantity_step_step")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_quantity_step_offer_id_offer")
        ),
        sa.PrimaryKeyConstraint("offer_id", "from_quantity", name=op.f("pk_quantity_step")),
    )
    with op.batch_alter_table("line") as batch:
        batch.add_column(
            sa.Column("discount_fen", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch.create_check_constraint(
            op.f("ck_line_discount"), "discount_fen >= 0 AND discount_fen < price_fen"
        )
    with op.batch_alter_table("line") as batch:
        batch.alter_column("discount_fen", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("line") as batch:
        batch.drop_constraint(op.f("ck_line_discount"), type_="check")
        batch.drop_column("discount_fen")
    op.drop_table("quantity_step")
