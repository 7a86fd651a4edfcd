"""The shop that is measured: 1,000 products on ten shelves, a full store, a season begun.

Everything is written through the rooms' verbs. A built shop is kept in ``var/bench`` until the
code that built it or the day changes; each run works on a copy.
"""

import json
import shutil
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import flask_migrate

from storefront import clock, create_app, db, ids
from storefront.actors import Actor
from storefront.catalogue import drafting
from storefront.catalogue.drafting import BoughtPart, GrownPart, OfferDraft
from storefront.catalogue.models import Grade, Product
from storefront.config import ROOT, Settings
from storefront.money import Fen
from storefront.orders import shortfall
from storefront.supply import prices, registry
from storefront.supply.places import Village
from storefront.supply.registry import HouseholdDraft
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import FenPerKg, Grams
from tests import factories as make
from tests.people import Person, Phone

PRODUCTS, SHELVES, VILLAGES, HOUSEHOLDS = 1_000, 10, 10, 40
CLOSED, TO_PACK = 40, 40  # orders of the season so far
BROUGHT = Grams(500_000)  # of each grade by each household
MAKERS = ("storefront", "migrations", "tests", "benchmarks")
FRUIT = (("玉露香梨", "Yulu pear"), ("酥梨", "Crisp pear"), ("苹果", "Apple"), ("红枣", "Jujube"))
STORY = "清晨采摘，当天入库，从果农的果筐直接装箱。" * 4
STORY_EN = "Picked at dawn, stored the same day, packed from the grower's own crates. " * 4


def fresh_copy(settings: Settings) -> dict[str, Person]:
    """Put a new copy of the shop where ``settings`` look for it, built first if none is kept.

    Returns who works there, by role, with the phones that show their codes.
    """
    running = Path(settings.database_url.removeprefix("sqlite:///"))
    kept = running.with_name(f"stock-{_fingerprint(clock.now())}.db")
    if not kept.exists():
        for old in running.parent.glob("stock-*"):
            old.unlink()
        half = kept.with_suffix(".half")
        secrets = _build(replace(settings, database_url=f"sqlite:///{half}"))
        kept.with_suffix(".json").write_text(json.dumps(secrets))
        half.rename(kept)
    for leftover in running.parent.glob(f"{running.name}*"):
        leftover.unlink()
    shutil.copyfile(kept, running)
    known = json.loads(kept.with_suffix(".json").read_text())
    return {
        role: Person(role, identifier, Actor.guest(), Phone(secret, (), 0))
        for role, (identifier, secret) in known.items()
    }


def _fingerprint(now: datetime) -> str:
    """Return a hash of the day and of all that writes the rows."""
    seen = sha256(clock.china_day(now).isoformat().encode())
    for maker in MAKERS:
        for path in sorted((ROOT / maker).rglob("*.py")):
            seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


def _build(settings: Settings) -> dict[str, tuple[str, str]]:
    """Build the shop; returns identifier and secret of whoever signs in to be measured."""
    now = clock.now()
    began = now - 10 * make.DAY
    with create_app(settings).app_context():
        flask_migrate.upgrade()
        with db.transaction():
            county = make.county(began)
            grades = [county.top, county.first, *(_grade(place, began) for place in range(4))]
            _harvest(county, grades, began)
            _shelves(grades, began)
        for _order in range(CLOSED):
            with db.transaction():
                _closed(county, began)
        for _order in range(TO_PACK):
            with db.transaction():
                make.pay(make.order((make.BOX, 1), now=now).id, now=now)
        db.session.remove()
        db.sa.engine.dispose()  # the last connection takes the write-ahead log in
    staff = {"operator": county.cast.he, "officer": county.cast.wu}
    return {
        role: (person.identifier, person.phone.secret)
        for role, person in staff.items()
        if person.phone is not None
    }


def _closed(county: make.County, now: datetime) -> None:
    order = make.order((make.BOX, 2), now=now)
    make.pay(order.id, now=now)
    make.dispatch(county, order.id, now=now)
    make.close(county, order.id, now=now)


