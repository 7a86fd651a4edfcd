"""The household's buttons and the station's scale."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from storefront import clock, db
from storefront.actors import Actor
from storefront.errors import Forbidden, Refusal
from storefront.orders import shortfall
from storefront.supply import lots, prices, registry, weighing
from storefront.supply.households import status_on
from storefront.supply.models import Lot, Movement, Slip
from storefront.supply.places import Village, current_village
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import FenPerKg, Grams
from tests import factories as make

TODAY = clock.china_day(make.NOW)


@pytest.fixture
def c(app: Flask) -> make.County:
    with db.transaction():
        return make.county()


def declare(c: make.County, grams: int, key: str = "k", *, by: Actor | None = None) -> Lot:
    with db.transaction():
        return lots.declare(
            c.lin,
            c.first,
            Grams(grams),
            harvested_on=TODAY,
            key=key,
            actor=by or c.cast.lin.actor,
            now=make.NOW,
        )


def figures(lot: Lot) -> tuple[int, int, int]:
    db.session.expire_all()
    fresh = db.get(Lot, lot.id)
    return int(fresh.declared_g), int(fresh.on_hand_g), int(fresh.available_g)


def weigh(c: make.County, row: Weighed, *, by: Actor | None = None, key: str = "w") -> Slip:
    delivery = Delivery(c.lin, TODAY, (row,))
    with db.transaction():
        actor = by or c.cast.sun.actor
        return shortfall.weigh_in(delivery, key=key, actor=actor, now=make.NOW)


def row_of(c: make.County, gross: int, tare: int = 0, deduction: int = 0) -> Weighed:
    return Weighed(c.first, Grams(gross), Grams(tare), Grams(deduction))


def test_a_harvest_past_its_storage_days_is_a_slip_of_the_finger(c: make.County) -> None:
    """200 days in store: nothing picked before could ever be packed."""
    with pytest.raises(Refusal) as answer, db.transaction():
        lots.declare(
            c.lin,
            c.first,
            Grams(1_000),
            harvested_on=TODAY - 201 * make.DAY,
            key="k",
            actor=c.cast.lin.actor,
            now=make.NOW,
        )
    assert (answer.value.code, answer.value.field) == ("harvest_too_old", "harvested_on")


def test_a_declaration_sent_twice_is_one_lot_and_one_movement(c: make.County) -> None:
    """The line was bad, the phone sent again."""
    assert declare(c, 10_000).id == declare(c, 10_000).id
    assert db.session.scalar(select(func.count(Movement.id))) == 1


def test_a_key_of_another_household_is_refused(c: make.County) -> None:
    """Somebody else's key cannot be used to read or move their lot."""
    declare(c, 10_000)
    with pytest.raises(Refusal, match="key_reused"), db.transaction():
        lots.declare(
            c.zhao,
            c.first,
            Grams(1),
            harvested_on=TODAY,
            key="k",
            actor=c.cast.zhao.actor,
            now=make.NOW,
        )


@pytest.mark.parametrize("grams", [0, -1, 10**9])
def test_a_weight_beyond_belief_is_refused_at_its_field(c: make.County, grams: int) -> None:
    """Nothing, less than nothing, a thousand tonnes."""
    with pytest.raises(Refusal) as answer:
        declare(c, grams)
    assert (answer.value.code, answer.value.field) == ("grams_out_of_range", "grams")


def test_taking_back_and_sold_out_leave_planned_grams_alone(c: make.County) -> None:
    """10 kg declared, one box of 2.5 kg planned: 7.5 kg can go, 8 cannot."""
    lot = declare(c, 10_000)
    with db.transaction():
        make.order((make.BOX, 1))
    who, now = c.cast.lin.actor, make.NOW
    with pytest.raises(Refusal) as answer, db.transaction():
        lots.take_back(lot.id, Grams(8_000), key="t1", actor=who, now=now)
    assert answer.value.facts["left"] == 7_500
    with db.transaction():
        lots.take_back(lot.id, Grams(1_000), key="t2", actor=who, now=now)
    with db.transaction():
        lots.take_back(lot.id, Grams(1_000), key="t2", actor=who, now=now)
    assert figures(lot) == (9_000, 0, 6_500)
    with db.transaction():
        lots.sold_out(lot.id, key="s", actor=who, now=now)
    with db.transaction():
        assert lots.sold_out(lot.id, key="s2", actor=who, now=now) is None
    assert figures(lot) == (2_500, 0, 0)


def test_a_declaration_all_taken_back_is_closed(c: make.County) -> None:
    """Declared to closed, without ever being received."""
    lot = declare(c, 1_000)
    with db.transaction():
        lots.sold_out(lot.id, key="s", actor=c.cast.lin.actor, now=make.NOW)
    assert figures(lot) == (0, 0, 0)
    assert db.get(Lot, lot.id).state == "closed"


def test_taking_back_from_both_parts_is_two_movements_under_one_key(c: make.County) -> None:
    """What is only declared goes first; sent again nothing moves."""
    lot = declare(c, 4_000)
    weigh(c, replace(row_of(c, 3_000), declared_lot_id=lot.id))
    with db.transaction():
        lots.take_back(lot.id, Grams(3_000), key="t", actor=c.cast.lin.actor, now=make.NOW)
    with db.transaction():
        lots.take_back(lot.id, Grams(3_000), key="t", actor=c.cast.lin.actor, now=make.NOW)
    assert figures(lot) == (0, 0, 0)


