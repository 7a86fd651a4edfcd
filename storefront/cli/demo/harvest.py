"""The harvest: what households declare, deliver, take back, and what becomes of it in our store."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from storefront import db, ids
from storefront.cli.demo.county import Home
from storefront.cli.demo.diary import whole
from storefront.cli.demo.scene import Scene
from storefront.orders import shortfall
from storefront.supply import lots, weighing
from storefront.supply.models import Lot
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import Grams

KG = 1_000
CRATE = Grams(1_600)  # an empty crate on the scale
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crop:
    """A grade's lots: how many, how heavy (kg), and the days of their harvest."""

    grade: str
    lots: int
    weight: tuple[int, int]
    days: tuple[int, int]


# 120 lots with Jinli and Suli, whose one lot each is told in incidents.py
CROPS = (
    Crop("YL-1", 44, (16, 44), (0, 26)),
    Crop("YL-T", 25, (14, 34), (0, 24)),
    Crop("YL-2", 18, (24, 48), (1, 28)),
    Crop("HT", 6, (8, 16), (6, 18)),
    Crop("XM", 7, (12, 26), (16, 30)),
    Crop("DD", 4, (9, 15), (18, 28)),
    Crop("PG-80", 7, (22, 44), (36, 50)),
    Crop("PG-75", 7, (16, 32), (36, 52)),
)
# of a hundred lots: declared before they are weighed, declared late and still at home, taken home
DECLARED_FIRST, STILL_AT_HOME, TAKEN_HOME = 26, 11, 5
FEWEST = 4  # lots of a crop, also in a small season
SLIPS_AGREED = 0.8  # of those whose household can sign in
NTH = 12  # every so manieth household has nothing to sell: the county's page says which


def write(scene: Scene) -> None:
    """Write the whole harvest into the diary."""
    busy = [home for place, home in enumerate(scene.county.homes) if place % NTH != NTH - 1]
    turn = 0
    for crop in CROPS:
        for _lot in range(scene.size(crop.lots, FEWEST)):
            _plan(scene, crop, busy[turn % len(busy)])
            turn += 1


def _plan(scene: Scene, crop: Crop, home: Home) -> None:
    """Decide what becomes of one lot."""
    chance, diary = scene.chance, scene.diary
    grams = Grams(chance.randint(crop.weight[0] * 10, crop.weight[1] * 10) * KG // 10)
    day = chance.randint(*crop.days)
    at = diary.moment(day, chance.randint(8, 17), chance.randint(0, 59))
    lot = _Delivered(scene, home, scene.shelf.grades[crop.grade], grams, diary.date(day))
    draw = chance.randint(1, 100)
    if draw <= DECLARED_FIRST:
        diary.write(at, whole(lot.declare))
        diary.write(at + chance.randint(1, 2) * DAY, whole(lot.weigh_in))
    elif draw <= DECLARED_FIRST + STILL_AT_HOME:
        late = diary.moment(diary.days - chance.randint(1, 14), chance.randint(7, 9))
        diary.write(late, whole(lot.declare))
    elif draw <= DECLARED_FIRST + STILL_AT_HOME + TAKEN_HOME:
        diary.write(at, whole(lot.declare))
        diary.write(at + 2 * DAY, whole(lot.take_back))
    else:
        diary.write(at, whole(lot.weigh_in))


@dataclass(slots=True)
class _Delivered:
    """One lot on its way from the tree to the scale."""

    scene: Scene
    home: Home
    grade_id: int
    grams: Grams
    picked_on: date
    lot_id: int | None = None

    def declare(self, now: datetime) -> None:
        lot = lots.declare(
            self.home.id,
            self.grade_id,
            self.grams,
            harvested_on=self.picked_on,
            key=ids.new_key(),
            actor=self.home.hand,
            now=now,
        )
        self.lot_id = lot.id

    def weigh_in(self, now: datetime) -> None:
        chance = self.scene.chance
        deduction = Grams(chance.choice((0, 0, 0, 0, 0, 300, 500)))
        weighed = Weighed(
            self.grade_id,
            gross=self.grams + CRATE + deduction,
            tare=CRATE,
            deduction=deduction,
            deduction_reason="磕碰" if deduction else "",
            declared_lot_id=self.lot_id,
        )
        delivery = Delivery(self.home.id, self.picked_on, (weighed,))
        slip = shortfall.weigh_in(delivery, key=ids.new_key(), actor=self.home.scale, now=now)
        if self.home.member is not None and chance.random() < SLIPS_AGREED:
            agree = partial(_confirm_slip, slip.id, self.home)
            self.scene.diary.write(now + timedelta(hours=chance.randint(1, 30)), whole(agree))

    def take_back(self, now: datetime) -> None:
        lot = db.get(Lot, self.lot_id or 0)
        if lot.available_g:
            lots.sold_out(lot.id, key=ids.new_key(), actor=self.home.hand, now=now)


def _confirm_slip(slip_id: int, home: Home, now: datetime) -> None:
    if home.member is not None:
        weighing.confirm_slip(slip_id, actor=home.member, now=now)
