"""How many boxes of an offer could be promised now, and for which day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, null, select, union_all

from storefront import clock, db
from storefront.catalogue import edition, queries
from storefront.orders.dispatch_days import (
    GIVEN,
    calendar,
    is_to_be_asked,
    packed_by,
    promised_day,
    tell,
)
from storefront.orders.models import Parcel
from storefront.orders.promise import Ready, day_for
from storefront.supply.candidates import LAST
from storefront.supply.models import Lot
from storefront.unwritten import until_written
from storefront.weight import NOTHING, Grams

Grown = Iterable[tuple[int, Grams]]  # grade, grams of it
AllLeft = Mapping[int, "Left"]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a grade; of it ``in_store`` has been weighed in, the rest is presale.

    ``now`` is ready by the first day that can be promised; ``ready`` says from which day
    on how much can be had.
    """

    grams: Grams = NOTHING
    in_store: Grams = NOTHING
    now: Grams = NOTHING
    ready: tuple[Ready, ...] = ()


EMPTY = Left()
READY_FROM = case((Lot.ready_on > bindparam("promised"), Lot.ready_on))
LEFT = (
    select(
        Lot.grade_id,
        READY_FROM,
        func.sum(Lot.available_g),
        func.sum(case((Lot.state == "received", Lot.available_g), else_=0)),
        edition.MARK,
    )
    .where(*LAST)
    .group_by(Lot.grade_id, READY_FROM)
)
# and how many parcels are given to each day, as rows of no grade
AS_ROWS: tuple[Any, ...] = (
    null(),
    Parcel.promised_on,
    func.count(),
    literal_column("0"),
    edition.MARK,
)
LEFT_AND_GIVEN = union_all(LEFT, GIVEN.with_only_columns(*AS_ROWS))


@dataclass(frozen=True, slots=True)
class Stock:
    """What some offers are grown of, by offer, and what is left of it, by grade."""

    grown: Mapping[int, tuple[tuple[int, Grams], ...]]
    left: AllLeft

    def boxes(self, offer_id: int) -> int | None:
        """Return how many boxes of an offer can be filled; None: nothing grown bounds it.

        A box that must come from one household may find fewer; placing the order decides.
        """
        return fillable(self.grown.get(offer_id, ()), self.left)

    def leaves_on(
        self, packs: Mapping[int, int], not_before: date | None, *, now: datetime
    ) -> date | None:
        """Return the day on which so many packs of each offer leave in one parcel."""
        wanted: defaultdict[int, Grams] = defaultdict(lambda: NOTHING)
        for offer_id, quantity in packs.items():
            for grade, grams in self.grown.get(offer_id, ()):
                wanted[grade] += grams * quantity
        return leaves_on(wanted.items(), self.left, not_before, now=now)


def stock_of(offer_ids: Collection[int], *, now: datetime) -> Stock:
    """Return what these offers are grown of and what is left of it. Two statements."""
    left = left_now(now)
    packed = queries.packed(frozenset(offer_ids))
    return Stock({offer: queries.grown_in(parts) for offer, parts in packed.items()}, left)


def boxes_left(offer_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Return, by offer, how many boxes the lots could fill; one that nothing bounds is missing."""
    stock = stock_of(offer_ids, now=now)
    counted = ((offer_id, stock.boxes(offer_id)) for offer_id in offer_ids)
    return {offer_id: boxes for offer_id, boxes in counted if boxes is not None}


def fillable(grown: Grown, left: AllLeft) -> int | None:
    """Return how many boxes ``left`` fills when one takes so much of each grade; None: any."""
    return min(
        (int(left.get(grade, EMPTY).grams) // int(grams) for grade, grams in grown), default=None
    )


def leaves_on(
    grown: Grown, left: AllLeft, not_before: date | None, *, now: datetime
) -> date | None:
    """Return the day a parcel leaves that holds so much of each grade; None: it cannot now."""
    wanted = dict(grown)
    if not_before is None and all(
        left.get(grade, EMPTY).now >= grams for grade, grams in wanted.items()
    ):
        return promised_day(now)
    stock = [ready for grade in wanted for ready in left.get(grade, EMPTY).ready]
    return day_for(calendar(now), not_before, wanted, stock)


def left_now(now: datetime) -> AllLeft:
    """Return, by grade, what is left of lots that last until an order of now leaves.

    One statement a request, which also says which edition of the catalogue stands and how
    many parcels are given to each day.
    """
    asks = is_to_be_asked(now)
    if db.in_transaction():
        return _heard(_read(asks, now=now), now)
    told = db.told()
    asked = f"left on {clock.china_day(now)}"
    if asked not in told:
        read = _read(asks, now=now)
        if read.mark:
            edition.stands(read.mark)
        told[asked] = _heard(read, now)
    left: AllLeft = told[asked]
    return left


class _Read(NamedTuple):
    """What the statement said; ``given`` is None where it was not asked for."""

    left: AllLeft
    given: Mapping[date, int] | None
    mark: str | None


def _heard(read: _Read, now: datetime) -> AllLeft:
    if read.given is not None:
        tell(now, read.given)
    return read.left


@until_written
def _read(asks: bool, *, now: datetime) -> _Read:  # noqa: FBT001  one of two statements
    base = packed_by(now)
    facts = {"promised": base, "today": clock.china_day(now)}
    rows = db.session.execute(LEFT_AND_GIVEN if asks else LEFT, facts).all()
    found: dict[int, Left] = {}
    for grade, later, grams, stored, _ in rows:
        if grade is not None:
            before = found.get(grade, EMPTY)
            found[grade] = _more(before, Ready(grade, later or base, int(grams)), int(stored), base)
    given = {day: int(count) for grade, day, count, *_ in rows if grade is None}
    return _Read(found, given if asks else None, rows[0][-1] if rows else None)


def _more(before: Left, ready: Ready, stored: int, base: date) -> Left:
    """Return what is left with so much more, of which ``stored`` grams are in store."""
    grams = Grams(ready.grams)
    return Left(
        before.grams + grams,
        before.in_store + Grams(stored),
        before.now + grams if ready.ready_on <= base else before.now,
        (*before.ready, ready),
    )
