"""What goes otherwise in our keeping and on the scale: rot, a recall, the last box, too little."""

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from storefront import clock, db, ids
from storefront.cli.demo.county import Home
from storefront.cli.demo.diary import whole
from storefront.cli.demo.harvest import busy
from storefront.cli.demo.packers import Packing
from storefront.cli.demo.scene import Scene
from storefront.cli.demo.shoppers import Shoppers, Story
from storefront.orders import shortfall
from storefront.payments.models import Refund
from storefront.settlement import loss_cases, losses
from storefront.supply import lots, merging, registry
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Village
from storefront.supply.registry import HouseholdDraft
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import Grams

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CRATE = Grams(1_600)
PICKED = 71  # days ago Jinli and Suli were picked
A_LITTLE = Grams(1_500)
ROT = ("rot", "brand_fund", "冷库巡查：果心褐变")
SHRINK = ("shrink", "brand_fund", "月底盘库：失水")
OVER = ("rot", "brand_fund", "储存期已过，送果汁厂")
THEIRS = ("rot", "household", "交货前已有内伤，农户到站看过并认可")
SAID = "入库复秤少 3 斤，有秤单照片"
SON = "样新枝"
NEW_HEAD = "样一花"  # the payee so far
DOUBT = "糖度偏低，复测后再定"
RECALL = "农药残留复检，结果出来前不装箱"


def write(scene: Scene, shoppers: Shoppers) -> int:
    """Write the incidents down; returns how many orders they hold."""
    _in_our_keeping(scene)
    _in_the_registry(scene)
    return _last_box(scene, shoppers) + _too_little_on_the_scale(scene, shoppers)


def _in_our_keeping(scene: Scene) -> None:
    """Two losses that we bear, one that the household bears, a recall, crates taken home."""
    diary = scene.diary
    for ago in (300, 240, 37):
        diary.write(diary.ago(ago, 16), whole(partial(_lose_what_is_planned, scene)))
    for ago, cause in ((31, THEIRS), *((ago, SHRINK) for ago in range(23, 330, 30))):
        diary.write(diary.ago(ago, 16), whole(partial(_lose, scene, cause)))
    for ago in range(345, 0, -30):
        diary.write(diary.ago(ago, 17), whole(partial(_clear_out, scene)))
    diary.write(diary.ago(44, 10), whole(partial(_doubt, scene)))
    diary.write(diary.now - 5 * DAY, whole(partial(_recall, scene)))
    diary.write(diary.now - DAY, whole(partial(_undecided, scene)))
    for ago in (290, 260, 48, 28, 17):
        diary.write(diary.ago(ago, 18), whole(partial(_take_home, scene)))


def _fullest(at_least: Grams) -> list[Lot]:
    """Return received lots of which nothing is planned and so much is left, the fullest first."""
    query = select(Lot).where(
        Lot.state == "received", Lot.available_g == Lot.on_hand_g, Lot.available_g >= at_least
    )
    return list(db.session.scalars(query.order_by(Lot.available_g.desc(), Lot.id)))


def _lose(scene: Scene, cause: tuple[str, str, str], now: datetime) -> None:
    """Write a little of a full lot off."""
    for lot in _fullest(A_LITTLE * 3)[1:2]:
        _write_off(scene, lot, A_LITTLE, cause, now)


def _lose_what_is_planned(scene: Scene, now: datetime) -> None:
    """Write off more than is free of a lot: what was planned of it moves to other lots."""
    query = select(Lot).where(Lot.state == "received", Lot.on_hand_g > Lot.available_g)
    some = list(db.session.scalars(query.order_by(Lot.available_g, Lot.id).limit(1)))
    for lot in some or _fullest(A_LITTLE)[:1]:
        gone = min(lot.available_g + A_LITTLE, lot.on_hand_g)
        _write_off(scene, lot, gone, ROT, now)


