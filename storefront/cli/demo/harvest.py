"""The harvest: what households declare, deliver, take back, and what becomes of it in our store."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from storefront import db, ids
from storefront.cli.demo.county import Home
from storefront.cli.demo.diary import at, whole
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


# 700 lots of two harvests, with Jinli and Suli, whose few lots are told in incidents.py
CROPS = (
    Crop("YL-1", 256, (16, 44), (0, 56)),
    Crop("YL-T", 142, (14, 34), (0, 52)),
    Crop("YL-2", 105, (24, 48), (3, 60)),
    Crop("HT", 38, (10, 18), (14, 40)),
    Crop("XM", 46, (14, 28), (24, 52)),
    Crop("DD", 26, (10, 18), (28, 50)),
    Crop("PG-80", 43, (22, 44), (46, 74)),
    Crop("PG-75", 42, (16, 32), (46, 75)),
)
# of a hundred lots: declared before they are weighed, declared late and still at home, taken home
DECLARED_FIRST, STILL_AT_HOME, TAKEN_HOME = 26, 11, 5
FEWEST, LEAST_PART = 4, 11  # lots of a crop, and which part of its lots, also in a small season
SLIPS_AGREED = 0.8  # of those whose household can sign in
NTH = 12  # every so manieth household has nothing to sell: the county's page says which


def write(scene: Scene) -> None:
    """Write the whole harvest into the diary."""
    sellers = busy(scene.county.homes)
    turn = 0
    for crop in CROPS:
        lots = scene.size(crop.lots, max(FEWEST, crop.lots // LEAST_PART))
        of_first = round(lots * scene.diary.year.of_first_harvest)
        for lot in range(lots):
            _plan(scene, crop, sellers[turn % len(sellers)], last=lot >= of_first)
            turn += 1


def busy(homes: list[Home]) -> list[Home]:
    """Return who has something to sell: not every household, and not every village."""
    villages = list(dict.fromkeys(home.village for home in homes))
    quiet = set(villages[NTH - 1 :: NTH])
    return [
        home
        for place, home in enumerate(homes)
        if place % NTH != NTH - 1 and home.village not in quiet
    ]


def _plan(scene: Scene, crop: Crop, home: Home, *, last: bool) -> None:
    """Decide what becomes of one lot, of the ``last`` harvest or of the one before."""
    chance, diary = scene.chance, scene.diary
    grams = Grams(chance.randint(crop.weight[0] * 10, crop.weight[1] * 10) * KG // 10)
    picked = _picked_on(scene, crop, last=last)
    when = at(picked, chance.randint(8, 17), chance.randint(0, 59))
    lot = _Delivered(scene, home, scene.shelf.grades[crop.grade], grams, picked)
    draw = chance.randint(1, 100)
    if draw <= DECLARED_FIRST:
        diary.write(when, whole(lot.declare))
        diary.write(when + chance.randint(1, 2) * DAY, whole(lot.weigh_in))
    elif last and draw <= DECLARED_FIRST + STILL_AT_HOME:
        late = diary.ago(chance.randint(1, 14), chance.randint(7, 9))
        diary.write(max(when, late), whole(lot.declare))
    elif DECLARED_FIRST + STILL_AT_HOME < draw <= DECLARED_FIRST + STILL_AT_HOME + TAKEN_HOME:
        diary.write(when, whole(lot.declare))
        diary.write(when + 2 * DAY, whole(lot.take_back))
    else:
        diary.write(when, whole(lot.weigh_in))


def _picked_on(scene: Scene, crop: Crop, *, last: bool) -> date:
    """Return a day of the crop's harvest that is over; before it begins, of the one before."""
    first_harvest, last_harvest = scene.diary.year.harvests
    begin, end = crop.days
    if last and (scene.diary.year.today - last_harvest).days > begin:
        end = min(end, (scene.diary.year.today - last_harvest).days - 1)
        return last_harvest + scene.chance.randint(begin, end) * DAY
    return first_harvest + scene.chance.randint(begin, end) * DAY


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
