"""What is in each parcel of an order: grown grams, boxes, bought-in goods, retail value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from storefront import db
from storefront.money import ZERO, Fen
from storefront.orders.models import Allocation, LinePart, Parcel, ParcelBoxes
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Contents:
    """What one parcel holds; ``bought_in`` is a cost, ``value`` is at retail."""

    grown: Grams = NOTHING
    boxes: int = 0
    bought_in: Fen = ZERO
    value: Fen = ZERO


def contents_of(order_id: int, parcels: Sequence[int]) -> dict[int, Contents]:
    """Return the contents of an order's ``parcels``, named by id, which stand by position.

    Grown grams and their price are where their allocations are. Boxes, and what was
    bought in for them, are where ``ParcelBoxes`` says; the price of the bought-in
    goods is split over a line's boxes by largest remainder.
    """
    held = {parcel: Contents() for parcel in parcels}
    _put_grown(order_id, held)
    rows = _boxes(list(held))
    for _line_id, own in groupby(rows, key=lambda row: row.line_id):
        _put_boxes(list(own), held)
    return held


ROWS = db.table(Allocation).c
GROWN = select(ROWS.parcel_id, ROWS.grams, ROWS.retail_fen).where(
    ROWS.order_id == bindparam("order"), ROWS.state != "freed"
)


def _put_grown(order_id: int, held: dict[int, Contents]) -> None:
    for row in db.session.execute(GROWN, {"order": order_id}):
        before = held[row.parcel_id]
        held[row.parcel_id] = replace(
            before, grown=before.grown + row.grams, value=before.value + row.retail_fen
        )


class _Boxes(NamedTuple):
    """Boxes of a line in one parcel; ``cost`` is of one box, ``value`` of all the line's."""

    line_id: int
    parcel_id: int
    boxes: int
    cost: Fen
    value: Fen


_INSIDE, _PARTS, _PARCELS = db.table(ParcelBoxes), db.table(LinePart), db.table(Parcel)
_BOUGHT = (_PARTS.c.line_id == _INSIDE.c.line_id) & (_PARTS.c.kind == "bought_in")
_SHOWN = (_INSIDE.c.line_id, _INSIDE.c.parcel_id, _INSIDE.c.boxes)
BOXES = (
    select(
        *_SHOWN,
        func.coalesce(func.sum(_PARTS.c.cost_fen), ZERO),
        func.coalesce(func.sum(_PARTS.c.retail_fen), ZERO),
    )
    .select_from(_INSIDE)
    .join(_PARCELS, _PARCELS.c.id == _INSIDE.c.parcel_id)
    .outerjoin(_PARTS, _BOUGHT)
    .where(_INSIDE.c.parcel_id.in_(bindparam("parcels", expanding=True)))
    .group_by(*_SHOWN, _PARCELS.c.position)
    .order_by(_INSIDE.c.line_id, _PARCELS.c.position)
)


def _boxes(parcel_ids: Sequence[int]) -> list[_Boxes]:
    """Return the boxes in the parcels, and what was bought in for them, line by line."""
    asked = {"parcels": list(parcel_ids)}
    return [
        _Boxes(line, parcel, boxes, Fen(int(cost or 0)), Fen(int(value or 0)))
        for line, parcel, boxes, cost, value in db.session.execute(BOXES, asked)
    ]


def _put_boxes(rows: Sequence[_Boxes], held: dict[int, Contents]) -> None:
    """Put the boxes of one line where they are."""
    values = rows[0].value.split([row.boxes for row in rows])
    for row, value in zip(rows, values, strict=True):
        before = held[row.parcel_id]
        held[row.parcel_id] = replace(
            before,
            boxes=before.boxes + row.boxes,
            bought_in=before.bought_in + row.cost * row.boxes,
            value=before.value + value,
        )