def _write_off(
    scene: Scene, lot: Lot, grams: Grams, cause: tuple[str, str, str], now: datetime
) -> None:
    reason, bearer, note = cause
    if bearer == losses.HOUSEHOLD:
        loss = losses.Loss(lot_id=lot.id, grams=grams, reason=reason, note=note, key=ids.new_key())
        losses.write_off_agreed(loss, second=scene.officer, actor=scene.operator, now=now)
        return
    losses.write_off(
        lot.id, grams, reason, bearer, note=note, key=ids.new_key(), actor=scene.operator, now=now
    )


def _clear_out(scene: Scene, now: datetime) -> None:
    """Write off what is past its storage: we bought it, so the loss is ours."""
    past = select(Lot.id, Lot.on_hand_g).where(
        Lot.state == "received",
        Lot.storage_ends_on < clock.china_day(now),
        Lot.on_hand_g > 0,
        Lot.available_g == Lot.on_hand_g,
    )
    for lot_id, grams in list(db.session.execute(past.order_by(Lot.id))):
        _write_off(scene, db.get(Lot, lot_id), grams, OVER, now)


def _undecided(scene: Scene, now: datetime) -> None:
    """One person says that a household is to bear a loss; nobody has agreed yet."""
    for lot in _fullest(A_LITTLE * 3)[3:4]:
        said = {"evidence": SAID, "key": ids.new_key()}
        loss_cases.put_case(lot.id, A_LITTLE, "theft", **said, actor=scene.officer, now=now)


def _recall(scene: Scene, now: datetime) -> None:
    for lot in _fullest(A_LITTLE)[2:3]:
        lots.hold(lot.id, RECALL, actor=scene.operator, now=now)


def _doubt(scene: Scene, now: datetime) -> None:
    """Hold a lot until the day after tomorrow: nothing was wrong with it."""
    for lot in _fullest(A_LITTLE)[4:5]:
        lots.hold(lot.id, DOUBT, actor=scene.operator, now=now)
        release = partial(_release, scene, lot.id)
        scene.diary.write(now + 2 * DAY, whole(release))


def _release(scene: Scene, lot_id: int, now: datetime) -> None:
    lots.release(lot_id, actor=scene.operator, now=now)


def _take_home(scene: Scene, now: datetime) -> None:
    """A household takes some of its fruit home again."""
    for lot in _fullest(A_LITTLE * 2)[3:4]:
        home = next(one for one in scene.county.homes if one.id == lot.household_id)
        lots.take_back(lot.id, A_LITTLE, key=ids.new_key(), actor=home.hand, now=now)


def _in_the_registry(scene: Scene) -> None:
    """A household is now monitored, one moved, one has another head: no past figure changes."""
    first, second, third = scene.county.homes[1:4]
    diary = scene.diary
    diary.write(diary.ago(40, 9), whole(partial(_now_monitored, scene, first)))
    diary.write(diary.ago(35, 9), whole(partial(_moved, scene, second)))
    diary.write(diary.ago(30, 9), whole(partial(_another_head, scene, third)))
    _one_of_two_and_two_of_one(scene)
    for ago, home in zip(range(70, 330, 24), scene.county.homes[12::19], strict=False):
        diary.write(diary.ago(ago, 9), whole(partial(_now_monitored, scene, home)))


def _one_of_two_and_two_of_one(scene: Scene) -> None:
    """A household that sold nothing becomes one with its neighbour; a son moves out of another."""
    quiet = [home for home in scene.county.homes if home not in busy(scene.county.homes)]
    into, big = scene.county.homes[0], scene.county.homes[2]
    scene.diary.write(scene.diary.ago(90, 9), whole(partial(_merge, scene, quiet[0], into)))
    scene.diary.write(scene.diary.ago(80, 9), whole(partial(_split, scene, big)))


def _merge(scene: Scene, home: Home, into: Home, now: datetime) -> None:
    merging.merge_household(home.id, into.id, actor=scene.officer, now=now)


