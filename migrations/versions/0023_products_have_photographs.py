"""Products have photographs: what each shows, in which order, and whether it is prepared."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {"ix_photo_product": ["product_id", "position"], "ix_photo_digest": ["digest"]}


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("width", KEY, nullable=False),
        sa.Column("height", KEY, nullable=False),
        sa.Column("alt_zh", sa.String(), nullable=False),
        sa.Column("alt_en", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('jpeg', 'png', 'webp')", name=op.f("ck_photo_format")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_photo_size")),
        sa.CheckConstraint("alt_zh <> '' AND alt_en <> ''", name=op.f("ck_photo_alt")),
        sa.CheckConstraint(
            "prepared_at IS NULL OR failed_at IS NULL", name=op.f("ck_photo_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_photo_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "photo", columns)


def downgrade() -> None:
    op.drop_table("photo")
