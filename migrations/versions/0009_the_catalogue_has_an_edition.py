"""The catalogue has an edition: a mark that its triggers turn, so that pages may keep what they read."""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    edition = op.create_table(
        "edition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.bulk_insert(edition, [{"id": 1, "mark": token_hex(16)}])


WATCHING = (
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_turns_the_edition_%'"
)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in op.get_bind().scalars(sa.text(WATCHING)).all():
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("DROP FUNCTION turn_the_edition() CASCADE")
    op.drop_table("edition")
