"""What it costs to send a parcel, and what the shopper pays for it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from storefront import db
from storefront.catalogue.dated import in_force
from storefront.catalogue.models import FreightRule, FreightTable
from storefront.catalogue.provinces import BY_CODE, Province
from storefront.errors import Refusal
from storefront.money import ZERO, Fen
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Freight:
    """``charge`` is what the shopper pays, ``cost`` what the table says the carrier takes."""

    charge: Fen
    cost: Fen


def table_on(day: date) -> FreightTable:
    """Return the freight table in force on ``day``.

    Raises:
        Refusal: ``no_freight_table`` when none is in force yet.
    """
    return in_force(FreightTable, day, missing="no_freight_table")


def carrier_cost(rule: FreightRule, gross: Grams) -> Fen:
    """Return the first weight's price plus one step for each further weight begun."""
    beyond = max(int(gross) - int(rule.first_g), 0)
    steps = -(-beyond // int(rule.further_g))
    return rule.first_fen + rule.further_fen * steps


def quote(table_id: int, province: str, gross: Grams, goods: Fen) -> Freight:
    """Return the freight of a parcel of ``gross`` grams worth ``goods`` to ``province``.

    Raises:
        Refusal: ``province_refused`` when the table does not serve the province.
    """
    rule = db.session.get(FreightRule, (table_id, province))
    return _priced(rule, province, gross, goods)


def quote_on(day: date, province: str, gross: Grams, goods: Fen) -> Freight:
    """Return the freight under the table in force on ``day``. One statement.

    Raises:
        Refusal: ``province_refused``, also when no table is in force yet.
    """
    in_force = (
        select(FreightTable.id)
        .where(FreightTable.from_day <= day)
        .order_by(FreightTable.from_day.desc(), FreightTable.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(FreightRule).where(
        FreightRule.table_id == in_force, FreightRule.province == province
    )
    return _priced(db.session.scalar(query), province, gross, goods)


def _priced(rule: FreightRule | None, province: str, gross: Grams, goods: Fen) -> Freight:
    if rule is None or rule.refused:
        place = BY_CODE.get(province, Province(province, province, province))
        raise Refusal(
            "province_refused", field="province", name_zh=place.name_zh, name_en=place.name_en
        )
    cost = carrier_cost(rule, gross)
    free = rule.free_over_fen is not None and goods >= rule.free_over_fen
    return Freight(charge=ZERO if free else cost, cost=cost)
