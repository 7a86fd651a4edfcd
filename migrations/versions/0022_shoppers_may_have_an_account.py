"""Shoppers may have an account; a letter is claimed before it is handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0018"
branch_labels = None
depends_on = None

STAFF = "'household_member', 'agent', 'operator', 'officer', 'checker'"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW = ("forgetting", "kept_order", "invitation", "address")


def upgrade() -> None:
    _let_roles_be(f"{STAFF}, 'shopper'")
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("pair_digest", sa.String(), nullable=True))
        batch.create_unique_constraint("uq_users_pair_digest", ["pair_digest"])
    _add_address()
    _add_invitation()
    _add_kept_orders()
    _add_to_letters()


def downgrade() -> None:
    _take_from_letters()
    for name in NEW:
        op.drop_table(name)
    _close_shoppers()
    with op.batch_alter_table("users") as batch:
        batch.drop_constraint("uq_users_pair_digest", type_="unique")
        batch.drop_column("pair_digest")
    _let_roles_be(STAFF)


def _let_roles_be(words: str) -> None:
    with op.batch_alter_table("user_role") as batch:
        batch.drop_constraint(op.f("ck_user_role_role"), type_="check")
        batch.create_check_constraint(op.f("ck_user_role_role"), f"role IN ({words})")


def _close_shoppers() -> None:
    """Shoppers cannot sign in any more, but what they did stays theirs."""
    op.execute("DELETE FROM user_role WHERE role = 'shopper'")


def _when(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _add_address() -> None:
    names = ("code", "recipient", "phone", "province", "city", "district", "address")
    op.create_table(
        "address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        *map(_text, names),
        _when("chosen_at", nullable=True),
        _of("address", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("code", name=op.f("uq_address_code")),
    )
    op.create_index("ix_address_user", "address", ["user_id"])


def _add_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        _text("code"),
        _text("email"),
        _when("asked_at"),
        _when("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code", name=op.f("uq_invitation_code")),
    )


def _add_kept_orders() -> None:
    op.create_table(
        "kept_order",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        _text("how"),
        _when("at"),
        sa.CheckConstraint("how IN ('placed', 'link')", name=op.f("ck_kept_order_how")),
        _of("kept_order", "user_id", "users"),
        _of("kept_order", "order_id", "orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_order")),
        sa.UniqueConstraint("user_id", "order_id", name=op.f("uq_kept_order_user_id_order_id")),
    )
    op.create_index("ix_kept_order_order", "kept_order", ["order_id"])
    op.create_table(
        "forgetting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        _when("asked_at"),
        _of("forgetting", "order_id", "orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgetting")),
        sa.UniqueConstraint("order_id", name=op.f("uq_forgetting_order_id")),
    )


def _add_to_letters() -> None:
    with op.batch_alter_table("letter") as batch:
        for name in ("next_try_at", "claimed_at", "given_up_at"):
            batch.add_column(_when(name, nullable=True))
        batch.drop_index("ix_letter_unsent")
        batch.create_index("ix_letter_unsent", ["sent_at", "given_up_at", "next_try_at"])
    # five tries were all there were
    op.execute(
        "UPDATE letter SET given_up_at = written_at, fault = 'put_off'"
        " WHERE sent_at IS NULL AND tries >= 5"
    )
    with op.batch_alter_table("letter") as batch:
        batch.create_check_constraint(
            op.f("ck_letter_one_end"), "sent_at IS NULL OR given_up_at IS NULL"
        )


def _take_from_letters() -> None:
    op.execute("UPDATE letter SET tries = 5 WHERE given_up_at IS NOT NULL")
    with op.batch_alter_table("letter") as batch:
        batch.drop_constraint(op.f("ck_letter_one_end"), type_="check")
        batch.drop_index("ix_letter_unsent")
        batch.create_index("ix_letter_unsent", ["sent_at", "tries"])
        for name in ("next_try_at", "claimed_at", "given_up_at"):
            batch.drop_column(name)
