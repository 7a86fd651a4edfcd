"""A county's file of households: taken in whole or not at all, and again without harm."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.audit import AuditEvent
from storefront.crypto import keyring
from storefront.errors import Forbidden, Refusal
from storefront.supply import importing, merging, registry, taking_in
from storefront.supply.households import Household, HouseholdStatus, status_on
from storefront.supply.imports import RegistryFault, RegistryFile, RegistryRow
from storefront.supply.places import Village
from tests import factories as make
from tests.filed import CARD, HEADINGS, ID_1900, csv_of, household, xlsx_of

NOW = make.NOW
TODAY = clock.china_day(NOW)


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


def sent(c, rows, *, as_of=TODAY, content=None):
    """Send a file and let the worker read it."""
    with db.transaction():
        content = content or xlsx_of([HEADINGS, *rows])
        importing.send(content, as_of, actor=c.cast.wu.actor, now=NOW)
    file_id = importing.waiting()
    if file_id is not None:
        importing.read(file_id, now=NOW)
    return db.session.scalars(select(RegistryFile).order_by(RegistryFile.id.desc())).first()


def taken(c, file):
    seen = taking_in.differences(file.id)
    with db.transaction():
        return taking_in.take_in(file.id, seen.seen, actor=c.cast.wu.actor, now=NOW)


def home(code):
    db.session.rollback()
    return db.session.scalars(select(Household).where(Household.code == code)).one()


def faults(file):
    query = select(RegistryFault).where(RegistryFault.file_id == file.id)
    return {(fault.row, fault.column, fault.code) for fault in db.session.scalars(query)}


def figures(found):
    return found.new, found.changed, found.unchanged


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx"])
def test_a_file_of_any_kind_says_the_same(c, encoding):
    rows = [HEADINGS, *household("140001", id=ID_1900)]
    content = xlsx_of(rows) if encoding == "xlsx" else csv_of(rows, encoding)
    file = sent(c, [], content=content)
    assert (file.state, file.households, file.content) == ("ready", 1, None)
    assert figures(taken(c, file)) == (1, 0, 0)
    new = home("140001")
    assert (new.head, new.payee, new.payee_relation, new.members) == (
        "样户001",
        "样户001",
        "self",
        2,
    )
    assert (new.orchard_tenth_mu, new.phone, new.bank_account) == (45, "13800000031", CARD)
    assert (new.id_number, new.village_id, new.station_id) == (
        ID_1900,
        c.villages[0],
        c.stations[0],
    )
    assert status_on(new.id, date(2021, 1, 1)) == "lifted"
    assert status_on(new.id, date(2020, 12, 31)) == "general"


def test_the_same_file_again_changes_nothing(c):
    rows = [*household("140001"), *household("140002", people=5)]
    assert figures(taken(c, sent(c, rows))) == (2, 0, 0)
    before = db.session.scalar(select(func.count(HouseholdStatus.id)))
    assert figures(taken(c, sent(c, rows))) == (0, 0, 2)
    assert db.session.scalar(select(func.count(HouseholdStatus.id))) == before


def test_a_file_sent_twice_is_one_while_it_waits(c):
    with db.transaction():
        wu = c.cast.wu.actor
        content = xlsx_of([HEADINGS, *household("140001")])
        first = importing.send(content, TODAY, actor=wu, now=NOW)
        assert importing.send(content, TODAY, actor=wu, now=NOW) == first


def test_what_a_file_does_not_say_stays_and_what_it_says_changes(c):
    rows = household(
        "H-LIN", people=6, account="", phone="", head="林果甲", kind="监测对象", since="2026-09-01"
    )
    file = sent(c, rows)
    found = taking_in.differences(file.id)
    assert (figures(found), found.accounts, found.statuses) == ((0, 1, 0), 0, 1)
    taken(c, file)
    lin = home("H-LIN")
    assert (lin.members, lin.phone, lin.bank_account) == (6, "13800000099", CARD)
    assert status_on(lin.id, date(2026, 8, 31)) == "lifted"
    assert status_on(lin.id, date(2026, 9, 1)) == "monitored"


def test_another_account_is_counted_apart_and_kept_encrypted(c):
    file = sent(c, household("H-LIN", head="林果甲", account="0123456789", phone=""))
    assert taking_in.differences(file.id).accounts == 1
    taken(c, file)
    assert home("H-LIN").bank_account == "0123456789"
    stored = db.session.connection().exec_driver_sql("SELECT bank_account FROM household").all()
    assert all(token is None or "0123456789" not in token for (token,) in stored)


def test_one_fault_keeps_the_whole_file_out(c):
    rows = [*household("140001"), *household("140002", village="141031999999")]
    file = sent(c, rows)
    assert (file.state, file.faults) == ("faulty", 1)
    assert faults(file) == {(4, "B", "village_unknown")}
    assert db.session.scalar(select(func.count(RegistryRow.id))) == 0
    with pytest.raises(Refusal, match="registry_file_state"):
        taken(c, file)
    assert db.session.scalar(select(Household.id).where(Household.code == "140001")) is None


def test_an_old_villages_code_stands_for_todays(c):
    with db.transaction():
        town = db.session.scalars(select(Village.township_id)).first()
        old = Village(
            code="141031202201",
            name_zh="旧村",
            name_en="Old",
            kind="village",
            township_id=town,
            valid_from=TODAY,
            successor_id=c.villages[1],
        )
        registry.add_village(old)
    taken(c, sent(c, household("140001", village="141031202201")))
    assert home("140001").village_id == c.villages[1]


def test_a_household_that_went_into_another_is_a_fault(c):
    with db.transaction():
        merging.merge_household(c.zhao, c.lin, actor=c.cast.wu.actor, now=NOW)
    file = sent(c, household("H-ZHAO"))
    assert file.state == "faulty"
    assert {code for _, _, code in faults(file)} == {"household_merged"}


def test_what_changed_after_the_preview_is_looked_at_again(c):
    file = sent(c, household("140001"))
    seen = taking_in.differences(file.id).seen
    taken(c, sent(c, household("140001"), as_of=date(2026, 9, 1)))
    with pytest.raises(Refusal, match="registry_changed"), db.transaction():
        taking_in.take_in(file.id, seen, actor=c.cast.wu.actor, now=NOW)


def test_only_an_officer_sends_and_takes_in(c):
    for who in (c.cast.qiao, c.cast.he, c.cast.sun):
        with pytest.raises(Forbidden), db.transaction():
            importing.send(b"x", TODAY, actor=who.actor, now=NOW)
    file = sent(c, household("140001"))
    for who in (c.cast.qiao, c.cast.he):
        with pytest.raises(Forbidden), db.transaction():
            taking_in.take_in(file.id, "", actor=who.actor, now=NOW)
        with pytest.raises(Forbidden), db.transaction():
            taking_in.abandon(file.id, actor=who.actor, now=NOW)


def test_a_reading_that_was_cut_short_begins_anew(c):
    file = sent(c, [*household("140001"), *household("140002")])
    with db.transaction():
        again = db.lock_one(RegistryFile, file.id)
        again.state = "waiting"
        again.content = keyring.encrypt_bytes(xlsx_of([HEADINGS, *household("140003")]))
    importing.read(file.id, now=NOW)
    assert db.session.scalars(select(RegistryRow.code)).all() == ["140003"]


def test_rows_are_forgotten_once_it_is_decided(c):
    file = sent(c, household("140001"))
    taken(c, file)
    with db.transaction():
        assert importing.forget(NOW - make.DAY, limit=10) == 1
    acts = db.session.scalars(
        select(AuditEvent.verb).where(AuditEvent.object_kind == "registry_file")
    )
    assert list(acts) == ["send_registry_file", "import"]


def test_a_file_that_is_none_is_refused_with_its_reason(c):
    file = sent(c, [], content=b"a,b\r\n" + b'"never ends')
    assert file.state in {"refused", "faulty"}
    assert replace(taking_in.differences(file.id), new=0).new == 0
