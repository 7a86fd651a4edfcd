"""Who saw which number of a household and why; a pay item says how the payee is related."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("pay_item", sa.Column("payee_relation", sa.String(), nullable=True))
    op.create_table(
        "secret_reveal",
        sa.Column("id", key, nullable=False),
        sa.Column("household_id", key, nullable=False),
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", key, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "which IN ('id_number', 'phone', 'bank_account')", name=op.f("ck_secret_reveal_which")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_secret_reveal_reason")),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_secret_reveal_by_users")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_secret_reveal_household_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_reveal")),
    )
    op.create_index("ix_secret_reveal_household", "secret_reveal", ["household_id"])


def downgrade() -> None:
    op.drop_table("secret_reveal")
    with op.batch_alter_table("pay_item") as batch:
        batch.drop_column("payee_relation")
