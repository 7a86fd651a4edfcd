"""A carrier's list of numbers is kept row by row until every parcel of it has left."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "carrier_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_by", KEY, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('ready', 'going', 'done', 'put_away')", name=op.f("ck_carrier_list_state")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (state = 'ready')", name=op.f("ck_carrier_list_decided")
        ),
        *(
            sa.ForeignKeyConstraint([own], ["users.id"], name=op.f(f"fk_carrier_list_{own}_users"))
            for own in ("sent_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_list")),
        sa.UniqueConstraint("code", name=op.f("uq_carrier_list_code")),
    )
    op.create_index("ix_carrier_list_state", "carrier_list", ["state", "id"])
    _rows()
    op.create_index("ix_parcel_number", "parcel", ["number"])


def _rows() -> None:
    op.create_table(
        "carrier_list_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("list_id", KEY, nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("parcel_id", KEY, nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.CheckConstraint("ended IN ('sent', 'refused')", name=op.f("ck_carrier_list_row_ended")),
        sa.CheckConstraint(
            "ended IS NULL OR parcel_id IS NOT NULL", name=op.f("ck_carrier_list_row_chosen")
        ),
        *(
            sa.ForeignKeyConstraint(
                [own], [f"{table}.id"], name=op.f(f"fk_carrier_list_row_{own}_{table}")
            )
            for own, table in (("list_id", "carrier_list"), ("parcel_id", "parcel"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_list_row")),
        sa.UniqueConstraint(
            "list_id", "parcel_id", name=op.f("uq_carrier_list_row_list_id_parcel_id")
        ),
    )
    op.create_index("ix_carrier_list_row_list", "carrier_list_row", ["list_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_parcel_number", table_name="parcel")
    op.drop_table("carrier_list_row")
    op.drop_table("carrier_list")
