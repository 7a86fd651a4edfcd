"""What it costs to send a parcel, and what the shopper pays for it.

All that goes into one parcel is weighed together and charged once.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Row, and_, bindparam, select

from storefront import db
from storefront.catalogue.dated import id_in_force
from storefront.catalogue.edition import kept
from storefront.catalogue.models import FreightRule, FreightTable, FreightZone
from storefront.catalogue.provinces import BY_CODE, Province
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.weight import Grams

_Row = Row[int, Grams, Fen, Grams, Fen, Fen | None, bool]


class Terms(NamedTuple):
    """What a zone asks: a first weight, each further weight begun, free from a value of goods."""

    first: Grams
    first_fen: Fen
    further: Grams
    further_fen: Fen
    free_over: Fen | None
    refused: bool


@dataclass(frozen=True, slots=True)
class Freight:
    """``charge`` is what the shopper pays, ``cost`` what the table says the carrier takes.

    ``free_over`` is the value of goods from which the shopper pays nothing, if any is.
    """

    table_id: int
    charge: Fen
    cost: Fen
    free_over: Fen | None


def carrier_cost(terms: Terms, gross: Grams) -> Fen:
    """Return the first weight's price plus one step for each further weight begun."""
    beyond = max(int(gross) - int(terms.first), 0)
    steps = -(-beyond // int(terms.further))
    return terms.first_fen + terms.further_fen * steps


def charge_of(terms: Terms, cost: Fen, goods: Fen) -> Fen:
    """Return what the shopper pays of the carrier's ``cost`` for ``goods`` of that value."""
    free = terms.free_over is not None and goods >= terms.free_over
    return ZERO if free else cost


def priced(table_id: int, terms: Terms | None, province: str, gross: Grams, goods: Fen) -> Freight:
    """Return the freight of a parcel under these terms of its province (pure).

    Raises:
        Refusal: ``province_refused``, where no zone names the province or its zone is refused.
    """
    if terms is None or terms.refused:
        place = BY_CODE.get(province, Province(province, province, province))
        raise Refusal(
            "province_refused", field="province", name_zh=place.name_zh, name_en=place.name_en
        )
    cost = carrier_cost(terms, gross)
    return Freight(table_id, charge_of(terms, cost, goods), cost, terms.free_over)


def quote(table_id: int, province: str, gross: Grams, goods: Fen) -> Freight:
    """Return the freight of a parcel of ``gross`` grams worth ``goods`` to ``province``.

    Raises:
        Refusal: ``province_refused`` when the table does not serve the province.
    """
    row = db.session.execute(OF_TABLE, {"table_id": table_id, "province": province}).first()
    return _quoted(row, province, gross, goods)


def quote_on(day: date, province: str, gross: Grams, goods: Fen) -> Freight:
    """Return the freight under the table in force on ``day``. One statement.

    Raises:
        Refusal: ``no_freight_table``, ``province_refused``.
    """
    if province not in BY_CODE:
        return priced(0, None, province, gross, goods)
    return _quoted(_row_on(day, province), province, gross, goods)


@kept
def _row_on(day: date, province: str) -> _Row | None:
    return db.session.execute(IN_FORCE, {"day": day, "province": province}).first()


RULE = and_(FreightRule.table_id == FreightTable.id, FreightRule.province == bindparam("province"))
ANY_TABLE = (
    select(
        FreightTable.id,
        FreightZone.first_g,
        FreightZone.first_fen,
        FreightZone.further_g,
        FreightZone.further_fen,
        FreightZone.free_over_fen,
        FreightZone.refused,
    )
    .outerjoin(FreightRule, RULE)
    .outerjoin(FreightZone, FreightZone.id == FreightRule.zone_id)
)
OF_TABLE = ANY_TABLE.where(FreightTable.id == bindparam("table_id"))
IN_FORCE = ANY_TABLE.where(FreightTable.id == id_in_force(FreightTable))


def _quoted(row: _Row | None, province: str, gross: Grams, goods: Fen) -> Freight:
    if row is None:
        raise Refusal("no_freight_table")
    known = row.refused is not None  # else no zone names the province
    return priced(row[0], Terms(*row[1:]) if known else None, province, gross, goods)
