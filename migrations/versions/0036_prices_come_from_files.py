"""Files of prices are looked at before they are taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "price_file",
        sa.Column("id", key, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("prices", "faults", "told")),
        sa.Column("sent_by", key, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", key, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('operator', 'officer')", name=op.f("ck_price_file_role")),
        sa.CheckConstraint(
            "state IN ('ready', 'faulty', 'taken', 'abandoned')", name=op.f("ck_price_file_state")
        ),
        *(
            sa.ForeignKeyConstraint([who], ["users.id"], name=op.f(f"fk_price_file_{who}_users"))
            for who in ("sent_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_file")),
        sa.UniqueConstraint("code", name=op.f("uq_price_file_code")),
    )
    op.create_index("ix_price_file_role", "price_file", ["role", "id"])


def downgrade() -> None:
    op.drop_table("price_file")
