"""A crate that holds less than was planned: the rest comes from another, and the loss is ours."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, db
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.orders import split
from storefront.orders.models import Allocation, Parcel
from storefront.outbox import Letter
from storefront.reports.check import check
from storefront.settlement import short_crates
from storefront.supply.models import Lot, Movement
from storefront.weight import Grams
from tests import factories as make
from tests.racing import at_once

KEY = "0123456789abcdef01234567"
TOMORROW = clock.china_day(make.NOW) + timedelta(days=2)


@pytest.fixture
def c(app):
    with db.transaction():
        county = make.county()
        make.weigh(county, county.lin, county.first, 5_000)
    return county


def other_lot(c, grams=20_000):
    with db.transaction():
        return make.weigh(c, c.zhao, c.first, grams)


def ordered(*items):
    with db.transaction():
        order = make.order(*items)
        make.pay(order.id)
    return make.parcel_of(order.id)


def rows(parcel):
    found = select(Allocation).where(Allocation.parcel_id == parcel.id, Allocation.state != "freed")
    query = found.order_by(Allocation.id).execution_options(populate_existing=True)
    return [(int(one.grams), one.state) for one in db.session.scalars(query)]


def first(parcel):
    query = select(Allocation.id).where(Allocation.parcel_id == parcel.id)
    return db.session.scalars(query.order_by(Allocation.id)).first()


def short(c, row, there, key=KEY):
    def act():
        return short_crates.short_crate(
            row, Grams(there), "shrink", key=key, actor=c.cast.he.actor, now=make.NOW
        )

    return act


def within(act):
    with db.transaction():
        return act()


def broken():
    db.session.rollback()
    return [one for one in check() if not one.ok]


def test_what_a_crate_lacks_is_planned_on_another_and_is_our_loss(c):
    parcel = ordered((make.BOX, 1))
    other_lot(c)
    found = within(short(c, first(parcel), 1_800))
    assert (int(found.missing), found.is_filled) == (700, True)
    assert rows(parcel) == [(1_800, "planned"), (700, "planned")]
    [lost] = db.session.scalars(select(Movement).where(Movement.reason == "shrink"))
    assert (int(lost.grams), lost.bearer, lost.owed_fen) == (-700, "brand_fund", Fen(490))
    assert broken() == []


def test_an_empty_crate_moves_the_whole_row(c):
    parcel = ordered((make.BOX, 2))
    lot = other_lot(c)
    within(short(c, first(parcel), 0))
    assert rows(parcel) == [(5_000, "planned")]
    assert db.session.scalars(
        select(Allocation.lot_id).where(Allocation.state == "planned")
    ).all() == [lot.id]
    assert broken() == []


def test_without_another_crate_the_rest_falls_short(c):
    parcel = ordered((make.BOX, 2))
    found = within(short(c, first(parcel), 2_500))
    assert not found.is_filled
    assert rows(parcel) == [(2_500, "planned"), (2_500, "short")]
    assert broken() == []


def test_the_same_form_twice_and_at_once_is_one_loss(app, c):
    parcel = ordered((make.BOX, 1))
    other_lot(c)
    act = short(c, first(parcel), 0)
    assert at_once(app, act, act) == ["done", "done"]
    assert within(act) is None
    losses = db.session.scalars(select(Movement).where(Movement.reason == "shrink")).all()
    assert len(losses) == 1
    assert broken() == []


@pytest.mark.parametrize("there", [2_500, 9_000])
def test_a_crate_that_is_not_short_is_none(c, there):
    parcel = ordered((make.BOX, 1))
    with pytest.raises(Refusal) as refused:
        within(short(c, first(parcel), there))
    assert refused.value.code == "crate_not_short"
    assert rows(parcel) == [(2_500, "planned")]


def test_a_box_of_one_household_is_not_filled_by_two(c):
    parcel = ordered((make.PAIR, 2))
    other_lot(c)
    with pytest.raises(Refusal) as refused:
        within(short(c, first(parcel), 500))
    assert refused.value.code == "box_of_one_household"
    within(short(c, first(parcel), 0))
    assert broken() == []


def test_a_crate_that_is_in_is_not_short(c):
    parcel = ordered((make.BOX, 1))
    row = first(parcel)
    within(lambda: make.pack_row(c, row))
    with pytest.raises(Refusal) as refused:
        within(short(c, row, 100))
    assert refused.value.code == "allocation_step"


def put_off(c, parcel, day=TOMORROW, key=KEY):
    short_rows = select(Allocation.id).where(
        Allocation.parcel_id == parcel.id, Allocation.state == "short"
    )
    crates = db.session.scalars(short_rows).all()
    he = c.cast.he.actor
    return lambda: split.split_crates(
        parcel.id, crates, promised_on=day, key=key, actor=he, now=make.NOW
    )


def test_what_is_short_goes_later_and_the_buyer_is_told_once(c):
    parcel = ordered((make.BOX, 2))
    row = first(parcel)
    within(short(c, row, 2_500))
    act = put_off(c, parcel)
    new = within(act)
    assert within(act).id == new.id
    assert new.promised_on == TOMORROW
    assert rows(parcel) == [(2_500, "planned")]
    told = db.session.scalars(select(Letter.kind).where(Letter.kind == "split")).all()
    assert told == ["split"]
    within(lambda: make.pack_row(c, row))
    db.session.rollback()
    assert db.get(Parcel, parcel.id).state == "packed"
    assert broken() == []


def test_nothing_is_put_off_to_a_day_on_which_nothing_leaves_or_keeps(c):
    parcel = ordered((make.BOX, 2))
    within(short(c, first(parcel), 2_500))
    for days in (-1, 400):
        with pytest.raises(Refusal) as refused:
            within(put_off(c, parcel, TOMORROW + timedelta(days=days * 3)))
        assert refused.value.code == "no_dispatch_day"
    planned = select(Allocation.id).where(Allocation.state == "planned")
    crates = db.session.scalars(planned).all()
    within(lambda: setattr(db.lock(Lot, 1)[0], "storage_ends_on", TOMORROW - timedelta(days=1)))
    with pytest.raises(Refusal) as refused:
        within(
            lambda: split.split_crates(
                parcel.id, crates, promised_on=TOMORROW, key=KEY, actor=make.OFFICE, now=make.NOW
            )
        )
    assert refused.value.code == "keeps_not_so_long"
