"""How many boxes of an offer could be promised now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from storefront import clock, county, db
from storefront.catalogue import queries
from storefront.supply.candidates import FITTING
from storefront.supply.models import Lot
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a grade; of it ``in_store`` has been weighed in, the rest is presale."""

    grams: Grams
    in_store: Grams


LEFT = (
    select(
        Lot.grade_id,
        func.sum(Lot.available_g),
        func.sum(case((Lot.state == "received", Lot.available_g), else_=0)),
    )
    .where(*FITTING)
    .group_by(Lot.grade_id)
)


def promised_day(now: datetime) -> date:
    """Return the day an order placed now is to leave."""
    return clock.china_day(now) + timedelta(days=county.rules().dispatch_days)


def boxes_left(offer_ids: Collection[int], promised: date) -> dict[int, int]:
    """Return, by offer, how many boxes the fitting lots could fill. Two statements.

    An offer without a grown part is missing: nothing bounds it. A box that must
    come from one household may find fewer; placing the order decides.
    """
    if not offer_ids:
        return {}
    packed = queries.packed(frozenset(offer_ids)).values()
    parts = [(part.offer_id, part.grade_id, part.grams) for parts in packed for part in parts]
    return fillable(parts, left_of({grade for _, grade, _ in parts if grade}, promised))


def fillable(
    parts: Iterable[tuple[int, int | None, Grams | None]], left: Mapping[int, Left]
) -> dict[int, int]:
    """Return how many boxes of each offer ``left`` fills; ``parts`` are (offer, grade, grams)."""
    wanted: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for offer_id, grade_id, grams in parts:
        if grade_id is not None and grams is not None:
            wanted[offer_id][grade_id] += int(grams)
    none = Left(NOTHING, NOTHING)
    return {
        offer_id: min(int(left.get(grade, none).grams) // grams for grade, grams in needs.items())
        for offer_id, needs in wanted.items()
    }


def left_of(grade_ids: Collection[int], promised: date) -> dict[int, Left]:
    """Return, by grade, what lots that fit the promised day have left. One statement."""
    rows = db.session.execute(LEFT, {"grades": list(grade_ids), "promised": promised})
    return {grade: Left(Grams(int(grams)), Grams(int(stored))) for grade, grams, stored in rows}
