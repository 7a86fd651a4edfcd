"""A household disputes a line of a slip; an answer stands beside it, and movements correct."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = (
    "'declare', 'take_back', 'sold_out', 'receive', 'weigh_in', 'pack', 'unpack',{} 'shrink',"
    " 'rot', 'sampling', 'theft', 'overweight', 'recall'"
)


def _reasons(more: str) -> None:
    name = op.f("ck_movement_reason")
    with op.batch_alter_table("movement") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"reason IN ({REASONS.format(more)})")


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([own], [f"{other}.id"], name=op.f(f"fk_{table}_{own}_{other}"))
        for own, other in columns
    ]


def upgrade() -> None:
    _reasons(" 'correct',")
    op.create_table(
        "slip_dispute",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slip_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("said_by", KEY, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('weight', 'grade', 'price', 'not_ours')",
            name=op.f("ck_slip_dispute_reason"),
        ),
        *_keys("slip_dispute", ("slip_id", "slip"), ("lot_id", "lot"), ("said_by", "users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_dispute")),
        sa.UniqueConstraint("key", name=op.f("uq_slip_dispute_key")),
    )
    for column in ("lot", "slip"):
        op.create_index(f"ix_slip_dispute_{column}", "slip_dispute", [f"{column}_id"])
    op.create_table(
        "dispute_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("dispute_id", KEY, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("movement_id", KEY, nullable=True),
        sa.Column("lot_id", KEY, nullable=True),
        sa.Column("answered_by", KEY, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('upheld', 'refused', 'withdrawn')",
            name=op.f("ck_dispute_answer_decision"),
        ),
        sa.CheckConstraint(
            "decision = 'withdrawn' OR note <> ''", name=op.f("ck_dispute_answer_note")
        ),
        sa.CheckConstraint(
            "(decision = 'upheld') = (movement_id IS NOT NULL OR lot_id IS NOT NULL)",
            name=op.f("ck_dispute_answer_corrected"),
        ),
        *_keys(
            "dispute_answer",
            ("dispute_id", "slip_dispute"),
            ("movement_id", "movement"),
            ("lot_id", "lot"),
            ("answered_by", "users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_answer")),
        sa.UniqueConstraint("dispute_id", name=op.f("uq_dispute_answer_dispute_id")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_dispute_answer_movement_id")),
    )


def downgrade() -> None:
    op.drop_table("dispute_answer")
    for column in ("lot", "slip"):
        op.drop_index(f"ix_slip_dispute_{column}", table_name="slip_dispute")
    op.drop_table("slip_dispute")
    _reasons("")
