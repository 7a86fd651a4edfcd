"""Orders told one by one: money that comes twice or late, a swap, and every state of today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from storefront import clock
from storefront.cli.demo.diary import Diary
from storefront.cli.demo.mishaps import moments as mishaps_told
from storefront.cli.demo.packers import Packing
from storefront.cli.demo.scene import Scene
from storefront.cli.demo.shoppers import Basket, Shoppers, Story

BOX: Basket = (("YLX-1-5J", 1),)
SET: Basket = (("GIFT-DUO", 1),)
TWO: Basket = (("YLX-1-5J", 2),)
JARS: Basket = (("LG-230", 2),)


MISHAPS_IN_A_YEAR = 6  # times each
LONG_AGO = timedelta(days=4)
LATE_MORNING = 11


@dataclass(frozen=True, slots=True)
class Told:
    """``times`` orders placed so many hours before now, some minutes apart."""

    hours_ago: float
    story: Story
    times: int = 1


TOLD = (
    # every state of today
    Told(0.05, Story("waits", BOX)),
    Told(0.1, Story("breaks_off", BOX)),
    Told(0.2, Story("waits", SET)),
    Told(2, Story("pays", BOX, packing=Packing(stays="planned")), times=7),
    Told(26, Story("pays", SET, packing=Packing(pack_after=24, crates=1)), times=2),
    Told(28, Story("pays", TWO, packing=Packing(pack_after=25, stays="packed")), times=3),
    Told(29, Story("pays", JARS, packing=Packing(pack_after=25, stays="packed"))),
    Told(60, Story("pays", BOX, packing=Packing(22, 6, stays="dispatched")), times=5),
    Told(110, Story("pays", BOX, packing=Packing(22, 6, 60)), times=3),
    # something for every pay run, also in a small season
    Told(24 * 7, Story("pays", SET, packing=Packing(22, 6, 40)), times=2),
    Told(24 * 9, Story("pays", SET, packing=Packing(22, 6, 40)), times=2),
    Told(24 * 11, Story("pays", SET, packing=Packing(22, 6, 40)), times=2),
    Told(24 * 20, Story("pays", BOX, packing=Packing(22, 6, 40)), times=2),
    Told(24 * 53, Story("pays", SET, packing=Packing(22, 6, 40)), times=3),
    # what went otherwise
    Told(24 * 6, Story("leaves", BOX)),
    Told(24 * 7, Story("cancels", TWO)),
    Told(24 * 11, Story("declined", BOX)),
    Told(24 * 25, Story("pays_twice", BOX)),
    Told(24 * 9, Story("pays_twice", SET)),
    Told(24 * 27, Story("pays_after_all", BOX)),
    Told(24 * 34, Story("pays", TWO, packing=Packing(swap=True)), times=2),
    Told(24 * 13, Story("pays", BOX, packing=Packing(swap=True)), times=2),
)


def write(scene: Scene, shoppers: Shoppers) -> int:
    """Write the told orders down; returns how many there are."""
    for told in TOLD:
        for place in range(told.times):
            at = _moment(scene.diary, timedelta(hours=told.hours_ago, minutes=7 * place))
            story = Story(told.story.end, told.story.basket, packing=told.story.packing.anew())
            scene.diary.write(at, partial(shoppers.buy, story))
    mishaps = list(mishaps_told(scene, scene.size(MISHAPS_IN_A_YEAR)))
    for when, story in mishaps:
        told_anew = Story(story.end, story.basket, packing=story.packing.anew())
        scene.diary.write(when, partial(shoppers.buy, told_anew))
    return sum(told.times for told in TOLD) + len(mishaps)


def _moment(diary: Diary, ago: timedelta) -> datetime:
    """Return the moment so long ago; where the hour no longer matters, late in that morning."""
    at = diary.now - ago
    if ago > LONG_AGO:
        at = at.astimezone(clock.CHINA).replace(hour=LATE_MORNING)
    return at
