"""Commitment certificates: numbered, never edited, a new one names the old; who is named where."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from storefront import clock, db
from storefront.errors import Forbidden, Refusal
from storefront.orders import batches, traces
from storefront.supply import certificates, lots
from storefront.supply.certificates import Certificate, CertificateSource
from storefront.supply.models import Lot
from storefront.weight import Grams
from tests import factories as make
from tests.racing import at_once

KEY, OTHER = "0123456789abcdef01234567", "76543210fedcba9876543210"
TODAY = clock.china_day(make.NOW)
LATER = make.NOW + make.DAY / 24


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 20_000)
    return county


def lot_of(c, household):
    query = select(Lot).where(Lot.household_id == household)
    return db.session.scalars(query).first()


def of_lot(c, lot, *, key=KEY, basis=("controlled",), who=None):
    actor = (who or c.cast.lin).actor
    return lambda: certificates.issue_for_lot(lot.id, basis, key=key, actor=actor, now=make.NOW)


def of_batch(c, *, key=KEY, now=LATER, basis=("tested",), who=None):
    actor = (who or c.cast.he).actor
    return lambda: batches.issue_for_batch(
        c.first, TODAY, basis, "演示联合社", key=key, actor=actor, now=now
    )


def within(act):
    with db.transaction():
        return act()


def packed(c):
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        return make.pack(c, order.id)


def number():
    db.session.rollback()
    return db.session.scalar(select(func.count(Certificate.id)))


def test_a_household_certifies_its_lot_once(app, c):
    lot = lot_of(c, c.lin)
    act = of_lot(c, lot)
    assert at_once(app, act, act) == ["done", "done"]
    one = within(act)
    assert number() == 1
    assert (one.style, one.promiser, int(one.grams)) == ("producer", "林果甲", 20_000)
    assert (one.origin_zh, one.basis) == ("习礼村", "controlled")


def test_a_new_one_names_the_one_whose_place_it_takes(c):
    lot = lot_of(c, c.lin)
    old = within(of_lot(c, lot))
    new = within(of_lot(c, lot, key=OTHER, basis=("tested", "controlled")))
    assert new.replaces_id == old.id
    assert new.basis == "controlled,tested"
    stands = certificates.of_lot(lot.id)
    assert stands is not None
    assert stands.id == new.id
    assert batches.certificate_page(old.code).replaced_by == new.code


def test_what_was_issued_cannot_be_edited(c):
    within(of_lot(c, lot_of(c, c.lin)))
    for statement in ("UPDATE certificate SET promiser = 'x'", "DELETE FROM certificate"):
        with pytest.raises(DBAPIError), db.transaction():
            db.session.execute(text(statement))
        assert number() == 1


def test_a_promise_rests_on_something_and_on_pears_that_are_there(c):
    lot = lot_of(c, c.lin)
    for basis in ((), ("hope",)):
        with pytest.raises(Refusal) as refused:
            within(of_lot(c, lot, basis=basis))
        assert refused.value.code == "certificate_basis"
    with db.transaction():
        declared = lots.declare(
            c.lin,
            c.first,
            Grams(5_000),
            harvested_on=TODAY,
            key=OTHER,
            actor=c.cast.lin.actor,
            now=make.NOW,
        )
    with pytest.raises(Refusal) as refused:
        within(of_lot(c, declared))
    assert refused.value.code == "lot_not_received"


def test_households_promise_for_themselves_and_the_office_for_its_batches(c):
    with pytest.raises(Forbidden):
        within(of_lot(c, lot_of(c, c.lin), who=c.cast.he))
    packed(c)
    with pytest.raises(Forbidden):
        within(of_batch(c, who=c.cast.lin))


def test_a_batch_is_linked_to_its_sources(c):
    lot = lot_of(c, c.lin)
    own = within(of_lot(c, lot))
    packed(c)
    batch = within(of_batch(c, key=OTHER))
    [source] = db.session.scalars(select(CertificateSource)).all()
    assert (source.lot_id, int(source.grams), source.source_id) == (lot.id, 2_500, own.id)
    assert (batch.promiser, batch.origin_zh, int(batch.grams)) == ("演示联合社", "习礼村", 2_500)
    [row] = batches.batches(today=TODAY)
    assert (row.certified, row.is_covered) == (batch.code, True)
    packed(c)
    [row] = batches.batches(today=TODAY)
    assert not row.is_covered


def test_a_day_without_packing_has_no_batch(c):
    with pytest.raises(Refusal) as refused:
        within(of_batch(c))
    assert refused.value.code == "nothing_packed"


def test_the_trace_names_a_household_only_by_its_consent(c):
    parcel = packed(c)
    assert traces.trace(parcel.trace_code).certificates == ()
    within(of_lot(c, lot_of(c, c.lin)))
    within(of_batch(c, key=OTHER))
    ours, theirs = traces.trace(parcel.trace_code).certificates
    assert (ours.style, ours.promiser) == ("buyer", "演示联合社")
    assert theirs.promiser == "林家果园"
    with db.transaction():
        db.session.execute(text("UPDATE household SET consented_at = NULL"))
    assert traces.trace(parcel.trace_code).certificates[1].promiser is None


def test_what_was_packed_after_a_certificate_is_not_under_it(c):
    packed(c)
    within(of_batch(c, now=make.NOW - make.DAY / 24))
    parcel = packed(c)
    assert traces.trace(parcel.trace_code).certificates == ()
