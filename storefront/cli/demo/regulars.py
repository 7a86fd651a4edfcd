"""Two shoppers with an account: their addresses, a gift, an invoice, an order under way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from storefront import clock
from storefront.accounts import addresses, locks, pairs
from storefront.accounts import shoppers as accounts
from storefront.accounts.shoppers import Wish
from storefront.actors import Actor
from storefront.cli.demo import data
from storefront.cli.demo.packers import Packing
from storefront.cli.demo.scene import PASSWORD, Scene
from storefront.cli.demo.shoppers import Shoppers, Story, delivered_to
from storefront.orders.requests import Invoice

PEOPLE = "81", "96"  # the last digits of their phones
PARENTS = "83"  # who gets the first one's gift
MESSAGE = "爸妈：今年的玉露香，慢慢吃，别舍不得。"
HOUSE = 18  # in a street of samples
MORNING = 10
# letters that no real tax number has
COMPANY = Invoice("company", "样例茶舍（演示）", "91440300DEMO0000XX", "fapiao@example.com")
PERSON = Invoice("person", "个人", None, "ana@example.com")


def sign_up(password_hash: str, *, now: datetime) -> tuple[Actor, ...]:
    """Open the accounts, each with an address or two; they sign in as the staff does."""
    return tuple(_sign_up(_person(digits), password_hash, now) for digits in PEOPLE)


def _person(digits: str) -> Mapping[str, str]:
    return next(row for row in data.table("shoppers.csv") if row["phone"] == digits)


def _sign_up(who: Mapping[str, str], password_hash: str, now: datetime) -> Actor:
    phone = f"138000000{who['phone']}"
    wish = Wish(
        phone=phone,
        key=locks.key_of(None, phone),
        pair=pairs.mark(phone, PASSWORD),
        password_hash=password_hash,
    )
    signed_in = accounts.sign_up(wish, locale=who["locale"], now=now)
    if isinstance(signed_in, Exception):
        raise signed_in
    for person in (who, *([_person(PARENTS)] if who["phone"] == PEOPLE[0] else [])):
        addresses.add(delivered_to(person, HOUSE), actor=signed_in.actor, now=now)
    return signed_in.actor


def write(scene: Scene, shoppers: Shoppers, accounts: tuple[Actor, ...]) -> int:
    """Write their orders down; returns how many there are."""
    first, second = accounts
    quick = partial(Packing, pack_after=22, send_after=6)
    given = Story(
        basket=(("YLX-T-6G", 1),), packing=quick(arrive_after=48), account=first, gift=MESSAGE
    )
    given.to = _person(PARENTS)
    billed = Story(basket=(("YLX-1-5J", 3),), packing=quick(arrive_after=40), account=first)
    billed.invoice = COMPANY
    on_the_way = Story(
        basket=(("YLX-1-5J", 1), ("LG-230", 1)), packing=quick(stays="dispatched"), account=second
    )
    waits = Story(basket=(("LG-230", 3),), packing=Packing(stays="planned"), account=second)
    waits.invoice = PERSON
    told = ((first, 21, billed), (first, 12, given), (second, 3, on_the_way), (second, 1, waits))
    for actor, days_ago, story in told:
        story.who = _person(PEOPLE[accounts.index(actor)])
        day = (scene.diary.now - timedelta(days=days_ago)).astimezone(clock.CHINA)
        scene.diary.write(day.replace(hour=MORNING), partial(shoppers.buy, story))
    return len(told)
