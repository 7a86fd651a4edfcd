"""Freight has zones: provinces with the same terms name one zone, and its terms stand once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TERMS = ("first_g", "first_fen", "further_g", "further_fen", "free_over_fen", "refused")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEPS = "refused OR (first_g > 0 AND further_g > 0 AND first_fen >= 0 AND further_fen >= 0)"


def terms(*, nullable: bool) -> Sequence[sa.Column]:
    """Return the columns that say what freight costs."""
    amounts = TERMS[:4]
    return (
        *(sa.Column(name, sa.BigInteger(), nullable=nullable) for name in amounts),
        sa.Column("free_over_fen", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=nullable),
    )


def upgrade() -> None:
    op.create_table(
        "freight_zone",
        sa.Column("id", KEY, nullable=False),
        sa.Column("table_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        *terms(nullable=False),
        sa.CheckConstraint(STEPS, name=op.f("ck_freight_zone_steps")),
        sa.ForeignKeyConstraint(
            ["table_id"], ["freight_table.id"], name=op.f("fk_freight_zone_table_id_freight_table")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freight_zone")),
        sa.UniqueConstraint("table_id", "position", name=op.f("uq_freight_zone_table_id_position")),
    )
    with op.batch_alter_table("freight_rule") as batch:
        batch.add_column(sa.Column("zone_id", KEY, nullable=True))
    gather()
    with op.batch_alter_table("freight_rule") as batch:
        batch.alter_column("zone_id", existing_type=KEY, nullable=False)
        batch.create_foreign_key(
            op.f("fk_freight_rule_zone_id_freight_zone"), "freight_zone", ["zone_id"], ["id"]
        )
        batch.drop_constraint(op.f("ck_freight_rule_steps"), type_="check")
        for name in TERMS:
            batch.drop_column(name)


def gather() -> None:
    """Make one zone of the provinces of a table that have the same terms."""
    bind = op.get_bind()
    rule, zone = (
        sa.Table(name, sa.MetaData(), autoload_with=bind)
        for name in ("freight_rule", "freight_zone")
    )
    rows = bind.execute(sa.select(rule).order_by(rule.c.table_id, rule.c.province)).mappings().all()
    zones: dict[tuple[object, ...], list[str]] = {}
    for row in rows:
        key = (row["table_id"], *(row[name] for name in TERMS))
        zones.setdefault(key, []).append(row["province"])
    position = dict.fromkeys((key[0] for key in zones), 0)
    for key, provinces in zones.items():
        table_id, number = key[0], position[key[0]] + 1
        position[table_id] = number
        named = {"name_zh": f"第 {number} 区", "name_en": f"Zone {number}"}
        added = bind.execute(
            zone.insert().values(
                table_id=table_id,
                position=number,
                **named,
                **dict(zip(TERMS, key[1:], strict=True)),
            )
        )
        mine = (rule.c.table_id == table_id, rule.c.province.in_(provinces))
        bind.execute(rule.update().where(*mine).values(zone_id=added.inserted_primary_key[0]))


def downgrade() -> None:
    with op.batch_alter_table("freight_rule") as batch:
        for column in terms(nullable=True):
            batch.add_column(column)
    for name in TERMS:
        op.execute(
            f"UPDATE freight_rule SET {name} = (SELECT z.{name} FROM freight_zone z"  # noqa: S608
            " WHERE z.id = freight_rule.zone_id)"
        )
    with op.batch_alter_table("freight_rule") as batch:
        for name in (*TERMS[:4], "refused"):
            kind = sa.Boolean() if name == "refused" else sa.BigInteger()
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.create_check_constraint(op.f("ck_freight_rule_steps"), STEPS)
        batch.drop_constraint(op.f("fk_freight_rule_zone_id_freight_zone"), type_="foreignkey")
        batch.drop_column("zone_id")
    op.drop_table("freight_zone")
