"""Households certify their lots, the brand what it packed of them; nothing of it is edited."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([own], [f"{other}.id"], name=op.f(f"fk_{table}_{own}_{other}"))
        for own, other in columns
    ]


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("style", sa.String(), nullable=False),
        sa.Column("lot_id", KEY, nullable=True),
        sa.Column("grade_id", KEY, nullable=False),
        sa.Column("packed_on", sa.Date(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("origin_zh", sa.String(), nullable=False),
        sa.Column("origin_en", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("promiser", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", KEY, nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        sa.CheckConstraint("style IN ('producer', 'buyer')", name=op.f("ck_certificate_style")),
        sa.CheckConstraint(
            "(style = 'producer') = (lot_id IS NOT NULL)", name=op.f("ck_certificate_of_lot")
        ),
        sa.CheckConstraint(
            "(style = 'buyer') = (packed_on IS NOT NULL)", name=op.f("ck_certificate_of_batch")
        ),
        sa.CheckConstraint(
            "grams > 0 AND basis <> '' AND promiser <> ''", name=op.f("ck_certificate_whole")
        ),
        *_keys(
            "certificate",
            ("lot_id", "lot"),
            ("grade_id", "grade"),
            ("issued_by", "users"),
            ("replaces_id", "certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("key", name=op.f("uq_certificate_key")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
    )
    op.create_index("ix_certificate_lot", "certificate", ["lot_id"])
    op.create_index("ix_certificate_batch", "certificate", ["grade_id", "packed_on"])
    op.create_table(
        "certificate_source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("source_id", KEY, nullable=True),
        sa.CheckConstraint("grams > 0", name=op.f("ck_certificate_source_grams")),
        *_keys(
            "certificate_source",
            ("certificate_id", "certificate"),
            ("lot_id", "lot"),
            ("source_id", "certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_source")),
        sa.UniqueConstraint(
            "certificate_id", "lot_id", name=op.f("uq_certificate_source_certificate_id_lot_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("certificate_source")
    op.drop_table("certificate")
