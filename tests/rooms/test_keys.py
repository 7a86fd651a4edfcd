"""Keys are changed while the shop is open: everything is written anew, nothing is lost."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import String, cast, select

from storefront import db
from storefront.accounts import people as finding
from storefront.append_only import append_only_tables
from storefront.cli.keys import encrypted_columns
from storefront.crypto import keyring
from storefront.errors import Refusal
from storefront.orders.models import Parcel
from storefront.supply.households import SECRETS, Household
from storefront.tables import metadata
from tests import factories as make


@pytest.fixture
def keys(app):
    """The keys in force so far; the test may load others."""
    before = app.config["SETTINGS"].field_keys
    yield before
    keyring.load(before)


@pytest.fixture
def people(app):
    with db.transaction():
        c = make.county()
        make.weigh(c, c.lin, c.first, 20_000)
        make.order((make.BOX, 1))


def rotated(app):
    db.session.remove()
    return app.test_cli_runner().invoke(args=["keys", "rotate"])


def tokens(column):
    found = db.session.scalars(select(cast(column, String)).where(column.is_not(None)))
    return set(found.all())


def test_the_old_key_may_go_after_a_rotation(app, people, keys):
    new, before = Fernet.generate_key().decode(), tokens(Parcel.phone)
    read = set(db.session.scalars(select(Household.bank_account)))
    keyring.load((new, *keys))
    said = rotated(app)
    assert said.exit_code == 0, said.output
    keyring.load((new,))
    assert set(db.session.scalars(select(Household.bank_account))) == read
    assert set(db.session.scalars(select(Parcel.phone))) == {"13800000010"}
    assert tokens(Parcel.phone).isdisjoint(before)


def test_a_rotation_that_ran_changes_nothing_again(app, people, keys):
    keyring.load((Fernet.generate_key().decode(), *keys))
    rotated(app)
    before = tokens(Household.phone)
    said = rotated(app)
    assert tokens(Household.phone) == before
    assert "household.phone: 0 encrypted anew" in said.output


def test_a_row_that_no_key_opens_is_named_and_kept(app, people, keys):
    before = tokens(Household.phone)
    keyring.load((Fernet.generate_key().decode(),))
    said = rotated(app)
    assert said.exit_code == 1
    assert "household.phone: 0 encrypted anew, 3 that no key opens" in said.output
    assert tokens(Household.phone) == before


def test_no_fact_holds_what_must_be_encrypted_anew(app):
    """An append-only row cannot be written anew, so a secret may not stand in one."""
    sealed = {table.name for table, _column in encrypted_columns()}
    assert {"household", "orders", "parcel", "letter", "pay_item", "users"} <= sealed
    assert sealed.isdisjoint(append_only_tables(metadata))


def test_people_sign_in_before_during_and_after_a_rotation(app, people, keys):
    phone, new = "13800000001", Fernet.generate_key().decode()
    assert finding.find(phone) is not None
    keyring.load((new, *keys))
    assert finding.find(phone) is not None
    rotated(app)
    assert finding.find(phone) is not None
    keyring.load((new,))
    found = finding.find(phone)
    assert found is not None
    assert found.phone == phone


def test_two_people_cannot_have_one_phone_while_keys_change(app, people, keys):
    keyring.load((Fernet.generate_key().decode(), *keys))
    twin = finding.UserDraft(name="样又", password_hash="x", roles=(), phone="138 0000 0001")
    with pytest.raises(Refusal, match="identifier_taken"), db.transaction():
        finding.add_user(twin, actor=make.OFFICE, now=make.NOW)


def test_households_are_told_apart_by_the_newest_key_after_a_rotation(app, people, keys):
    marks = {name: tokens(getattr(Household, f"{name}_digest")) for name in SECRETS}
    new = Fernet.generate_key().decode()
    keyring.load((new, *keys))
    assert rotated(app).exit_code == 0
    keyring.load((new,))
    for home in db.session.scalars(select(Household)):
        for name in SECRETS:
            secret = getattr(home, name)
            assert getattr(home, f"{name}_digest") == (keyring.digest(secret) if secret else None)
    after = {name: tokens(getattr(Household, f"{name}_digest")) for name in SECRETS}
    assert {name: len(found) for name, found in after.items()} == {
        name: len(found) for name, found in marks.items()
    }
    assert after["phone"].isdisjoint(marks["phone"])
