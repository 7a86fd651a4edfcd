"""Shoppers: what they put into the cart, how they pay, and how their orders go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from storefront import county, db, ids
from storefront.accounts.addresses import AddressDraft
from storefront.actors import Actor
from storefront.cli.demo import data
from storefront.cli.demo.diary import at, whole
from storefront.cli.demo.packers import Packing
from storefront.cli.demo.scene import Scene
from storefront.cli.demo.till import Till
from storefront.errors import Refusal
from storefront.money import ZERO
from storefront.orders import availability, cart, checkout, kept, lifecycle
from storefront.orders.requests import Invoice
from storefront.payments import sessions

Basket = tuple[tuple[str, int], ...]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# how often each pack is bought, in a hundred or so
TASTE: Mapping[str, int] = {
    "YLX-1-5J": 18,
    "YLX-1-10J": 10,
    "YLX-T-6G": 7,
    "YLX-T-9G": 5,
    "YLX-T-12G": 3,
    "YLX-H-5J": 7,
    "YLX-H-PAIR": 4,
    "GIFT-DUO": 7,
    "YLX-2-5J": 8,
    "YLX-2-10J": 6,
    "YLX-1-9G": 6,
    "PG-80-10J": 6,
    "PG-75-5J": 6,
    "HT-1000": 5,
    "XM-2500": 5,
    "XM-500X4": 3,
    "DD-1000": 3,
    "LG-230": 6,
    "LG-15X10": 3,
    "LGAN-250": 4,
}
ALWAYS_THERE = "LG-230"  # nothing bounds what is bought in
KEPT_ON_THE_SHELF = 3  # boxes that are left for whoever tries the shop
ORDERS = 3_000
BY_TELEPHONE = 0.03  # the operator types what the shopper says
PAYS = "pays"
OTHER_ENDS = {"leaves": 120, "cancels": 70, "declined": 50}  # of three thousand


@dataclass(slots=True)
class Story:
    """How one order goes: ``end`` names how it is paid, ``packing`` what happens then.

    ``account`` is whose order it is, ``gift`` the message of one that is a gift for ``to``.
    """

    end: str = PAYS
    basket: Basket = ()
    who: Mapping[str, str] | None = None
    packing: Packing = field(default_factory=Packing)
    account: Actor | None = None
    to: Mapping[str, str] | None = None
    gift: str | None = None
    invoice: Invoice | None = None


def delivered_to(who: Mapping[str, str], number: int) -> AddressDraft:
    """Return where somebody's parcels go."""
    return AddressDraft(
        recipient=who["name"],
        phone=f"138000000{who['phone']}",
        province=who["province"],
        city=who["city"],
        district=who["district"],
        address=f"示例路 {number} 号",
    )


