"""What is on sale: grades, products, packs, prices that move, freight and fees."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from storefront import clock
from storefront.actors import Actor
from storefront.catalogue import drafting, freight_tables, search
from storefront.catalogue.drafting import BoughtPart, GrownPart, OfferDraft
from storefront.catalogue.freight_tables import Zone
from storefront.catalogue.models import Grade, Product
from storefront.catalogue.steps import Reduction
from storefront.catalogue.windows import Window
from storefront.cli.demo import data
from storefront.cli.demo.diary import Diary, at, whole
from storefront.money import Fen
from storefront.supply import prices
from storefront.weight import FenPerKg, Grams

JIN_PER_KG = 2
STEP = 5  # fen a jin
TEXTS = ("name", "tagline", "story", "origin", "storage")
# per cent of the first price, by the days since the harvest began: down while everybody harvests
PURCHASE_COURSE = {0: 100, 20: 97, 45: 100, 75: 103}
FARM_GATE_COURSE = (100, 98, 95, 93, 94, 96, 98, 100, 101, 103, 104, 105, 106, 108, 107, 106)
FLOOR = 85  # per cent of the purchase price that the county sees paid at least
FORTNIGHT = 14
DEARER = (34, "YLX-1-5J", Fen(4_190))  # days ago, the pack and its new price
FEES_CHANGE = 150  # days ago


@dataclass(slots=True)
class Shelf:
    """Ids by the codes people use."""

    grades: dict[str, int] = field(default_factory=dict)
    offers: dict[str, int] = field(default_factory=dict)


def stock_up(diary: Diary, actor: Actor, *, now: datetime) -> Shelf:
    """Write the catalogue down and put it on sale at the first day's prices."""
    book = data.tree("catalogue.toml")
    shelf = Shelf()
    categories = {
        row["slug"]: drafting.add_category(row["slug"], row["name_zh"], row["name_en"], place).id
        for place, row in enumerate(book["category"], start=1)
    }
    for place, row in enumerate(book["grade"], start=1):
        shelf.grades[row["code"]] = _grade(row, place)
    _set_purchase_prices(shelf, 100, actor, now)
    _fees_and_freight(diary)
    for place, row in enumerate(book["product"], start=1):
        product = _product(row, categories[row["category"]], place, actor, now)
        for position, pack in enumerate(row["offer"], start=1):
            shelf.offers[pack["sku"]] = _offer(product.id, pack, position, shelf, actor, now)
    search.spell_names(now=now)
    return shelf