def _grade(place: int, now: datetime) -> int:
    zh, en = FRUIT[place]
    grade = Grade(code=f"B-{place}", commodity=f"fruit-{place}", name_zh=zh, name_en=en)
    grade.storage_days, grade.position = 200, 10 + place
    drafting.add_grade(grade)
    day = clock.china_day(now)
    prices.set_purchase_price(grade.id, day, FenPerKg(500), actor=make.OFFICE, now=now)
    return grade.id


def _harvest(county: make.County, grades: list[int], now: datetime) -> None:
    """Let forty households in ten villages bring some of every grade."""
    villages = [_village(county, number, now) for number in range(VILLAGES)]
    for number in range(HOUSEHOLDS):
        home = _household(county, number, villages[number % VILLAGES], now)
        rows = tuple(Weighed(grade, BROUGHT, Grams(0), Grams(0)) for grade in grades)
        delivery = Delivery(home, clock.china_day(now), rows)
        shortfall.weigh_in(delivery, key=ids.new_key(), actor=county.cast.sun.actor, now=now)


def _village(county: make.County, number: int, now: datetime) -> int:
    town = db.get(Village, county.villages[0]).township_id
    village = Village(code=f"1410311013{number:02d}", name_zh=f"示例村{number}", township_id=town)
    village.name_en, village.kind = f"Village {number}", "village"
    village.valid_from = clock.china_day(now)
    return registry.add_village(village).id


def _household(county: make.County, number: int, village: int, now: datetime) -> int:
    draft = HouseholdDraft(
        code=f"H-B{number:03d}",
        head=f"农户{number}",
        payee=f"农户{number}",
        payee_relation="self",
        village_id=village,
        station_id=county.stations[0],
        members=3,
        status="general",
        status_from=clock.china_day(now),
    )
    return registry.register_household(draft, actor=make.OFFICE, now=now).id


def _shelves(grades: list[int], now: datetime) -> None:
    """Fill ten shelves up to 1,000 products: one pack each, every fourth product two."""
    shelves = [
        drafting.add_category(f"shelf-{place}", f"货架{place}", f"Shelf {place}", 10 + place).id
        for place in range(SHELVES)
    ]
    for number in range(4, PRODUCTS):
        product = drafting.add_product(
            _product(number, shelves[number % SHELVES]), actor=make.OFFICE, now=now
        )
        for jin in (5, 10) if number % 4 == 0 else (5,):
            _offer(product, number, jin, grades[number % len(grades)], now)


def _product(number: int, shelf: int) -> Product:
    zh, en = FRUIT[number % len(FRUIT)]
    return Product(
        slug=f"fruit-{number}",
        category_id=shelf,
        name_zh=f"{zh} {number} 号园",
        name_en=f"{en} of orchard {number}",
        tagline_zh="皮薄肉脆，一口一村。",
        tagline_en="Thin skin, crisp flesh, one village a bite.",
        story_zh=STORY,
        story_en=STORY_EN,
        origin_zh="山西隰县",
        origin_en="Xi County, Shanxi",
        storage_zh="冷藏",
        storage_en="Keep it cold",
        shelf_life_days=20,
        custody="segregated",
        picture="pear",
        position=number,
    )


def _offer(product: Product, number: int, jin: int, grade: int, now: datetime) -> None:
    grams = Grams(jin * 500)
    zh, en = FRUIT[number % len(FRUIT)]
    parts: list[GrownPart | BoughtPart] = [
        GrownPart(zh, en, grade, grams),
        BoughtPart("礼盒", "Gift box", Fen(200)),
    ]
    draft = OfferDraft(
        product_id=product.id,
        sku=f"F-{number}-{jin}",
        label_zh=f"{jin} 斤装",
        label_en=f"Box of {jin} jin",
        pieces="",
        net=grams,
        gross=grams + Grams(500),
        price=Fen(jin * 1_000 - 10 + number % 7 * 100),
        max_per_order=999,
        parts=parts[: 1 + number % 2],
        position=jin,
    )
    offer = drafting.add_offer(draft, actor=make.OFFICE, now=now)
    prices.publish_offer(offer.id, actor=make.OFFICE, now=now)
