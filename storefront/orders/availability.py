"""How many boxes of an offer could be promised now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from storefront import clock, county, db
from storefront.catalogue import edition, queries
from storefront.supply.candidates import FIT
from storefront.supply.models import Lot
from storefront.weight import Grams


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
        edition.MARK,
    )
    .where(*FIT)
    .group_by(Lot.grade_id)
)


def promised_day(now: datetime) -> date:
    """Return the day an order placed now is to leave."""
    return clock.china_day(now) + timedelta(days=county.rules().dispatch_days)


def boxes_left(offer_ids: Collection[int], promised: date) -> dict[int, int]:
    """Return, by offer, how many boxes the fitting lots could fill. One statement.

    An offer without a grown part is missing: nothing bounds it. A box that must
    come from one household may find fewer; placing the order decides.
    """
    if not offer_ids:
        return {}
    left = left_on(promised)
    packed = queries.packed(frozenset(offer_ids))
    boxes = {offer: fillable(queries.grown_in(parts), left) for offer, parts in packed.items()}
    return {offer: count for offer, count in boxes.items() if count is not None}


def fillable(grown: Iterable[tuple[int, Grams]], left: Mapping[int, Left]) -> int | None:
    """Return how many boxes ``left`` fills when one takes so much of each grade; None: any."""
    return min((_of(left, grade) // int(grams) for grade, grams in grown), default=None)


def _of(left: Mapping[int, Left], grade: int) -> int:
    return int(left[grade].grams) if grade in left else 0


def left_on(promised: date) -> Mapping[int, Left]:
    """Return, by grade, what lots that fit the promised day have left. One statement a request.

    The same statement says which edition of the catalogue stands.
    """
    if db.in_transaction():
        return _left_on(promised)
    told = db.told()
    asked = f"left on {promised}"
    if asked not in told:
        told[asked] = _left_on(promised)
    left: Mapping[int, Left] = told[asked]
    return left


def _left_on(promised: date) -> dict[int, Left]:
    rows = db.session.execute(LEFT, {"promised": promised}).all()
    if rows and not db.in_transaction():
        edition.stands(rows[0][-1])
    return {grade: Left(Grams(int(grams)), Grams(int(stored))) for grade, grams, stored, _ in rows}
