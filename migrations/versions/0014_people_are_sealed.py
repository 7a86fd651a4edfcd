"""People who sign in are sealed: phones and mails need the keys, digests find who types one."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
from alembic import op

from storefront.crypto import keyring

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("phone", "email")
USERS = sa.table("users", *map(sa.column, ("id", *KINDS, *(f"{kind}_digest" for kind in KINDS))))


def upgrade() -> None:
    with op.batch_alter_table("users") as batch:
        for kind in KINDS:
            batch.add_column(sa.Column(f"{kind}_digest", sa.String(), nullable=True))
            batch.drop_constraint(f"uq_users_{kind}", type_="unique")
            batch.create_unique_constraint(f"uq_users_{kind}_digest", [f"{kind}_digest"])
    _write(keyring.encrypt, keyring.digest)


def downgrade() -> None:
    _write(keyring.decrypt, lambda _text: None)
    with op.batch_alter_table("users") as batch:
        for kind in KINDS:
            batch.drop_constraint(f"uq_users_{kind}_digest", type_="unique")
            batch.drop_column(f"{kind}_digest")
            batch.create_unique_constraint(f"uq_users_{kind}", [kind])


def _write(how: Callable[[str], str], mark: Callable[[str], str | None]) -> None:
    """Write phone and mail of everybody as ``how`` makes them, and what they are found by."""
    connection = op.get_bind()
    people: Iterable[sa.Row[tuple[str, ...]]] = connection.execute(sa.select(USERS)).all()
    for person in people:
        known = {kind: getattr(person, kind) for kind in KINDS}
        values = {kind: text and how(text) for kind, text in known.items()}
        marks = {f"{kind}_digest": text and mark(text) for kind, text in known.items()}
        own = sa.update(USERS).where(USERS.c.id == person.id)
        connection.execute(own.values(**values, **marks))
