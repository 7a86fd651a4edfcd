"""Orders say more: a gift, an invoice, the consent; products have a season; days are given out."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SEASON = ("presale_from", "opens_on", "ends_on")
# month and day in one number: 825 is 25 August
DAY_OF_YEAR = " AND ".join(f"coalesce({name}, 101) BETWEEN 101 AND 1231" for name in SEASON)


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("orders", sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("product") as batch:
        for name in SEASON:
            batch.add_column(sa.Column(name, key, nullable=True))
        batch.create_check_constraint(
            op.f("ck_product_season"),
            "(opens_on IS NULL) = (ends_on IS NULL)"
            " AND (presale_from IS NULL OR opens_on IS NOT NULL)",
        )
        batch.create_check_constraint(op.f("ck_product_season_days"), DAY_OF_YEAR)
    op.create_table(
        "dispatch_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_dispatch_day")),
    )
    op.create_table(
        "gift",
        sa.Column("id", key, nullable=False),
        sa.Column("order_id", key, nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_gift_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint("order_id", name=op.f("uq_gift_order_id")),
    )
    op.create_table(
        "invoice_request",
        sa.Column("id", key, nullable=False),
        sa.Column("order_id", key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("tax_number", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'company')", name=op.f("ck_invoice_request_kind")),
        sa.CheckConstraint(
            "(kind = 'company') = (tax_number IS NOT NULL)",
            name=op.f("ck_invoice_request_tax_number"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_invoice_request_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_request")),
        sa.UniqueConstraint("order_id", name=op.f("uq_invoice_request_order_id")),
    )


def downgrade() -> None:
    for table in ("invoice_request", "gift", "dispatch_day"):
        op.drop_table(table)
    with op.batch_alter_table("product") as batch:
        batch.drop_constraint(op.f("ck_product_season_days"), type_="check")
        batch.drop_constraint(op.f("ck_product_season"), type_="check")
        for name in SEASON:
            batch.drop_column(name)
    op.drop_column("orders", "consented_at")