def _split(scene: Scene, home: Home, now: datetime) -> None:
    old = db.get(Household, home.id)
    draft = HouseholdDraft(
        code=f"{home.code}-2",
        head=SON,
        payee=SON,
        payee_relation="self",
        village_id=old.village_id,
        station_id=old.station_id,
        members=1,
        status="general",
        status_from=clock.china_day(now),
        orchard_tenth_mu=10,
    )
    merging.split_household(home.id, draft, actor=scene.officer, now=now)


def _now_monitored(scene: Scene, home: Home, now: datetime) -> None:
    day = clock.china_day(now)
    registry.set_status(home.id, "monitored", day, actor=scene.officer, now=now)


def _moved(scene: Scene, home: Home, now: datetime) -> None:
    village = db.session.scalars(select(Village.id).where(Village.code == "141031101205")).one()
    registry.move_household(home.id, village, actor=scene.officer, now=now)


def _another_head(scene: Scene, home: Home, now: datetime) -> None:
    registry.rename_head(home.id, NEW_HEAD, actor=scene.officer, now=now)


def _weigh(scene: Scene, grade: str, kg: int, declared: int | None, now: datetime) -> None:
    """Weigh ``kg`` in for the first household of the list, picked early in the season."""
    home = scene.county.homes[0]
    weighed = Weighed(
        scene.shelf.grades[grade], Grams(kg * 1_000) + CRATE, CRATE, Grams(0), "", declared
    )
    delivery = Delivery(home.id, _picked_on(scene), (weighed,))
    shortfall.weigh_in(delivery, key=ids.new_key(), actor=home.scale, now=now)


def _picked_on(scene: Scene) -> date:
    return scene.diary.date(scene.diary.days - PICKED)


def _last_box(scene: Scene, shoppers: Shoppers) -> int:
    """Two boxes of Jinli: held, let go, sold to another; the first one's money goes back."""
    diary = scene.diary
    basket = (("JL-1-10J", 2),)
    evening = diary.ago(55, 20)
    diary.write(diary.ago(70, 11), whole(partial(_weigh, scene, "JL-1", 10, None)))
    diary.write(evening, partial(shoppers.buy, Story("pays_after_all", basket)))
    diary.write(evening + 40 * MINUTE, partial(shoppers.buy, Story("pays", basket)))
    sent = partial(shoppers.till.send_refunds, fault="card_closed")
    diary.write(evening + HOUR, sent)
    diary.write(evening + DAY, partial(_send_again, shoppers))
    return 2


def _send_again(shoppers: Shoppers, now: datetime) -> None:
    """Send what failed once more: the card has been replaced."""
    query = select(Refund.id).where(Refund.state == "failed")
    for refund_id in list(db.session.scalars(query)):
        shoppers.till.send_refund(refund_id, now)


def _too_little_on_the_scale(scene: Scene, shoppers: Shoppers) -> int:
    """Suli is sold before it is weighed; the scale finds less, and the youngest order is short."""
    diary = scene.diary
    basket = (("SL-1-10J", 2),)
    declared: list[int] = []

    def declare(now: datetime) -> None:
        home, grade = scene.county.homes[0], scene.shelf.grades["SL-1"]
        lot = lots.declare(
            home.id,
            grade,
            Grams(30_000),
            harvested_on=_picked_on(scene),
            key=ids.new_key(),
            actor=home.hand,
            now=now,
        )
        declared.append(lot.id)

    def weigh(now: datetime) -> None:
        _weigh(scene, "SL-1", 12, declared[0], now)

    diary.write(diary.ago(7, 8), whole(declare))
    diary.write(diary.ago(7, 12), partial(shoppers.buy, Story("pays", basket)))
    patient = Story("pays", basket, packing=Packing(pack_after=30))
    diary.write(diary.ago(7, 15), partial(shoppers.buy, patient))
    diary.write(diary.ago(7, 17), whole(weigh))
    return 2
