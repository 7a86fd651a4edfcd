"""Two households become one, or one two: the past stays, and nothing owed vanishes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from storefront import clock, db, ids
from storefront.actors import Actor
from storefront.audit import AuditEvent
from storefront.errors import Forbidden, NotFound, Refusal
from storefront.money import Fen
from storefront.orders import packing
from storefront.reports.check import check
from storefront.reports.household_rows import household_rows
from storefront.reports.income import Filter, income
from storefront.reports.left_behind import left_behind
from storefront.reports.registry import Wanted, registry
from storefront.reports.standing import standing
from storefront.settlement import answers, losses, payruns, queries
from storefront.settlement.models import PayItem
from storefront.supply import lots, merging, weighing
from storefront.supply import registry as households
from storefront.supply.households import Household
from storefront.supply.mergers import HouseholdMerger, heir_of, merged_into
from storefront.supply.models import Lot
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import Grams
from tests import factories as make

NOW = make.NOW
TODAY = clock.china_day(NOW)
LATER = NOW + 4 * make.DAY
SEASON = ("2026-08", "2027-07")


@pytest.fixture
def c(app):
    with db.transaction():
        return make.county()


def merge(c, household, into, actor=None, now=NOW):
    with db.transaction():
        wu = actor or c.cast.wu.actor
        return merging.merge_household(household, into, actor=wu, now=now)


def split(c, household, draft, actor=None):
    with db.transaction():
        return merging.split_household(household, draft, actor=actor or c.cast.wu.actor, now=NOW)


def draft_of(c, code="H-NEW", **others):
    draft = households.HouseholdDraft(
        code=code,
        head="林果戊",
        payee="林果戊",
        payee_relation="self",
        village_id=c.villages[0],
        station_id=c.stations[0],
        members=1,
        status="lifted",
        status_from=date(2020, 1, 1),
        orchard_tenth_mu=20,
    )
    return replace(draft, **others)


def declare(c, household, grams=5_000, key=""):
    who = c.cast.lin if household == c.lin else c.cast.zhao
    with db.transaction():
        return lots.declare(
            household,
            c.first,
            Grams(grams),
            harvested_on=TODAY,
            key=key or ids.new_key(),
            actor=who.actor,
            now=NOW,
        )


def sold(c, *items, closed=True):
    with db.transaction():
        order = make.order(*(items or [(make.BOX, 2)]))
        make.pay(order.id)
        make.dispatch(c, order.id)
        if closed:
            make.close(c, order.id)
    return order


def refused(of, *args, **facts):
    with pytest.raises(Refusal) as caught:
        of(*args, **facts)
    db.session.rollback()
    return caught.value


def home(key):
    query = select(Household).where(Household.id == key).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def broken():
    return [finding for finding in check() if not finding.ok]


def owed(household):
    times = {"delivery": timedelta(days=7), "after_sale": timedelta(days=2)}
    return queries.owed_to(household, **times).total


def test_people_and_orchard_are_counted_together(c):
    merge(c, c.zhao, c.lin)
    assert (home(c.lin).members, home(c.lin).orchard_tenth_mu) == (8, 100)
    assert (home(c.zhao).members, home(c.zhao).orchard_tenth_mu) == (4, 50)


def test_an_orchard_nobody_measured_makes_the_sum_unknown(c):
    split(c, c.lin, draft_of(c, orchard_tenth_mu=None))
    new = db.session.scalars(select(Household.id).where(Household.code == "H-NEW")).one()
    merge(c, new, c.zhao)
    assert home(c.zhao).orchard_tenth_mu is None


def test_said_twice_it_is_one_merger(c):
    first = merge(c, c.zhao, c.lin)
    second = merge(c, c.zhao, c.lin, now=LATER)
    assert first.id == second.id
    assert home(c.lin).members == 8
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "merge")).all()
    assert [(event.object_code, event.facts["into"]) for event in events] == [("H-ZHAO", "H-LIN")]


def test_only_the_county_officer_says_so(c):
    for actor in (Actor.shop(), c.cast.lin.actor, c.cast.sun.actor, c.cast.he.actor):
        with pytest.raises(Forbidden):
            merge(c, c.zhao, c.lin, actor)
        with pytest.raises(Forbidden):
            split(c, c.lin, draft_of(c), actor)
    with pytest.raises(NotFound):
        merge(c, c.zhao, 999_999)


def test_no_household_goes_into_itself_into_two_or_round_in_a_ring(c):
    assert refused(merge, c, c.lin, c.lin).code == "merge_with_itself"
    merge(c, c.zhao, c.lin)
    again = refused(merge, c, c.zhao, c.yang)
    assert (again.code, again.facts["into"]) == ("household_merged", "H-LIN")
    assert refused(merge, c, c.lin, c.zhao).code == "household_merged"
    assert refused(merge, c, c.yang, c.zhao).code == "household_merged"


def test_one_after_another_leads_to_the_last(c):
    merge(c, c.zhao, c.lin)
    merge(c, c.lin, c.yang)
    assert heir_of(c.zhao).id == heir_of(c.lin).id == heir_of(c.yang).id == c.yang
    assert sorted(merged_into(c.yang)) == sorted([c.lin, c.zhao])


def test_nothing_new_is_declared_or_delivered_under_the_old_code(c):
    merge(c, c.zhao, c.lin)
    refusal = refused(declare, c, c.zhao)
    assert (refusal.code, refusal.facts["into"]) == ("household_merged", "H-LIN")
    with pytest.raises(Refusal, match="household_merged"), db.transaction():
        make.weigh(c, c.zhao, c.first, 5_000)
    assert db.session.scalar(select(func.count(Lot.id))) == 0
    with pytest.raises(Refusal, match="household_merged"), db.transaction():
        households.move_household(c.zhao, c.villages[1], actor=c.cast.wu.actor, now=NOW)


def test_a_declaration_sent_again_after_the_merger_is_the_old_lot(c):
    lot = declare(c, c.zhao, key="once")
    merge(c, c.zhao, c.lin)
    assert declare(c, c.zhao, key="once").id == lot.id


def test_what_was_declared_and_not_bought_is_taken_back_and_the_planned_part_may_come(c):
    lot = declare(c, c.zhao, 6_000)
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    merge(c, c.zhao, c.lin)
    lot = db.session.scalars(select(Lot)).one()
    assert (int(lot.declared_g), int(lot.available_g), lot.state) == (2_500, 0, "declared")
    with db.transaction():
        make.receive(c, lot.id, 2_500)
    with db.transaction():
        make.dispatch(c, order.id)
    (row,) = make.allocations(order.id)
    assert (row.state, row.household_code) == ("booked", "H-ZHAO")
    assert broken() == []


def test_nothing_new_is_planned_on_its_promises_also_when_one_comes_free(c):
    declare(c, c.zhao, 2_500)
    with db.transaction():
        order = make.order((make.BOX, 1))
        make.pay(order.id)
    merge(c, c.zhao, c.lin)
    with db.transaction():
        other = make.weigh(c, c.lin, c.first, 2_500)
    with db.transaction():  # Lin's crate goes in, the promise is free again
        row = make.allocations(order.id, "planned")[0]
        crate, he = f"{other.code}-01", c.cast.he.actor
        packing.confirm_crate(row.id, crate, "typed", actor=he, now=NOW)
    with pytest.raises(Refusal, match="sold_out"), db.transaction():
        make.order((make.BOX, 1))


def test_pears_that_are_here_are_sold_under_the_code_of_who_brought_them(c):
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 5_000)
    merge(c, c.zhao, c.lin)
    order = sold(c)
    assert {row.household_code for row in make.allocations(order.id)} == {"H-ZHAO"}
    assert broken() == []


def test_what_is_owed_stays_its_own_and_goes_to_the_payee_of_the_other(c):
    with db.transaction():
        lot = make.weigh(c, c.zhao, c.first, 6_000)
        he = c.cast.he.actor
        losses.write_off(
            lot.id, Grams(1_000), "rot", "brand_fund", note="", key="k", actor=he, now=NOW
        )
    sold(c)
    assert owed(c.zhao) == Fen(4_200)
    merge(c, c.zhao, c.lin, now=LATER)
    assert (owed(c.zhao), owed(c.lin)) == (Fen(4_200), Fen(0))
    with db.transaction():
        home(c.lin).payee = "林果己"
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=c.cast.wu.actor, now=LATER)
    (item,) = db.session.scalars(select(PayItem).where(PayItem.run_id == run.id))
    assert (item.household_code, item.payee, item.amount_fen) == ("H-ZHAO", "林果己", Fen(4_200))
    paid(c, item)
    assert owed(c.zhao) == Fen(0)
    assert broken() == []


def paid(c, item):
    with db.transaction():
        payruns.approve(item.run_id, actor=c.cast.qiao.actor, now=LATER)
    with db.transaction():
        payruns.export(item.run_id, actor=c.cast.wu.actor, now=LATER)
    with db.transaction():
        answers.record_result(item.id, ok=True, reason="", actor=c.cast.wu.actor, now=LATER)


@pytest.mark.parametrize("who", ["zhao", "lin", "yang"])
def test_both_households_can_say_that_it_arrived_and_no_other(c, who):
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 5_000)
    sold(c)
    merge(c, c.zhao, c.lin, now=LATER)
    with db.transaction():
        run = payruns.draft(clock.china_day(LATER), actor=c.cast.wu.actor, now=LATER)
    (item,) = db.session.scalars(select(PayItem).where(PayItem.run_id == run.id))
    paid(c, item)
    actor = getattr(c.cast, who).actor
    if who == "yang":
        with pytest.raises(NotFound), db.transaction():
            answers.confirm_received(item.id, "phone", actor=actor, now=LATER)
    else:
        with db.transaction():
            answers.confirm_received(item.id, "phone", actor=actor, now=LATER)
    assert broken() == []


def test_the_yield_of_the_joined_orchard_counts_what_both_brought(c):
    """5 mu bear 10 t of a grade; the two together 20 t, of which Zhao brought 9."""
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 9_000_000)
    merge(c, c.zhao, c.lin)
    with db.transaction():
        make.weigh(c, c.lin, c.first, 11_000_000)
    with pytest.raises(Refusal, match="above_yield"), db.transaction():
        make.weigh(c, c.lin, c.first, 1_000)


def test_figures_of_the_past_do_not_change(c):
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 5_000)
    sold(c)
    wanted = Filter(*SEASON)
    before = (income(wanted), household_rows("H-ZHAO", wanted, today=TODAY).totals)
    merge(c, c.zhao, c.lin, now=LATER)
    assert (income(wanted), household_rows("H-ZHAO", wanted, today=TODAY).totals) == before
    assert household_rows("H-ZHAO", wanted, today=TODAY).into == "H-LIN"


def test_the_registry_counts_the_two_as_one_and_finds_both(c):
    assert (standing(*SEASON).registered, registry(Wanted(*SEASON), today=TODAY).count) == (3, 3)
    merge(c, c.zhao, c.lin)
    assert (standing(*SEASON).registered, registry(Wanted(*SEASON), today=TODAY).count) == (2, 2)
    assert standing("2025-08", "2026-07").registered == 3
    (row,) = registry(Wanted(*SEASON, text="H-ZHAO"), today=TODAY).rows
    assert (row.code, row.into) == ("H-ZHAO", "H-LIN")


def test_nobody_is_left_behind_whose_pears_were_sold_under_the_old_code(c):
    with db.transaction():
        make.weigh(c, c.zhao, c.first, 5_000)
    sold(c)

    def behind():
        return [row.household_code for row in left_behind(2026, today=TODAY)]

    assert behind() == ["H-LIN", "H-YANG"]
    merge(c, c.zhao, c.lin)
    assert behind() == ["H-YANG"]
    merge(c, c.lin, c.yang)
    assert behind() == []
    assert [row.household_code for row in left_behind(2025, today=TODAY)] == [
        "H-LIN",
        "H-YANG",
        "H-ZHAO",
    ]
    left = registry(Wanted(*SEASON, without_income=True), today=TODAY)
    assert (left.count, left.rows) == (0, ())


def test_a_household_that_comes_out_takes_people_and_orchard_and_leaves_the_rest(c):
    with db.transaction():
        make.weigh(c, c.lin, c.first, 5_000)
    sold(c)
    new = split(c, c.lin, draft_of(c))
    assert (home(c.lin).members, home(c.lin).orchard_tenth_mu) == (3, 30)
    assert (new.members, new.orchard_tenth_mu, owed(new.id)) == (1, 20, Fen(0))
    assert owed(c.lin) == Fen(3_500)
    assert split(c, c.lin, draft_of(c)).id == new.id
    assert home(c.lin).members == 3
    assert broken() == []


def test_what_a_household_cannot_give_does_not_come_out_of_it(c):
    assert refused(split, c, c.lin, draft_of(c, members=4)).code == "nobody_stays"
    assert refused(split, c, c.lin, draft_of(c, orchard_tenth_mu=51)).code == "orchard_too_small"
    assert refused(split, c, c.lin, draft_of(c, members=0)).code == "members_not_positive"
    assert refused(split, c, c.lin, draft_of(c, code="H-ZHAO")).code == "household_code_taken"
    merge(c, c.lin, c.zhao)
    assert refused(split, c, c.lin, draft_of(c)).code == "household_merged"
    assert db.session.scalar(select(func.count(Household.id))) == 3
    assert db.session.scalar(select(func.count(HouseholdMerger.id))) == 1


def test_an_agent_weighs_nothing_undeclared_beside_a_declared_lot(c):
    """One new row on the slip is enough for the whole slip to be refused."""
    lot = declare(c, c.zhao, 2_500)
    with db.transaction():
        make.order((make.BOX, 1))
    merge(c, c.zhao, c.lin)
    rows = (
        Weighed(c.first, Grams(2_500), Grams(0), Grams(0), declared_lot_id=lot.id),
        Weighed(c.top, Grams(1_000), Grams(0), Grams(0)),
    )
    delivery = Delivery(c.zhao, TODAY, rows)
    with pytest.raises(Refusal, match="household_merged"), db.transaction():
        weighing.weigh_in(delivery, key="k", actor=c.cast.sun.actor, now=NOW)


def test_a_household_that_moves_or_has_another_head_is_said_once_and_its_past_stays(c):
    with db.transaction():
        make.weigh(c, c.lin, c.first, 5_000)
    order = sold(c)
    for _ in range(2):
        with db.transaction():
            wu = c.cast.wu.actor
            households.move_household(c.lin, c.villages[1], actor=wu, now=LATER)
            households.rename_head(c.lin, "林果丙", actor=wu, now=LATER)
    verbs = db.session.scalars(select(AuditEvent.verb)).all()
    assert (verbs.count("move"), verbs.count("rename_head")) == (1, 1)
    assert (home(c.lin).village_id, home(c.lin).head) == (c.villages[1], "林果丙")
    assert {row.village_id for row in make.allocations(order.id)} == {c.villages[0]}
    totals = household_rows("H-LIN", Filter(*SEASON, village_id=c.villages[0]), today=TODAY).totals
    assert totals.booked == Fen(3_500)
