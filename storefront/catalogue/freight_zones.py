"""The freight table as a shopper reads it: where we send, what each zone costs, where we do not."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select

from storefront import db
from storefront.catalogue.dated import id_in_force
from storefront.catalogue.edition import kept
from storefront.catalogue.freight import Terms
from storefront.catalogue.models import FreightRule, FreightTable, FreightZone
from storefront.catalogue.provinces import BY_CODE, Province


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone of the table in force, and the provinces it names."""

    name_zh: str
    name_en: str
    terms: Terms
    provinces: tuple[Province, ...]


_STATEMENT = (
    select(
        FreightZone.name_zh,
        FreightZone.name_en,
        FreightZone.first_g,
        FreightZone.first_fen,
        FreightZone.further_g,
        FreightZone.further_fen,
        FreightZone.free_over_fen,
        FreightZone.refused,
        FreightRule.province,
    )
    .join(FreightRule, FreightRule.zone_id == FreightZone.id)
    .where(FreightZone.table_id == id_in_force(FreightTable))
    .order_by(FreightZone.refused, FreightZone.first_fen, FreightZone.id, FreightRule.province)
)


@kept
def zones(day: date) -> tuple[ZoneRow, ...]:
    """Return the zones in force on ``day``: cheapest first, what is refused last; one statement."""
    rows = db.session.execute(_STATEMENT, {"day": day}).all()
    return tuple(
        ZoneRow(names[0], names[1], Terms(*names[2:]), tuple(BY_CODE[row[-1]] for row in found))
        for names, found in groupby(rows, lambda row: tuple(row[:-1]))
    )
