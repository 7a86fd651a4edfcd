"""A village follows another, stations open and close: the past keeps its village."""

from datetime import date

import pytest
from sqlalchemy import func, select

from storefront import clock, db
from storefront.accounts import agents
from storefront.audit import AuditEvent
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter, income
from storefront.supply import filed_places, place_queries, registry, succession
from storefront.supply.households import Household
from storefront.supply.places import Station, Village
from storefront.supply.succession import VillageDraft
from tests import factories as make

NOW = make.NOW
TODAY = clock.china_day(NOW)
OLD, OTHER, NEW = "141031101200", "141031101201", "141031101299"
SEASON = ("2026-08", "2027-07")


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


def replace(c, code=NEW, *, day=TODAY, who=None, village=None, names=("新村", "New village")):
    actor = (who or c.cast.wu).actor
    with db.transaction():
        draft = VillageDraft(code, *names)
        of = village or c.villages[0]
        return succession.replace_village(of, draft, day, actor=actor, now=NOW).id


def sold(c, home):
    with db.transaction():
        make.weigh(c, home, c.first, 10_000)
        order = make.order((make.BOX, 1))
        make.pay(order.id)
        make.dispatch(c, order.id)


def figures(**wanted):
    db.session.rollback()
    found = income(Filter(*SEASON, **wanted))
    return found.totals.booked, {row.village_id for row in found.rows}


def test_a_new_village_takes_households_and_stations_along(c):
    new = replace(c)
    assert replace(c) == new
    old = db.get(Village, c.villages[0])
    assert (old.successor_id, old.valid_to) == (new, TODAY - make.DAY)
    homes = select(Household.village_id).where(Household.code.in_(("H-LIN", "H-ZHAO")))
    assert set(db.session.scalars(homes)) == {new}
    assert db.get(Station, c.stations[0]).village_id == new
    acts = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "replace_village")).all()
    assert [(act.object_code, act.facts["households"]) for act in acts] == [(OLD, 2)]


def test_figures_of_the_past_keep_their_village_and_can_be_summed_through(c):
    sold(c, c.lin)
    before, villages = figures()
    assert villages == {c.villages[0]}
    new = replace(c)
    assert figures() == (before, villages)
    assert figures(village_id=new) == (0, set())
    assert figures(village_id=c.villages[0]) == (before, {c.villages[0]})
    assert figures(village_id=new, through=True) == (before, {c.villages[0]})
    sold(c, c.lin)
    both, villages = figures(village_id=c.villages[0], through=True)
    assert (both > before, villages) == (True, {c.villages[0], new})
    assert figures(village_id=new)[0] == both - before
    rows = household_rows("H-LIN", Filter(*SEASON, village_id=new, through=True), today=TODAY)
    assert rows.totals.booked == both


def test_a_merger_sums_both_and_a_township_what_stands_in_it(c):
    sold(c, c.lin)
    town = db.get(Village, c.villages[0]).township_id
    total, _ = figures(township_id=town)
    assert replace(c, OTHER, names=("", "")) == c.villages[1]
    assert figures(village_id=c.villages[1], through=True)[0] == total
    assert figures(township_id=town, through=True)[0] == total
    assert figures(village_id=c.villages[1])[0] == 0


def test_an_old_code_in_a_file_stands_for_the_one_that_follows(c):
    new = replace(c)
    assert filed_places.places(TODAY).by_code[OLD].village_id == new
    with pytest.raises(Refusal, match="village_replaced"), db.transaction():
        registry.move_household(c.yang, c.villages[0], actor=c.cast.wu.actor, now=NOW)


@pytest.mark.parametrize(
    ("code", "day", "names", "refused"),
    [
        (OLD, TODAY, ("新", "New"), "village_after_itself"),
        (NEW, TODAY, ("", "New"), "village_unnamed"),
        (NEW, TODAY + make.DAY, ("新", "New"), "replaced_too_early"),
        (NEW, date(2000, 1, 1), ("新", "New"), "replaced_too_early"),
    ],
)
def test_what_cannot_follow_is_refused(c, code, day, names, refused):
    with pytest.raises(Refusal, match=refused):
        replace(c, code, day=day, names=names)
    assert db.session.scalar(select(func.count(Village.id))) == 2


def test_there_is_no_ring_and_no_second_heir(c):
    new = replace(c)
    with pytest.raises(Refusal, match="village_replaced"):
        replace(c, OTHER)
    with pytest.raises(Refusal, match="village_replaced"):
        replace(c, OLD, village=c.villages[1])
    with pytest.raises(Refusal, match="village_replaced"), db.transaction():
        succession.assign_village(c.villages[0], None, actor=c.cast.wu.actor, now=NOW)
    assert db.get(Village, new).successor_id is None


def test_a_station_opens_is_assigned_and_closes_when_nobody_is_left(c):
    wu = c.cast.wu.actor
    with db.transaction():
        for _ in range(2):
            succession.open_station("S9", "新站", "New", c.villages[0], actor=wu, now=NOW)
        new = place_queries.station("S9").id
        assert succession.assign_village(c.villages[0], new, actor=wu, now=NOW) == 2
        assert succession.assign_village(c.villages[0], new, actor=wu, now=NOW) == 0
    with db.transaction():
        succession.close_station(c.stations[0], actor=wu, now=NOW)
        succession.close_station(c.stations[0], actor=wu, now=NOW)
    assert place_queries.station("S0").closed_on == TODAY
    with pytest.raises(Refusal, match="station_in_use"), db.transaction():
        succession.close_station(new, actor=wu, now=NOW)
    with pytest.raises(Refusal, match="station_closed"), db.transaction():
        succession.assign_village(c.villages[0], c.stations[0], actor=wu, now=NOW)
    with pytest.raises(Refusal, match="station_taken"), db.transaction():
        succession.open_station("S9", "别的", "Other", c.villages[1], actor=wu, now=NOW)


def test_an_agent_is_posted_to_one_station(c):
    sun, wu = c.cast.sun.actor.user_id, c.cast.wu.actor
    with db.transaction():
        for _ in range(2):
            agents.post_agent(sun, c.stations[1], "S1", actor=wu, now=NOW)
    assert {one.station_id for one in agents.everybody() if one.id == sun} == {c.stations[1]}
    count = select(func.count()).where(AuditEvent.verb == "post_agent")
    assert db.session.scalar(count) == 1
    with pytest.raises(NotFound), db.transaction():
        agents.post_agent(c.cast.lin.actor.user_id, c.stations[1], "S1", actor=wu, now=NOW)


def test_places_are_the_officers_word(c):
    for who in (c.cast.qiao, c.cast.he, c.cast.sun, c.cast.lin):
        with pytest.raises(Forbidden):
            replace(c, who=who)
        with pytest.raises(Forbidden), db.transaction():
            succession.open_station("S9", "x", "x", c.villages[0], actor=who.actor, now=NOW)
        with pytest.raises(Forbidden), db.transaction():
            succession.close_station(c.stations[0], actor=who.actor, now=NOW)
        with pytest.raises(Forbidden), db.transaction():
            succession.assign_village(c.villages[0], None, actor=who.actor, now=NOW)
        with pytest.raises(Forbidden), db.transaction():
            agents.post_agent(1, c.stations[0], "S0", actor=who.actor, now=NOW)