def _grade(row: dict[str, Any], position: int) -> int:
    ceiling = row.get("ceiling_kg")
    grade = Grade(
        code=row["code"],
        commodity=row["commodity"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        storage_days=row["storage_days"],
        yield_ceiling_g_per_mu=Grams(ceiling * 1_000) if ceiling else None,
        position=position,
    )
    return drafting.add_grade(grade).id


def _fees_and_freight(diary: Diary) -> None:
    """Two versions of the fees: packing became a little dearer in mid-season."""
    begin, middle = diary.date(0), diary.date(diary.days - FEES_CHANGE)
    year = begin.year
    drafting.add_fee_schedule(f"{year}-1", begin, FenPerKg(20), Fen(480), 60)
    drafting.add_fee_schedule(f"{year}-2", middle, FenPerKg(20), Fen(520), 60)
    freight_tables.add_freight_table(f"{year}-1", begin, _zones())


def _zones() -> list[Zone]:
    """Return the freight list's zones: the rows that bear the same name."""
    zones: dict[str, list[dict[str, str]]] = {}
    for row in data.rows("freight.csv"):
        zones.setdefault(row["zone_zh"], []).append(row)
    return [_zone(rows[0], [row["province"] for row in rows]) for rows in zones.values()]


def _zone(row: dict[str, str], provinces: list[str]) -> Zone:
    names = row["zone_zh"], row["zone_en"]
    if not row["first_fen"]:
        return Zone(*names, provinces, refused=True)
    free = row["free_over_fen"]
    return Zone(
        *names,
        provinces,
        first_fen=Fen(int(row["first_fen"])),
        further_fen=Fen(int(row["further_fen"])),
        free_over=Fen(int(free)) if free else None,
    )


def _product(
    row: dict[str, Any], category_id: int, position: int, actor: Actor, now: datetime
) -> Product:
    texts = {
        f"{text}_{tongue}": row[f"{text}_{tongue}"] for text in TEXTS for tongue in ("zh", "en")
    }
    product = Product(
        slug=row["slug"],
        category_id=category_id,
        shelf_life_days=row["shelf_life_days"],
        custody=row.get("custody", "segregated"),
        picture=row["picture"],
        position=position,
        **texts,
    )
    drafting.add_product(product, actor=actor, now=now)
    season = window_of(row)
    if season is not None:
        drafting.set_season(product.id, season, actor=actor, now=now)
    return product


def window_of(row: dict[str, Any]) -> Window | None:
    """Return when in the year a product of the list can be had; None: always."""
    days = row.get("season")
    return Window(days["presale"], days["opens"], days["ends"]) if days else None


def _offer(
    product_id: int, pack: dict[str, Any], position: int, shelf: Shelf, actor: Actor, now: datetime
) -> int:
    draft = OfferDraft(
        product_id=product_id,
        sku=pack["sku"],
        label_zh=pack["label_zh"],
        label_en=pack["label_en"],
        pieces=pack["pieces"],
        net=Grams(pack["net"]),
        gross=Grams(pack["gross"]),
        price=Fen(pack["price"]),
        max_per_order=20,
        parts=[_part(part, shelf) for part in pack["parts"]],
        position=position,
    )
    offer = drafting.add_offer(draft, actor=actor, now=now)
    off = [Reduction(int(quantity), Fen(fen)) for quantity, fen in pack.get("off", {}).items()]
    drafting.set_reductions(offer.id, off, actor=actor, now=now)
    prices.publish_offer(offer.id, actor=actor, now=now)
    return offer.id


def _part(part: dict[str, Any], shelf: Shelf) -> GrownPart | BoughtPart:
    if "cost" in part:
        return BoughtPart(part["name_zh"], part["name_en"], Fen(part["cost"]))
    grade = next(row for row in _grades() if row["code"] == part["grade"])
    grams = Grams(part["grams"])
    return GrownPart(grade["name_zh"], grade["name_en"], shelf.grades[grade["code"]], grams)


def _grades() -> list[dict[str, Any]]:
    grades: list[dict[str, Any]] = data.tree("catalogue.toml")["grade"]
    return grades


def let_prices_move(diary: Diary, shelf: Shelf, operator: Actor, officer: Actor) -> None:
    """Write the season's price changes into the diary."""
    for harvest in diary.year.harvests:
        for days, per_cent in PURCHASE_COURSE.items():
            day = harvest + timedelta(days=days)
            if day > diary.date(0):  # the first morning's stand already
                act = partial(_set_purchase_prices, shelf, per_cent, operator)
                diary.write(at(day, 8), whole(act))
        diary.write(at(harvest, 7), whole(partial(_set_floors, shelf, officer)))
        for turn, per_cent in enumerate(FARM_GATE_COURSE):
            act = partial(_set_farm_gate_prices, shelf, per_cent, officer)
            diary.write(at(harvest + timedelta(days=turn * FORTNIGHT), 9), whole(act))
    ago, sku, price = DEARER
    make_dearer = partial(_make_dearer, shelf.offers[sku], price, operator)
    diary.write(diary.ago(ago, 10), whole(make_dearer))


def _per_kg(fen_per_jin: int, per_cent: int) -> FenPerKg:
    """Return some per cent of a price per jin, in steps of five fen, per kilogram."""
    return FenPerKg(fen_per_jin * per_cent // 100 // STEP * STEP * JIN_PER_KG)


def _set_purchase_prices(shelf: Shelf, per_cent: int, actor: Actor, now: datetime) -> None:
    for row in _grades():
        price = _per_kg(row["purchase"], per_cent)
        grade_id = shelf.grades[row["code"]]
        prices.set_purchase_price(grade_id, clock.china_day(now), price, actor=actor, now=now)


def _set_floors(shelf: Shelf, actor: Actor, now: datetime) -> None:
    for row in _grades():
        price = _per_kg(row["purchase"], FLOOR)
        grade_id = shelf.grades[row["code"]]
        prices.set_floor_price(grade_id, clock.china_day(now), price, actor=actor, now=now)


def _set_farm_gate_prices(shelf: Shelf, per_cent: int, actor: Actor, now: datetime) -> None:
    for row in _grades():
        price = _per_kg(row["farm_gate"], per_cent)
        grade_id = shelf.grades[row["code"]]
        prices.set_farm_gate_price(grade_id, clock.china_day(now), price, actor=actor, now=now)


def _make_dearer(offer_id: int, price: Fen, actor: Actor, now: datetime) -> None:
    drafting.change_price(offer_id, price, actor=actor, now=now)
    prices.publish_offer(offer_id, actor=actor, now=now)
