"""Seasons, presale and the daily cap: what is promised, and what two at once are promised."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from storefront import county, db, ids
from storefront.actors import Actor
from storefront.catalogue import drafting, versions
from storefront.catalogue.listing import Wish
from storefront.catalogue.windows import Window
from storefront.errors import Refusal
from storefront.orders import cart, checkout, dispatch_days, lifecycle, shelf, split
from storefront.orders.models import Line, Order, Parcel
from storefront.payments import inbox
from storefront.supply import lots
from storefront.supply.models import Lot
from storefront.weight import Grams
from tests import factories as make

TODAY = date(2026, 9, 20)  # a Sunday
TUESDAY, WEDNESDAY = date(2026, 9, 22), date(2026, 9, 23)
PRESALE_FROM, OPENS, ENDS = 901, 1010, 430
OPENING = date(2026, 10, 10)


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


@pytest.fixture
def capped():
    """Let no more than two parcels leave on a day."""
    before = county.rules()
    county.adopt(replace(before, dispatch_most=2))
    yield
    county.adopt(before)


def weigh(c, grams=20_000):
    with db.transaction():
        make.weigh(c, c.lin, c.first, grams)


def declare(c, on, grams=20_000, grade=None):
    with db.transaction():
        facts = {"actor": c.cast.lin.actor, "now": make.NOW}
        lot = lots.declare(
            c.lin, grade or c.first, Grams(grams), harvested_on=on, key=f"{on}-{grams}", **facts
        )
    return lot.id


def in_season(c, presale=PRESALE_FROM, opens=OPENS, ends=ENDS):
    season, office = Window(presale, opens, ends), c.cast.he.actor
    with db.transaction():
        drafting.set_season(c.products[make.BOX], season, actor=office, now=make.NOW)


def bought(*items, now=make.NOW):
    with db.transaction():
        return make.parcel_of(make.order(*items, now=now).id).promised_on


def pack(slug="pear-box", now=make.NOW):
    db.session.rollback()
    return shelf.display(slug, now=now).packs[0]


def test_what_is_in_store_leaves_in_two_working_days(c):
    weigh(c)
    assert pack().leaves_on == TUESDAY
    assert bought((make.BOX, 1)) == TUESDAY
    saturday = make.NOW + timedelta(days=6)
    assert bought((make.BOX, 1), now=saturday) == date(2026, 9, 29)  # not a Sunday


def test_what_is_picked_later_leaves_later(c):
    declare(c, date(2026, 9, 28))
    assert pack().presale
    assert pack().leaves_on == date(2026, 9, 28)
    assert bought((make.BOX, 1)) == date(2026, 9, 28)


def test_what_is_there_goes_first_and_then_what_is_picked_later(c):
    weigh(c, 5_000)
    declare(c, date(2026, 9, 28))
    assert pack().left == 10
    assert [bought((make.BOX, 1)) for _ in range(3)] == [TUESDAY, TUESDAY, date(2026, 9, 28)]
    assert bought((make.BOX, 7)) == date(2026, 9, 28)
    with pytest.raises(Refusal, match="sold_out"):
        bought((make.BOX, 1))


def test_a_presale_goes_as_far_as_households_declared(c):
    in_season(c)
    declare(c, date(2026, 10, 5), 5_000)
    assert pack().presale
    assert pack().left == 2
    assert pack().leaves_on == OPENING
    assert bought((make.BOX, 2)) == OPENING
    assert pack().sold_out
    with pytest.raises(Refusal, match="sold_out"):
        bought((make.BOX, 1))


def test_a_parcel_waits_for_the_last_thing_in_it(c):
    in_season(c)
    weigh(c)
    assert bought((make.BOX, 1), (make.PAIR, 1)) == OPENING
    assert bought((make.PAIR, 1)) == TUESDAY


def test_out_of_season_it_says_when_it_returns_and_nobody_sells_it(c):
    in_season(c, presale=1001)
    weigh(c)
    shown = pack()
    assert shown.off
    assert not shown.sold_out
    assert (shown.season.returns, shown.season.opens) == (date(2026, 10, 1), date(2026, 10, 10))
    with pytest.raises(Refusal, match="off_season") as refused, db.transaction():
        cart.add(None, make.BOX, 1, now=make.NOW)
    assert refused.value.facts["returns"] == date(2026, 10, 1)


def test_a_season_that_ended_in_the_basket_is_refused_at_placing(c):
    weigh(c)
    with db.transaction():
        form = make.wanted((make.BOX, 1))
    in_season(c, presale=1001)
    seen = cart.view(form.cart_token, now=make.NOW)
    assert (seen.lines[0].off, seen.leaves_on) == (True, None)
    with pytest.raises(Refusal, match="off_season"), db.transaction():
        checkout.place_order(form, actor=Actor.guest(), now=make.NOW)


def test_the_first_pack_of_a_card_is_one_that_can_be_had(c):
    in_season(c, presale=1001)
    weigh(c)
    cards = {card.product.slug: card for card in shelf.shelf(Wish(), now=make.NOW).cards}
    assert cards["pear-box"].off
    assert not cards["pear-box"].to_be_had
    assert cards["pear-pair"].to_be_had


def test_a_full_day_is_not_promised_and_a_lapsed_order_gives_its_place_back(c, capped):
    weigh(c)
    assert [bought((make.BOX, 1)) for _ in range(3)] == [TUESDAY, TUESDAY, WEDNESDAY]
    with db.transaction():
        lifecycle.lapse_holds(now=make.NOW + timedelta(hours=1))
    assert bought((make.BOX, 1), now=make.NOW + timedelta(hours=1)) == TUESDAY


def test_a_later_day_than_the_one_seen_is_asked_about(c, capped):
    weigh(c)
    bought((make.BOX, 1))
    with db.transaction():
        form = replace(make.wanted((make.BOX, 1)), seen_day=TUESDAY)
    bought((make.BOX, 1))
    with pytest.raises(Refusal, match="day_changed") as refused, db.transaction():
        checkout.place_order(form, actor=Actor.guest(), now=make.NOW)
    assert refused.value.facts == {"old": TUESDAY, "new": WEDNESDAY}
    with db.transaction():
        agreed = replace(form, seen_day=WEDNESDAY)
        placed = checkout.place_order(agreed, actor=Actor.guest(), now=make.NOW)
    assert make.parcel_of(placed.order_id).promised_on == WEDNESDAY


def test_late_money_gets_a_day_that_is_still_to_come(c):
    weigh(c)
    with db.transaction():
        order = make.order((make.BOX, 1))
        attempt, reference = make.attempt(order.id)
    later = make.NOW + 9 * make.DAY
    with db.transaction():
        lifecycle.lapse_holds(now=later)
    with db.transaction():
        paid = make.success(attempt, reference)
        assert inbox.receive(paid, now=later) == "late_kept"
    assert make.parcel_of(order.id).promised_on == date(2026, 10, 1)


def test_two_who_want_the_last_place_of_a_day_are_promised_two_days(app, c, capped):
    """They want pears of different grades, so that no lot makes one wait for the other."""
    weigh(c)
    bought((make.BOX, 1))
    with db.transaction():
        forms = [make.wanted((sku, 1)) for sku in (make.PASTE, make.BOX, make.PASTE, make.PAIR)]

    def place(form):
        with app.app_context():
            with db.transaction():
                checkout.place_order(form, actor=Actor.guest(), now=make.NOW)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(place, forms))
    db.session.rollback()
    by_day = select(Parcel.promised_on, func.count()).group_by(Parcel.promised_on)
    counted = dict(db.session.execute(by_day).all())
    assert counted == {TUESDAY: 2, WEDNESDAY: 2, date(2026, 9, 24): 1}
    assert db.session.scalar(select(func.count()).select_from(Order)) == 5


def test_the_office_s_limit_holds_at_once_and_its_end_too(c, capped):
    weigh(c)
    told = {"actor": c.cast.he.actor, "now": make.NOW}
    with db.transaction():
        versions.set_dispatch_limit(TODAY, 1, **told)
        versions.set_dispatch_limit(date(2026, 9, 24), None, **told)
    assert [bought((make.BOX, 1)) for _ in range(3)] == [TUESDAY, WEDNESDAY, date(2026, 9, 24)]
    assert [day.beyond for day in dispatch_days.days_ahead(make.NOW, 5)] == [0] * 5
    assert bought((make.BOX, 1)) == date(2026, 9, 24)
    assert pack().leaves_on == date(2026, 9, 24)


def test_a_limit_that_is_lowered_breaks_no_promise(c):
    weigh(c)
    promised = [bought((make.BOX, 1)) for _ in range(2)]
    with db.transaction():
        versions.set_dispatch_limit(TODAY, 1, actor=c.cast.he.actor, now=make.NOW)
    assert promised == [TUESDAY, TUESDAY]
    assert dispatch_days.days_ahead(make.NOW, 2)[1].beyond == 1
    assert bought((make.BOX, 1)) == WEDNESDAY


def test_both_halves_of_a_parcel_keep_its_day_and_nobody_new_is_promised_it(c, capped):
    """A promise to a shopper goes before the packing table's convenience (docs/adr/0025)."""
    weigh(c)
    bought((make.BOX, 1))
    with db.transaction():
        order = make.order((make.BOX, 2))
        make.pay(order.id)
    with db.transaction():
        parcel, line = make.parcel_of(order.id), db.session.scalars(select(Line.id)).all()[-1]
        half = split.split_boxes(
            parcel.id, {line: 1}, key=ids.new_key(), actor=c.cast.he.actor, now=make.NOW
        )
    assert (parcel.promised_on, half.promised_on) == (TUESDAY, TUESDAY)
    tuesday = dispatch_days.days_ahead(make.NOW, 2)[1]
    assert (tuesday.day, tuesday.promised, tuesday.beyond) == (TUESDAY, 3, 1)
    assert bought((make.BOX, 1)) == WEDNESDAY


def test_what_comes_earlier_than_it_was_declared_for_is_here_at_once(c):
    lot_id = declare(c, date(2026, 9, 28))
    with db.transaction():
        make.receive(c, lot_id, 18_000, now=make.NOW)
    lot = db.get(Lot, lot_id)
    assert (lot.harvested_on, lot.ready_on) == (TODAY, TODAY)
    assert pack().leaves_on == TUESDAY


def test_nobody_declares_a_harvest_of_next_year(c):
    with pytest.raises(Refusal, match="harvest_too_far"):
        declare(c, date(2027, 9, 1))


def test_a_season_of_days_that_do_not_come_is_refused(c):
    with pytest.raises(Refusal, match="season_day"):
        in_season(c, opens=1131)


def test_a_season_can_be_taken_off_again(c):
    in_season(c, presale=1001)
    weigh(c)
    assert pack().off
    with db.transaction():
        drafting.set_season(c.products[make.BOX], None, actor=c.cast.he.actor, now=make.NOW)
    assert pack().to_be_had
