"""What the station, the packing table and the payment provider get of a parcel."""

from dataclasses import dataclass
from datetime import date

from storefront.catalogue import terms
from storefront.catalogue.dated import begun
from storefront.catalogue.edition import kept
from storefront.catalogue.models import FeeSchedule
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.weight import FenPerKg, Grams


@dataclass(frozen=True, slots=True)
class Fees:
    """The fees of a parcel (or of one box, when an offer is priced)."""

    station: Fen
    packing: Fen
    payment: Fen

    @property
    def total(self) -> Fen:
        """All of them together."""
        return self.station + self.packing + self.payment


def schedule_on(day: date) -> FeeSchedule:
    """Return the fee schedule in force on ``day``.

    Raises:
        Refusal: ``no_fee_schedule`` when none is in force yet.
    """
    schedule = begun(_schedules(), day)
    if schedule is None:
        raise Refusal("no_fee_schedule")
    return schedule


@kept
def _schedules() -> tuple[FeeSchedule, ...]:
    """Return every schedule, the last to hold first."""
    rows = sorted(terms.of_kind(terms.FEES), key=lambda row: (row[1], row[0]), reverse=True)
    return tuple(
        FeeSchedule(
            id=id_,
            from_day=from_day,
            version=version,
            station_fen_per_kg=FenPerKg(station),
            packing_fen_per_box=Fen(packing),
            payment_fee_bp=payment,
        )
        for id_, from_day, version, station, packing, payment in rows
    )


def fees_of(schedule: FeeSchedule, *, grown: Grams, boxes: int, charge: Fen) -> Fees:
    """Return the fees of ``boxes`` boxes with ``grown`` grams of harvest, charged ``charge``."""
    return Fees(
        station=schedule.station_fen_per_kg.of(grown),
        packing=schedule.packing_fen_per_box * boxes,
        payment=charge.bp(schedule.payment_fee_bp),
    )
