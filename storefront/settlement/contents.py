"""What is in each parcel of an order: grown grams, boxes, bought-in goods, retail value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from storefront import db
from storefront.money import ZERO, Fen
from storefront.orders.models import Allocation, Line, LinePart, Parcel
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Contents:
    """What one parcel holds; ``bought_in`` is a cost, ``value`` is at retail."""

    grown: Grams = NOTHING
    boxes: int = 0
    bought_in: Fen = ZERO
    value: Fen = ZERO


def contents_of(order_id: int, parcels: Sequence[Parcel]) -> dict[int, Contents]:
    """Return the contents of an order's ``parcels`` by parcel id.

    Grown grams are where their allocations are. A line's boxes, and what was bought
    in for them, are counted where its first crate is (else in the first parcel).
    """
    held = {parcel.id: Contents() for parcel in parcels}
    home = _grown(order_id, held)
    for line in _boxes(order_id):
        place = home.get(line.line_id, parcels[0].id)
        before = held[place]
        held[place] = replace(
            before,
            boxes=before.boxes + line.boxes,
            bought_in=before.bought_in + line.bought_in,
            value=before.value + line.value,
        )
    return held


def _grown(order_id: int, held: dict[int, Contents]) -> Mapping[int, int]:
    """Fill in what allocations say; returns the parcel of each line's first crate."""
    home: dict[int, int] = {}
    query = select(
        Allocation.parcel_id, Allocation.line_id, Allocation.grams, Allocation.retail_fen
    ).where(Allocation.order_id == order_id, Allocation.state != "freed")
    for row in db.session.execute(query.order_by(Allocation.line_part_id, Allocation.position)):
        home.setdefault(row.line_id, row.parcel_id)
        before = held[row.parcel_id]
        held[row.parcel_id] = replace(
            before, grown=before.grown + row.grams, value=before.value + row.retail_fen
        )
    return home


@dataclass(frozen=True, slots=True)
class _Boxes:
    line_id: int
    boxes: int
    bought_in: Fen
    value: Fen


def _boxes(order_id: int) -> list[_Boxes]:
    """Return each line's boxes and what was bought in for them."""
    cost = func.coalesce(func.sum(LinePart.cost_fen), 0)
    value = func.coalesce(func.sum(LinePart.retail_fen), 0)
    bought = (LinePart.line_id == Line.id) & (LinePart.kind == "bought_in")
    query = (
        select(Line.id, Line.quantity, cost, value)
        .outerjoin(LinePart, bought)
        .where(Line.order_id == order_id)
        .group_by(Line.id, Line.quantity)
        .order_by(Line.id)
    )
    return [
        _Boxes(line_id, quantity, Fen(int(cost or 0)) * quantity, Fen(int(value)))
        for line_id, quantity, cost, value in db.session.execute(query)
    ]
