"""Guards against lending a name: what a county looks into, never a verdict.

A household that delivers what its orchard cannot bear, or suddenly far more than last season; a
bank account that several households are paid into; a phone that many share; an agent whose
slips nobody confirms and whose crates nobody reads. How much is too much is the county's
(``county.Guards``). What came from a household that went into another counts for the other.
"""

from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from storefront import county, db
from storefront.catalogue.models import Grade
from storefront.supply.households import Household
from storefront.supply.mergers import heirs_by, merged_by
from storefront.supply.models import Lot, Movement
from storefront.supply.places import Township, Village
from storefront.supply.weighing import RECEIVED, TENTHS, orchard_bears
from storefront.weight import Grams

LIMIT: Final = 500  # rows of one list on a page: the worst


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a household brought of a grade in a season and the one before, and what it can bear.

    ``ceiling`` is in grams a mu; without it, or without an area, nothing is compared.
    """

    household_code: str
    head: str
    township_zh: str
    township_en: str
    village_zh: str
    village_en: str
    grade_zh: str
    grade_en: str
    tenth_mu: int | None
    ceiling: Grams | None
    brought: Grams
    before: Grams

    @property
    def bears(self) -> Grams | None:
        """What the orchard can bear, if it is known."""
        return orchard_bears(self.tenth_mu, self.ceiling)


@dataclass(frozen=True, slots=True)
class Shared:
    """One of the households behind one account or one phone; those of a ``group`` share it."""

    kind: str
    group: int
    households: int
    household_code: str
    head: str
    payee: str
    township_zh: str
    township_en: str
    village_zh: str
    village_en: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """How many deliveries (household x grade) there were, and how many had no bound to check."""

    deliveries: int
    without_bound: int


def above_yield(season: int, *, today: date) -> tuple[Delivered, ...]:
    """Return who brought nearly what the orchard bears, or more. One statement.

    The fullest first.
    """
    near = county.rules().guards.yield_percent
    bears = Grade.yield_ceiling_g_per_mu * Household.orchard_tenth_mu
    brought = _of(season)
    query = _deliveries(season, today).having(
        and_(brought > 0, brought * 100 * TENTHS >= bears * near)
    )
    rows = _delivered(
        query.order_by((brought * 100 / func.nullif(bears, 0)).desc(), Household.code)
    )
    return tuple(row for row in rows if row.bears is not None)


def jumps(season: int, *, today: date) -> tuple[Delivered, ...]:
    """Return who brought far more than in the season before. One statement."""
    guards = county.rules().guards
    brought, before = _of(season), _of(season - 1)
    query = _deliveries(season, today).having(
        and_(
            before > 0,
            brought * 100 >= before * guards.jump_percent,
            brought - before >= int(guards.jump),
        )
    )
    return _delivered(query.order_by((brought - before).desc(), Household.code))


def unchecked(season: int, *, today: date) -> Unchecked:
    """Return how many deliveries of a season no ceiling could be held against. One statement."""
    bound = and_(Household.orchard_tenth_mu.is_not(None), Grade.yield_ceiling_g_per_mu.is_not(None))
    each = (
        _deliveries(season, today)
        .having(_of(season) > 0)
        .with_only_columns(case((bound, 0), else_=1).label("open"), maintain_column_froms=True)
        .subquery()
    )
    counted = select(func.count(), func.coalesce(func.sum(each.c.open), 0)).select_from(each)
    return Unchecked(*map(int, db.session.execute(counted).one()))


def shared(*, today: date) -> tuple[Shared, ...]:
    """Return the households that share an account or, many of them, a phone. One statement."""
    most = county.rules().guards
    accounts = _sharing("account", Household.bank_account_digest, 2, today)
    phones = _sharing("phone", Household.phone_digest, most.phone_households, today)
    both = union_all(accounts, phones).subquery()
    rows = db.session.execute(
        select(both).order_by(both.c.kind, both.c.size.desc(), both.c.digest, both.c.code)
    )
    groups: dict[tuple[str, str], int] = {}
    found = []
    for kind, digest, *rest in rows:
        group = groups.setdefault((kind, digest), len(groups) + 1)
        found.append(Shared(kind, group, *rest))
    return tuple(found)


PLACES = (Township.name_zh, Township.name_en, Village.name_zh, Village.name_en)
NET = Movement.grams


def _of(season: int) -> ColumnElement[int]:
    """Return, as SQL, the grams of one season among the query's movements."""
    return func.coalesce(func.sum(case((Lot.season == season, NET), else_=0)), 0)


def _deliveries(season: int, today: date) -> Select[*tuple[Any, ...]]:
    """Return deliveries of two seasons, by the household that stands for them and by grade."""
    heirs = heirs_by(today)
    last = (
        select(heirs.c.of_id, heirs.c.heir_id)
        .where(heirs.c.heir_id.not_in(merged_by(today)))
        .subquery()
    )
    home = (Household.code, Household.head, *PLACES)
    bound = (Household.orchard_tenth_mu, Grade.yield_ceiling_g_per_mu)
    named = (Grade.name_zh, Grade.name_en)
    return (
        select(*home, *named, *bound, _of(season), _of(season - 1))
        .select_from(Movement)
        .join(Lot, Lot.id == Movement.lot_id)
        .outerjoin(last, last.c.of_id == Lot.household_id)
        .join(Household, Household.id == func.coalesce(last.c.heir_id, Lot.household_id))
        .join(Village, Village.id == Household.village_id)
        .join(Township, Township.id == Village.township_id)
        .join(Grade, Grade.id == Lot.grade_id)
        .where(Movement.reason.in_(RECEIVED), Lot.season.in_((season, season - 1)))
        .group_by(Household.id, *home, Grade.id, *named, *bound)
    )


def _delivered(query: Select[*tuple[Any, ...]]) -> tuple[Delivered, ...]:
    return tuple(starmap(Delivered, db.session.execute(query.limit(LIMIT))))


def _sharing(
    kind: str, digest: InstrumentedAttribute[str | None], least: int, today: date
) -> Select[*tuple[Any, ...]]:
    """Return who shares a digest with others, so that there are at least ``least`` of them."""
    standing = Household.id.not_in(merged_by(today))
    groups = (
        select(digest.label("digest"), func.count().label("size"))
        .where(digest.is_not(None), standing)
        .group_by(digest)
        .having(func.count() >= least)
        .subquery()
    )
    return (
        select(
            literal(kind).label("kind"),
            groups.c.digest,
            groups.c.size,
            Household.code,
            Household.head,
            Household.payee,
            *PLACES,
        )
        .join_from(groups, Household, digest == groups.c.digest)
        .join(Village, Village.id == Household.village_id)
        .join(Township, Township.id == Village.township_id)
        .where(standing)
    )
