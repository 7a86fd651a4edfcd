"""Forms of the offices as they are meant to be: who sends each, where to, and what is in it."""

from collections.abc import Mapping
from typing import Final

THEIRS: Final[Mapping[str, tuple[str, str] | tuple[str, str, Mapping[str, object]]]] = {
    "county.price_files": ("wu", "/county/price-files"),
    "county.take_in_price_file": (
        "wu",
        "/county/price-files/{county_prices}/take-in",
        {"seen": "1-0-0"},
    ),
    "county.put_price_file_away": ("wu", "/county/price-files/{county_prices}/put-away"),
    "county.prices": (
        "wu",
        "/county/prices",
        {"kind": "floor", "grade": 1, "price": "4.70", "from_day": "2026-09-21"},
    ),
    "brand.price_files": ("he", "/brand/price-files"),
    "brand.take_in_price_file": (
        "he",
        "/brand/price-files/{brand_prices}/take-in",
        {"seen": "1-0-0"},
    ),
    "brand.put_price_file_away": ("he", "/brand/price-files/{brand_prices}/put-away"),
    "county.reveal_number": (
        "wu",
        "/county/households/H-LIN/reveal",
        {"which": "phone", "reason": "x"},
    ),
    "county.change_payee": (
        "wu",
        "/county/households/H-LIN/payee",
        {"payee": "x", "relation": "other", "account": "12345678", "id_number": ""},
    ),
    "county.merge_households": ("wu", "/county/households/H-LIN/merge", {"into": "H-ZHAO"}),
    "county.split_household": (
        "wu",
        "/county/households/H-LIN/split",
        {
            "code": "H-NEW",
            "head": "x",
            "members": "1",
            "orchard_tenth_mu": "1",
            "village_id": "1",
            "status": "general",
            "phone": "",
            "account": "",
        },
    ),
    "county.send_registry_file": ("wu", "/county/registry", {"as_of": "2026-09-01"}),
    "county.take_in_registry_file": ("wu", "/county/registry/{file}/take-in", {"seen": "x"}),
    "county.put_registry_file_away": ("wu", "/county/registry/{file}/put-away"),
    "county.new_station": (
        "wu",
        "/county/places/stations/new",
        {"code": "S9", "name_zh": "站", "name_en": "Station", "village_id": 1},
    ),
    "county.post_agent": ("wu", "/county/places/stations/S0/agents", {"user_id": "5"}),
    "county.close_station": ("wu", "/county/places/stations/S0/close"),
    "county.replace_village": (
        "wu",
        "/county/places/villages/141031101200/replace",
        {
            "code": "141031101299",
            "name_zh": "新",
            "name_en": "New",
            "from_day": "2026-09-01",
        },
    ),
    "county.assign_village": (
        "wu",
        "/county/places/villages/141031101200/station",
        {"station_id": "1"},
    ),
}
