"""How a household agrees with a slip: a code that was sent, a signed paper, at its next visit."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _table(name: str, person: str, *rest: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("slip_id", KEY, nullable=False),
        sa.Column(person, KEY, nullable=True),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f(f"fk_{name}_slip_id_slip")),
        sa.ForeignKeyConstraint([person], ["users.id"], name=op.f(f"fk_{name}_{person}_users")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *rest,
    )


def upgrade() -> None:
    with op.batch_alter_table("lot") as batch:
        batch.create_check_constraint(
            op.f("ck_lot_confirmed_how"),
            "confirmed_how IN ('phone', 'agent', 'code', 'photo', 'visit')",
        )
    _table(
        "slip_code",
        "sent_by",
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("tries", KEY, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_slip_code_tries")),
        sa.UniqueConstraint("seed", name=op.f("uq_slip_code_seed")),
    )
    op.create_index("ix_slip_code_slip", "slip_code", ["slip_id", "id"])
    _table(
        "slip_paper",
        "added_by",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.UniqueConstraint("slip_id", "digest", name=op.f("uq_slip_paper_slip_id_digest")),
    )
    _table(
        "slip_visit",
        "marked_by",
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.UniqueConstraint("slip_id", name=op.f("uq_slip_visit_slip_id")),
    )


def downgrade() -> None:
    for name in ("slip_visit", "slip_paper"):
        op.drop_table(name)
    op.drop_index("ix_slip_code_slip", table_name="slip_code")
    op.drop_table("slip_code")
    with op.batch_alter_table("lot") as batch:
        batch.drop_constraint(op.f("ck_lot_confirmed_how"), type_="check")
