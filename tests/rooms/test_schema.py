"""The migrated database is the one the models describe, and its facts cannot be changed."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text

from storefront import db
from storefront.append_only import append_only_tables, trigger_names
from storefront.tables import metadata


def test_models_and_migrations_say_the_same(app):
    with db.sa.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_every_append_only_table_has_its_triggers(app):
    standing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.sa.engine.connect() as connection:
        found = set(connection.scalars(text(standing[connection.dialect.name])))
    assert append_only_tables(metadata)
    assert trigger_names(metadata) <= found


def test_every_index_of_some_rows_holds_only_them(app):
    """The models say of which rows in ``info``, and no comparison sees that."""
    looked = inspect(db.sa.engine)
    kind = looked.dialect.name
    standing = {
        str(index["name"]): str(index.get("dialect_options", {}).get(f"{kind}_where", ""))
        for name in metadata.tables
        for index in looked.get_indexes(name)
    }
    wanted = {
        str(index.name): index.info.get("where", "")
        for table in metadata.sorted_tables
        for index in table.indexes
    }
    assert {name: standing[name].strip("()") for name in wanted} == wanted
    assert any(wanted.values())


def test_every_constraint_has_a_name(app):
    looked = inspect(db.sa.engine)
    for table in metadata.tables:
        for key in looked.get_foreign_keys(table):
            assert key["name"], table
        for check in looked.get_check_constraints(table):
            assert check["name"], table


def test_every_check_of_the_models_stands(app):
    """A migration that makes a table anew could leave one out, and no comparison sees that."""
    looked = inspect(db.sa.engine)
    standing = {
        (name, check["name"])
        for name in metadata.tables
        for check in looked.get_check_constraints(name)
    }
    wanted = {
        (table.name, str(check.name))
        for table in metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert wanted - standing == set()
