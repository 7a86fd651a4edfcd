"""Products are found: what each is called, in characters, pinyin and English, is kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNSPELT = sa.text("spelt_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("product") as batch:
        for name in ("search_names", "search_text"):
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("spelt_at", sa.DateTime(timezone=True), nullable=True))
        batch.drop_index("ix_product_shelf")
    name_them()
    with op.batch_alter_table("product") as batch:
        for name in ("search_names", "search_text"):
            batch.alter_column(name, existing_type=sa.String(), server_default=None)
        batch.create_index("ix_product_shelf", ["category_id", "position", "id"])
        batch.create_index(
            "ix_product_unspelt", ["id"], sqlite_where=UNSPELT, postgresql_where=UNSPELT
        )


def name_them() -> None:
    """Let each product be found by its names as they stand; the worker spells them (a chore)."""
    bind = op.get_bind()
    product = sa.Table("product", sa.MetaData(), autoload_with=bind)
    for row in bind.execute(sa.select(product.c.id, product.c.name_zh, product.c.name_en)).all():
        names = "|" + "|".join("".join(name.casefold().split()) for name in row[1:]) + "|"
        found = product.update().where(product.c.id == row.id)
        bind.execute(found.values(search_names=names, search_text=names))


def downgrade() -> None:
    with op.batch_alter_table("product") as batch:
        batch.drop_index("ix_product_unspelt")
        batch.drop_index("ix_product_shelf")
        for name in ("spelt_at", "search_text", "search_names"):
            batch.drop_column(name)
        batch.create_index("ix_product_shelf", ["category_id"])
