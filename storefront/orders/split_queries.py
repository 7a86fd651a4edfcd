"""What of a parcel can go in one of its own: its boxes, line by line."""

from dataclasses import dataclass
from itertools import starmap

from sqlalchemy import bindparam, select

from storefront import db
from storefront.orders.models import Line, ParcelBoxes


@dataclass(frozen=True, slots=True)
class BoxesOf:
    """So many boxes of a line are in a parcel."""

    line_id: int
    line_zh: str
    line_en: str
    label_zh: str
    label_en: str
    boxes: int


BOXES = (
    select(Line.id, Line.name_zh, Line.name_en, Line.label_zh, Line.label_en, ParcelBoxes.boxes)
    .join(ParcelBoxes, ParcelBoxes.line_id == Line.id)
    .where(ParcelBoxes.parcel_id == bindparam("parcel"))
    .order_by(Line.position)
)


def boxes_in(parcel_id: int) -> tuple[BoxesOf, ...]:
    """Return the boxes of each line in a parcel. One statement."""
    return tuple(starmap(BoxesOf, db.session.execute(BOXES, {"parcel": parcel_id})))
