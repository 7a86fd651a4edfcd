"""Writing a freight table down: zones of provinces, one set of terms each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storefront import db
from storefront.catalogue.models import FreightRule, FreightTable, FreightZone
from storefront.catalogue.provinces import BY_CODE
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class Zone:
    """Freight to some provinces (by code); ``refused`` where we do not send."""

    name_zh: str
    name_en: str
    provinces: Sequence[str]
    first: Grams = Grams(1_000)
    first_fen: Fen = Fen(0)
    further: Grams = Grams(1_000)
    further_fen: Fen = Fen(0)
    free_over: Fen | None = None
    refused: bool = False


def add_freight_table(version: str, from_day: date, zones: Sequence[Zone]) -> FreightTable:
    """Add a version of the freight table; orders placed from that day on are sent by it.

    Raises:
        Refusal: ``zone_without_provinces``, ``zone_terms`` (a weight that is none, a
            price below nothing), ``zone_further_dearer`` (so that one parcel would cost
            more than two), ``unknown_province``, ``province_in_two_zones``.
    """
    check(zones)
    table = FreightTable(version=version, from_day=from_day)
    db.session.add(table)
    db.session.flush()
    for position, zone in enumerate(zones, start=1):
        _add_zone(table.id, position, zone)
    db.session.flush()
    return table


def check(zones: Sequence[Zone]) -> None:
    """Check that the zones make sense together (raises as ``add_freight_table``)."""
    for zone in zones:
        name = {"name_zh": zone.name_zh, "name_en": zone.name_en}
        if not zone.provinces:
            raise Refusal("zone_without_provinces", **name)
        if not zone.refused:
            _check_terms(zone, name)
    for code, times in Counter(code for zone in zones for code in zone.provinces).items():
        if code not in BY_CODE:
            raise Refusal("unknown_province", province=code)
        if times > 1:
            place = BY_CODE[code]
            raise Refusal("province_in_two_zones", name_zh=place.name_zh, name_en=place.name_en)


def _check_terms(zone: Zone, name: dict[str, str]) -> None:
    weights, prices = (zone.first, zone.further), (zone.first_fen, zone.further_fen)
    free = zone.free_over is None or int(zone.free_over) > 0
    if min(weights) <= 0 or min(prices) < 0 or not free:
        raise Refusal("zone_terms", **name)
    steps = -(-int(zone.first) // int(zone.further))
    if zone.further_fen * steps > zone.first_fen:
        raise Refusal("zone_further_dearer", **name)


def _add_zone(table_id: int, position: int, zone: Zone) -> None:
    row = FreightZone(
        table_id=table_id,
        position=position,
        name_zh=zone.name_zh,
        name_en=zone.name_en,
        first_g=zone.first,
        first_fen=zone.first_fen,
        further_g=zone.further,
        further_fen=zone.further_fen,
        free_over_fen=zone.free_over,
        refused=zone.refused,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        FreightRule(table_id=table_id, province=code, zone_id=row.id) for code in zone.provinces
    )
