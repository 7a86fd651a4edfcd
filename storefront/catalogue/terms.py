"""What the office has set for parcels and packs: fees, dispatch limits, quantity steps.

A page of the shop needs three small tables together: they are read at once (docs/adr/0022).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BigInteger, CompoundSelect, literal, null, select, type_coerce, union_all

from storefront import db
from storefront.catalogue.edition import kept
from storefront.catalogue.models import DispatchLimit, FeeSchedule, QuantityStep

FEES: Final = "fees"
LIMIT: Final = "limit"
STEP: Final = "step"

_EVERY: Final[CompoundSelect[Any]] = union_all(
    select(
        literal(FEES),
        FeeSchedule.id,
        FeeSchedule.from_day,
        FeeSchedule.version,
        type_coerce(FeeSchedule.station_fen_per_kg, BigInteger),
        type_coerce(FeeSchedule.packing_fen_per_box, BigInteger),
        FeeSchedule.payment_fee_bp,
    ),
    select(
        literal(LIMIT),
        DispatchLimit.id,
        DispatchLimit.from_day,
        null(),
        DispatchLimit.most,
        null(),
        null(),
    ),
    select(
        literal(STEP),
        QuantityStep.offer_id,
        null(),
        null(),
        QuantityStep.from_quantity,
        type_coerce(QuantityStep.off_fen, BigInteger),
        null(),
    ),
)


def of_kind(kind: str) -> tuple[tuple[Any, ...], ...]:
    """Return the rows of one of the three tables, each its columns in their order; unsorted."""
    return _read().get(kind, ())


@kept
def _read() -> Mapping[str, tuple[tuple[Any, ...], ...]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for kind, *row in db.session.execute(_EVERY):
        found.setdefault(kind, []).append(tuple(row))
    return MappingProxyType({kind: tuple(rows) for kind, rows in found.items()})
