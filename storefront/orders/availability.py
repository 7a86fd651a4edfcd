"""How many boxes of an offer could be promised now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, case, func, select

from storefront import clock, county, db
from storefront.catalogue.edition import kept
from storefront.catalogue.models import Part
from storefront.supply.candidates import FITTING
from storefront.supply.models import Lot
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a grade; of it ``in_store`` has been weighed in, the rest is presale."""

    grams: Grams
    in_store: Grams


GROWN_PARTS = select(Part.offer_id, Part.grade_id, Part.grams).where(
    Part.offer_id.in_(bindparam("offers", expanding=True)), Part.kind == "grown"
)
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
    parts = _grown_parts(frozenset(offer_ids))
    return fillable(parts, left_of({grade for _, grade, _ in parts if grade}, promised))


@kept
def _grown_parts(offer_ids: frozenset[int]) -> tuple[tuple[int, int | None, Grams | None], ...]:
    rows = db.session.execute(GROWN_PARTS, {"offers": list(offer_ids)})
    return tuple((offer, grade, grams) for offer, grade, grams in rows)


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
