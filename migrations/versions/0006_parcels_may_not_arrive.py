"""Parcels may not arrive: when one was lost, or came back to us."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("lost_at", "returned_at"):
        op.add_column("parcel", sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("parcel") as batch:
        batch.drop_column("returned_at")
        batch.drop_column("lost_at")
