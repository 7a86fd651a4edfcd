"""What a file's codes stand for today: villages with their successors, households that are gone."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.supply.filing.household_rows import Place, Places
from storefront.supply.households import Household
from storefront.supply.mergers import HouseholdMerger
from storefront.supply.places import Station, Township, Village

VILLAGES = select(
    Village.id,
    Village.code,
    Village.name_zh,
    Village.valid_to,
    Village.successor_id,
    Township.name_zh.label("township"),
).join(Township, Township.id == Village.township_id)
PIECE = 500


def places(today: date) -> Places:
    """Return every village that a file may name, old ones by what follows them. Two statements."""
    rows = {row.id: row for row in db.session.execute(VILLAGES.order_by(Village.id))}
    stations: dict[int, list[int]] = {}
    for station_id, village_id in db.session.execute(select(Station.id, Station.village_id)):
        stations.setdefault(village_id, []).append(station_id)
    by_code: dict[str, Place] = {}
    by_name: dict[tuple[str, str], Place | None] = {}
    for row in rows.values():
        last, seen = row, {row.id}
        while last.successor_id is not None and last.successor_id not in seen:
            last = rows[last.successor_id]
            seen.add(last.id)
        own = stations.get(last.id, [])
        ended = last.valid_to is not None and last.valid_to < today
        place = Place(last.id, own[0] if len(own) == 1 else None, ended)
        by_code[row.code] = place
        for name in ((row.township, row.name_zh), ("", row.name_zh)):
            known = by_name.get(name, place)
            by_name[name] = place if known == place else None
    return Places(by_code, by_name)


HEIR = aliased(Household)


def merged(codes: Sequence[str]) -> dict[str, str]:
    """Return which of these households went into another one, with that one's code."""
    query = (
        select(Household.code, HEIR.code)
        .join(HouseholdMerger, HouseholdMerger.household_id == Household.id)
        .join(HEIR, HEIR.id == HouseholdMerger.into_id)
    )
    found: dict[str, str] = {}
    for at in range(0, len(codes), PIECE):
        some = Household.code.in_(codes[at : at + PIECE])
        found |= {row[0]: row[1] for row in db.session.execute(query.where(some))}
    return found
