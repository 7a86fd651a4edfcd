"""How many parcels leave on a day has versions; an invoice that was issued has its number."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "dispatch_limit",
        sa.Column("id", key, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("most", key, nullable=True),
        sa.CheckConstraint("most IS NULL OR most > 0", name=op.f("ck_dispatch_limit_most")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_limit")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", key, nullable=False),
        sa.Column("order_id", key, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", key, nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_invoice_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["users.id"], name=op.f("fk_invoice_issued_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("order_id", name=op.f("uq_invoice_order_id")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )


def downgrade() -> None:
    op.drop_table("invoice")
    op.drop_table("dispatch_limit")
