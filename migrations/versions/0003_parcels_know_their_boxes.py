"""Parcels know their boxes: how many of each line are in which parcel, and what was split off."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# until now every order had one parcel, and all its boxes were in it
BOXES_SO_FAR = """
INSERT INTO parcel_boxes (parcel_id, line_id, boxes)
SELECT (SELECT min(parcel.id) FROM parcel WHERE parcel.order_id = line.order_id),
  line.id, line.quantity
FROM line ORDER BY line.id
"""


def upgrade() -> None:
    op.create_table(
        "parcel_boxes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("parcel_id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("boxes", KEY, nullable=False),
        sa.CheckConstraint("boxes > 0", name=op.f("ck_parcel_boxes_boxes")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["line.id"], name=op.f("fk_parcel_boxes_line_id_line")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_boxes_parcel_id_parcel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_boxes")),
        sa.UniqueConstraint("parcel_id", "line_id", name=op.f("uq_parcel_boxes_parcel_id_line_id")),
    )
    op.create_index("ix_parcel_boxes_line", "parcel_boxes", ["line_id"])
    op.create_table(
        "parcel_split",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("parcel_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_parcel_split_by_users")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["parcel.id"], name=op.f("fk_parcel_split_from_id_parcel")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_split_parcel_id_parcel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_split")),
        sa.UniqueConstraint("key", name=op.f("uq_parcel_split_key")),
        sa.UniqueConstraint("parcel_id", name=op.f("uq_parcel_split_parcel_id")),
    )
    op.create_index("ix_parcel_split_from", "parcel_split", ["from_id"])
    op.execute(BOXES_SO_FAR)


def downgrade() -> None:
    op.drop_index("ix_parcel_split_from", table_name="parcel_split")
    op.drop_table("parcel_split")
    op.drop_index("ix_parcel_boxes_line", table_name="parcel_boxes")
    op.drop_table("parcel_boxes")
