"""Accounts are kept safe: PINs that agents gave, how a lot was agreed with, an audit to search."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = {"verb": ["verb"], "actor": ["actor_user_id"], "at": ["at"]}


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("users", sa.Column("pin_given_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lot", sa.Column("confirmed_how", sa.String(), nullable=True))
    # until now only members of the household could agree
    op.execute("UPDATE lot SET confirmed_how = 'phone' WHERE confirmed_at IS NOT NULL")
    op.create_table(
        "pin_reset",
        sa.Column("id", key, nullable=False),
        sa.Column("user_id", key, nullable=False),
        sa.Column("by_user_id", key, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pin_reset_user_id_users")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["users.id"], name=op.f("fk_pin_reset_by_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_reset")),
    )
    op.create_index("ix_pin_reset_user", "pin_reset", ["user_id"])
    op.drop_index("ix_audit_event_object", "audit_event")
    op.create_index("ix_audit_event_object", "audit_event", ["object_code", "object_kind"])
    for name, columns in INDEXES.items():
        op.create_index(f"ix_audit_event_{name}", "audit_event", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_audit_event_{name}", "audit_event")
    op.drop_index("ix_audit_event_object", "audit_event")
    op.create_index("ix_audit_event_object", "audit_event", ["object_kind", "object_code"])
    op.drop_table("pin_reset")
    op.drop_column("lot", "confirmed_how")
    op.drop_column("users", "pin_given_at")
