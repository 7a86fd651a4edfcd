"""What a parcel is charged: its part of the order's total (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.money import Fen


@dataclass(frozen=True, slots=True)
class Part:
    """A parcel that was not cancelled: the retail value in it, and its charge once it left."""

    parcel_id: int
    value: Fen
    charged: Fen | None = None


def charge_of(parcel_id: int, total: Fen, refunded: Fen, parts: Sequence[Part]) -> Fen:
    """Return what ``parcel_id`` is charged when it leaves.

    The order's ``total`` falls on its parcels by value, largest remainder.
    ``refunded``, what went back before dispatch, is taken off the parcels still to
    go by the same rule, so that in the end the charges are total - refunded.
    """
    shares = dict(
        zip(
            (part.parcel_id for part in parts),
            total.split([part.value for part in parts]),
            strict=True,
        )
    )
    gone = [shares[part.parcel_id] - part.charged for part in parts if part.charged is not None]
    to_go = [part.parcel_id for part in parts if part.charged is None]
    lowered = (refunded - Fen.total(gone)).split([shares[parcel] for parcel in to_go])
    return shares[parcel_id] - lowered[to_go.index(parcel_id)]
