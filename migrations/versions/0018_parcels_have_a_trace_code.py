"""Parcels have a trace code: what the slip in the box shows, and nobody can guess."""

import sqlalchemy as sa
from alembic import op

from storefront import ids

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None

PARCELS = sa.table("parcel", sa.column("id"), sa.column("trace_code"))
UNIQUE = "uq_parcel_trace_code"
LENGTH = 12


def upgrade() -> None:
    with op.batch_alter_table("parcel") as batch:
        batch.add_column(sa.Column("trace_code", sa.String(), nullable=True))
    give_codes()
    with op.batch_alter_table("parcel") as batch:
        batch.alter_column("trace_code", existing_type=sa.String(), nullable=False)
        batch.create_unique_constraint(UNIQUE, ["trace_code"])


def give_codes() -> None:
    """Give every parcel there is a code of its own."""
    bind = op.get_bind()
    keys = list(bind.scalars(sa.select(PARCELS.c.id)))
    given = PARCELS.update().where(PARCELS.c.id == sa.bindparam("key"))
    if keys:
        codes = [{"key": key, "code": ids.new_code(LENGTH)} for key in keys]
        bind.execute(given.values(trace_code=sa.bindparam("code")), codes)


def downgrade() -> None:
    with op.batch_alter_table("parcel") as batch:
        batch.drop_constraint(UNIQUE, type_="unique")
        batch.drop_column("trace_code")
