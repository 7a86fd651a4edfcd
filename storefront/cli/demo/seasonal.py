"""What has a season: ordered ahead as far as households declared, had while it lasts, then over.

The list has products of which, on every day of the year, one is in presale and one is over.
"""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from storefront import ids
from storefront.catalogue.windows import OPEN, PRESALE, Season, season_on
from storefront.cli.demo import data
from storefront.cli.demo.county import Home
from storefront.cli.demo.diary import whole
from storefront.cli.demo.harvest import CRATE, busy
from storefront.cli.demo.packers import Packing
from storefront.cli.demo.scene import Scene
from storefront.cli.demo.shelf import window_of
from storefront.cli.demo.shoppers import Shoppers, Story
from storefront.orders import shortfall
from storefront.supply import lots
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import Grams

HOUSEHOLDS, LEAST, MOST = 5, 12, 30  # that have some of it, and kilograms of each
SOONEST, LATEST = 4, 8  # days ago: when they said so, or brought it
AHEAD = timedelta(days=100)  # nobody knows a harvest longer before
ORDERED = (50, 31, 29)  # hours ago


def write(scene: Scene, shoppers: Shoppers) -> int:
    """Write down what households have of it now, and who ordered ahead; returns the orders."""
    today, told = scene.diary.year.today, 0
    for place, product in enumerate(data.tree("catalogue.toml")["product"]):
        season = season_on(window_of(product), today)
        if "season" in product and season.state in {PRESALE, OPEN}:
            _have(scene, product, season, _sellers(scene, place))
            told += _order_ahead(scene, shoppers, product) if season.state == PRESALE else 0
    return told


def _sellers(scene: Scene, place: int) -> list[Home]:
    homes = busy(scene.county.homes)
    return [homes[(place + step * 3) % len(homes)] for step in range(HOUSEHOLDS)]


def _have(scene: Scene, product: dict[str, Any], season: Season, homes: list[Home]) -> None:
    chance, diary = scene.chance, scene.diary
    grade_id = scene.shelf.grades[product["offer"][0]["parts"][0]["grade"]]
    for home in homes:
        grams = Grams(chance.randint(LEAST, MOST) * 1_000)
        when = diary.ago(chance.randint(SOONEST, LATEST), chance.randint(8, 16))
        if season.opens is None:
            act = partial(_weigh_in, home, grade_id, grams)
        else:
            picked = min(season.opens, diary.year.today + AHEAD)
            act = partial(_declare, home, grade_id, grams, picked)
        diary.write(when, whole(act))


def _declare(home: Home, grade_id: int, grams: Grams, picked: date, now: datetime) -> None:
    key = ids.new_key()
    lots.declare(home.id, grade_id, grams, harvested_on=picked, key=key, actor=home.hand, now=now)


def _weigh_in(home: Home, grade_id: int, grams: Grams, now: datetime) -> None:
    weighed = Weighed(grade_id, grams + CRATE, CRATE, Grams(0), "", None)
    delivery = Delivery(home.id, now.date(), (weighed,))
    shortfall.weigh_in(delivery, key=ids.new_key(), actor=home.scale, now=now)


def _order_ahead(scene: Scene, shoppers: Shoppers, product: dict[str, Any]) -> int:
    basket = ((product["offer"][0]["sku"], 2),)
    for hours in ORDERED:
        story = Story(basket=basket, packing=Packing(stays="planned"))
        scene.diary.write(scene.diary.now - timedelta(hours=hours), partial(shoppers.buy, story))
    return len(ORDERED)