def test_the_scale_freezes_the_price_of_the_day(c: make.County) -> None:
    """Net is gross less tare less deduction; a later price does not touch the lot."""
    row = Weighed(c.first, Grams(52_000), Grams(2_000), Grams(500), "leaves")
    slip = weigh(c, row)
    lot = db.session.scalars(select(Lot).where(Lot.slip_id == slip.id)).one()
    assert (lot.net_g, lot.purchase_price, lot.state) == (49_500, 700, "received")
    with db.transaction():
        prices.set_purchase_price(c.first, TODAY, FenPerKg(1), actor=make.OFFICE, now=make.NOW)
    db.session.expire_all()
    assert db.get(Lot, lot.id).purchase_price == 700


def test_a_slip_sent_twice_is_one_slip(c: make.County) -> None:
    """The agent's phone sent again."""
    assert weigh(c, row_of(c, 9_000)).id == weigh(c, row_of(c, 9_000)).id
    assert db.session.scalar(select(func.count(Lot.id))) == 1


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"tare": 10_000}, "net_not_positive"),
        ({"tare": -1}, "net_not_positive"),
        ({"deduction": 1}, "deduction_without_reason"),
    ],
)
def test_a_weighing_that_does_not_add_up_is_refused(
    c: make.County, other: dict[str, int], code: str
) -> None:
    """Before anything is written."""
    with pytest.raises(Refusal) as answer:
        weigh(c, row_of(c, 10_000, **other))
    assert answer.value.code == code
    assert db.session.scalar(select(func.count(Slip.id))) == 0


def test_more_than_the_orchard_bears_is_refused_with_the_arithmetic(c: make.County) -> None:
    """5.0 mu x 2,000 kg: ten tonnes; the officer may allow it with a reason."""
    weigh(c, row_of(c, 9_000_000), key="w1")
    with pytest.raises(Refusal) as answer:
        weigh(c, row_of(c, 1_000_001), key="w2")
    facts = answer.value.facts
    assert (answer.value.code, facts["bears"], facts["brought"]) == (
        "above_yield",
        10_000_000,
        9_000_000,
    )
    office = Actor("user", roles=frozenset({"operator", "officer"}))
    allowed = replace(row_of(c, 1_000_001), allowed_because="grafted trees, seen on the spot")
    weigh(c, allowed, by=office, key="w3")


def test_only_the_households_own_station_or_the_brand_may_weigh(c: make.County) -> None:
    """Not the household itself, and not the agent of another station."""
    for stranger in (c.cast.lin.actor, c.cast.gao.actor, Actor.guest()):
        with pytest.raises(Forbidden):
            weigh(c, row_of(c, 1_000), by=stranger)
    slip = weigh(c, row_of(c, 1_000), by=c.cast.he.actor)
    assert slip.weighed_by == c.cast.he.actor.user_id


def test_a_weighing_replaces_what_was_declared(c: make.County) -> None:
    """More or less than declared, the scale is right; the movements tell both."""
    lot = declare(c, 10_000)
    weigh(c, replace(row_of(c, 9_000), declared_lot_id=lot.id))
    assert figures(lot) == (0, 9_000, 9_000)
    moved = db.session.execute(select(Movement.stock, Movement.grams).order_by(Movement.id)).all()
    assert [(stock, int(grams)) for stock, grams in moved] == [
        ("declared", 10_000),
        ("on_hand", 9_000),
        ("declared", -10_000),
    ]


def test_a_weighing_below_what_was_planned_moves_the_rest_first(c: make.County) -> None:
    """10 kg declared and all planned, 6 kg brought: the youngest boxes find the other lot."""
    lot = declare(c, 10_000)
    with db.transaction():
        orders = [make.order((make.BOX, 1)) for _ in range(4)]
        other = make.weigh(c, c.zhao, c.first, 5_000)
    weigh(c, replace(row_of(c, 6_000), declared_lot_id=lot.id))
    assert figures(lot) == (0, 6_000, 1_000)
    homes = [make.allocations(order.id, "planned")[0].lot_id for order in orders]
    assert homes == [lot.id, lot.id, other.id, other.id]


def test_only_the_household_confirms_its_slip(c: make.County) -> None:
    """The agent who typed it cannot."""
    slip = weigh(c, row_of(c, 1_000))
    with pytest.raises(Forbidden), db.transaction():
        weighing.confirm_slip(slip.id, actor=c.cast.sun.actor, now=make.NOW)
    with db.transaction():
        weighing.confirm_slip(slip.id, actor=c.cast.mei.actor, now=make.NOW)
    assert db.session.scalar(select(Lot.confirmed_at)) == make.NOW


def test_a_status_holds_from_its_day(c: make.County) -> None:
    """Yesterday's rows keep yesterday's status."""
    with db.transaction():
        registry.set_status(c.lin, "general", TODAY, actor=make.OFFICE, now=make.NOW)
    assert status_on(c.lin, TODAY) == "general"
    assert status_on(c.lin, TODAY - make.DAY) == "lifted"
    assert status_on(c.lin, date(2000, 1, 1)) == "general"


def test_an_old_village_code_leads_to_its_successor(c: make.County) -> None:
    """A household file of 2016 still finds the village of today."""
    with db.transaction():
        village = db.get(Village, c.villages[0])
        registry.add_village(
            Village(
                code="141031202201",
                name_zh="旧村",
                name_en="Old",
                kind="village",
                township_id=village.township_id,
                valid_from=date(2016, 1, 1),
                valid_to=date(2021, 12, 31),
                successor_id=village.id,
            )
        )
    found = current_village("141031202201")
    assert found is not None
    assert found.id == c.villages[0]
    assert current_village("999999999999") is None
