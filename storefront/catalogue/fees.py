"""What the station, the packing table and the payment provider get of a parcel."""

from dataclasses import dataclass
from datetime import date

from storefront import db
from storefront.catalogue.dated import in_force
from storefront.catalogue.edition import kept
from storefront.catalogue.models import FeeSchedule
from storefront.money import Fen
from storefront.weight import Grams


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


@kept
def schedule_on(day: date) -> FeeSchedule:
    """Return the fee schedule in force on ``day``.

    Raises:
        Refusal: ``no_fee_schedule`` when none is in force yet.
    """
    schedule = in_force(FeeSchedule, day, missing="no_fee_schedule")
    db.session.expunge(schedule)  # it outlives this session
    return schedule


def fees_of(schedule: FeeSchedule, *, grown: Grams, boxes: int, charge: Fen) -> Fees:
    """Return the fees of ``boxes`` boxes with ``grown`` grams of harvest, charged ``charge``."""
    return Fees(
        station=schedule.station_fen_per_kg.of(grown),
        packing=schedule.packing_fen_per_box * boxes,
        payment=charge.bp(schedule.payment_fee_bp),
    )