@dataclass(frozen=True, slots=True)
class Shoppers:
    """Everybody who buys."""

    scene: Scene
    till: Till

    def write(self, orders: int) -> None:
        """Write ``orders`` orders of ordinary people into the diary."""
        ends = [end for end, of in OTHER_ENDS.items() for _ in range(self.scene.size(of))]
        for place in range(orders):
            story = Story(end=ends[place] if place < len(ends) else PAYS)
            self.scene.diary.write(self._some_moment(), partial(self.buy, story))

    def _some_moment(self) -> datetime:
        """Return a moment in the shop's hours, on a day on which people buy pears."""
        chance, diary = self.scene.chance, self.scene.diary
        while True:
            (day,) = chance.choices(diary.year.days, diary.year.demand)
            moment = at(day, chance.randint(7, 22), chance.randint(0, 59))
            if moment < diary.now - 3 * HOUR:
                return moment

    def buy(self, story: Story, now: datetime) -> int:
        """Place the story's order now, and let it go on; returns the order."""
        basket = story.basket or self._some_basket(now)
        who = story.who or self.scene.chance.choice(data.table("shoppers.csv"))
        try:
            order_id = self._place(basket, who, story, now)
        except Refusal:  # sold out under their hands: they take what is always there
            order_id = self._place(((ALWAYS_THERE, 1),), who, story, now)
        getattr(self, f"_{story.end}")(order_id, story, now)
        return order_id

    def _some_basket(self, now: datetime) -> Basket:
        """Return a pack or two of which enough is left."""
        chance, offers = self.scene.chance, self.scene.shelf.offers
        left = availability.boxes_left([offers[sku] for sku in TASTE], now=now)
        there = {
            sku: often
            for sku, often in TASTE.items()
            if left.get(offers[sku], 99) > KEPT_ON_THE_SHELF + 2
        }
        kinds = chance.choices((1, 2, 3), (70, 24, 6))[0]
        chosen = dict.fromkeys(chance.choices(list(there), list(there.values()), k=kinds))
        return tuple((sku, chance.choices((1, 2, 3), (72, 22, 6))[0]) for sku in chosen)

    def _place(self, basket: Basket, who: Mapping[str, str], story: Story, now: datetime) -> int:
        token: str | None = None
        with db.transaction():
            for sku, quantity in basket:
                token = cart.add(token, sku, quantity, now=now)
        by_telephone = self.scene.chance.random() < BY_TELEPHONE and story.account is None
        to = delivered_to(story.to or who, self.scene.chance.randint(1, 199))
        with db.transaction():
            seen = checkout.preview(cart.view(token, now=now), to.province, now=now)
            form = checkout.Checkout(
                cart_token=token or "",
                key=ids.new_key(),
                locale=who["locale"],
                buyer_name=who["name"],
                buyer_phone=f"138000000{who['phone']}",
                buyer_email=who["email"] or None,
                recipient=to.recipient,
                phone=to.phone,
                province=to.province,
                city=to.city,
                district=to.district,
                address=to.address,
                seen_total=seen.total or ZERO,
                channel="counter" if by_telephone else "shop",
                gift=story.gift,
                invoice=story.invoice,
            )
            actor = self.scene.operator if by_telephone else story.account or Actor.guest()
            order_id = checkout.place_order(form, actor=actor, now=now).order_id
            kept.keep(order_id, "placed", actor=actor, now=now)
            return order_id

    def _later(self, now: datetime, least: int = 1, most: int = 6) -> datetime:
        return now + self.scene.chance.randint(least, most) * MINUTE

    def _pays(self, order_id: int, story: Story, now: datetime) -> None:
        """Open the page and pay there a few minutes later."""
        reference = self.till.open(order_id, now)
        pay = partial(self._paid, order_id, story, reference)
        self.scene.diary.write(self._later(now), pay)

    def _paid(self, order_id: int, story: Story, reference: str, now: datetime) -> None:
        self.till.pay(reference, now)
        story.packing.write(self.scene, order_id, now)

    def _waits(self, order_id: int, _story: Story, now: datetime) -> None:
        """Open the page and think it over."""
        self.till.open(order_id, now)

    def _breaks_off(self, order_id: int, _story: Story, now: datetime) -> None:
        """Want to pay, and lose the connection before the provider answered."""
        with db.transaction():
            sessions.start(order_id, provider=self.till.provider.name, now=now)

    def _leaves(self, order_id: int, _story: Story, now: datetime) -> None:
        """Open the page, never pay: the page closes, then the hold lapses."""
        self._runs_out(self.till.open(order_id, now), now)

    def _runs_out(self, reference: str, now: datetime) -> datetime:
        """Write down that the page closes and the hold lapses; returns when it has."""
        over = now + county.rules().hold
        diary = self.scene.diary
        diary.write(over - 4 * MINUTE, partial(self.till.leave, reference))
        diary.write(over + MINUTE, whole(lambda at: lifecycle.lapse_holds(now=at)))
        return over + MINUTE

    def _cancels(self, order_id: int, _story: Story, now: datetime) -> None:
        """Think better of it."""
        self.till.open(order_id, now)
        cancel = partial(self._cancel, order_id)
        self.scene.diary.write(self._later(now, 3, 20), whole(cancel))

    def _cancel(self, order_id: int, now: datetime) -> None:
        lifecycle.cancel_unpaid(order_id, actor=Actor.guest(), now=now)

    def _declined(self, order_id: int, story: Story, now: datetime) -> None:
        """The first card is declined, the second one pays."""
        reference = self.till.open(order_id, now)
        self.scene.diary.write(self._later(now), partial(self.till.decline, reference))
        again = partial(self._pays, order_id, story)
        self.scene.diary.write(self._later(now, 8, 12), again)

    def _pays_twice(self, order_id: int, story: Story, now: datetime) -> None:
        """Leave the first page, pay on a second; the first one's money comes after all."""
        first = self.till.open(order_id, now)
        diary = self.scene.diary
        diary.write(self._later(now), partial(self.till.leave, first))
        diary.write(now + 8 * MINUTE, partial(self._pays, order_id, story))
        diary.write(now + 25 * MINUTE, partial(self._pays_late, first))

    def _pays_after_all(self, order_id: int, story: Story, now: datetime) -> None:
        """Let the hold lapse, then pay: kept if the pears can be had again."""
        reference = self.till.open(order_id, now)
        over = self._runs_out(reference, now)
        self.scene.diary.write(over + 9 * MINUTE, partial(self._pays_late, reference))
        self.scene.diary.write(
            over + 10 * MINUTE, partial(story.packing.write_if_confirmed, self.scene, order_id)
        )

    def _pays_late(self, reference: str, now: datetime) -> None:
        self.till.pay(reference, now, late=True)
