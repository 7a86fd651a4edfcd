"""Later edits of registry, prices and catalogue (law 7): they change no past figure."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import db
from storefront.catalogue import changing, drafting, wording
from storefront.catalogue.models import Offer, Product
from storefront.catalogue.steps import Reduction
from storefront.catalogue.wording import Wording
from storefront.money import Fen
from storefront.supply import merging, offering, prices, registry, reveals, succession
from storefront.supply.households import RELATIONS, SECRETS, STATUSES
from storefront.supply.registry import HouseholdDraft
from storefront.supply.succession import VillageDraft
from storefront.weight import FenPerKg
from tests import factories as make
from tests.machine.drawn import NUMBER, SKU
from tests.machine.outside import PRICES
from tests.machine.world import World

MOST_HOMES = 6
MOST_VILLAGES = 5


class Registers(World):
    @rule(home=NUMBER, what=st.sampled_from((*STATUSES, "moved", "renamed")), number=NUMBER)
    def edit_household(self, home: int, what: str, number: int) -> None:
        household = self.home(home)
        if what == "moved":
            self._move(household, self.county.villages[number % 2])
        elif what == "renamed":
            self._rename(household, f"林试{number}")
        else:
            self._set_status(household, what)

    def _move(self, household: int, village: int) -> None:
        wu = self.cast.wu.actor
        self.take(
            "move_household",
            lambda now: registry.move_household(household, village, actor=wu, now=now),
        )

    def _rename(self, household: int, head: str) -> None:
        wu = self.cast.wu.actor
        self.take(
            "rename_head",
            lambda now: registry.rename_head(household, head, actor=wu, now=now),
        )

    def _set_status(self, household: int, status: str) -> None:
        day, wu = self.today(), self.cast.wu.actor
        self.take(
            "set_status",
            lambda now: registry.set_status(household, status, day, actor=wu, now=now),
        )

    @rule(home=NUMBER, which=st.sampled_from(SECRETS), reason=st.sampled_from(("", "why")))
    def reveal_number(self, home: int, which: str, reason: str) -> None:
        household, wu = self.home(home), self.cast.wu.actor
        self.take(
            "reveal",
            lambda now: reveals.reveal(household, which, reason, actor=wu, now=now),
        )

    @rule(home=NUMBER, number=NUMBER, relation=st.sampled_from(RELATIONS))
    def change_payee(self, home: int, number: int, relation: str) -> None:
        household, payee, wu = self.home(home), f"收试{number}", self.cast.wu.actor
        self.take(
            "change_payee",
            lambda now: registry.change_payee(household, payee, relation, actor=wu, now=now),
        )

    @precondition(lambda self: len(self.seen.rows("village")) < MOST_VILLAGES)
    @rule(number=NUMBER)
    def replace_village(self, number: int) -> None:
        """A village is recoded: households go along, what they sold stays."""
        of, wu = self.nth(number, "village")["id"], self.cast.wu.actor
        draft = VillageDraft(f"14103110190{len(self.seen.rows('village'))}", "新村", "New")
        day = self.today()
        self.take(
            "replace_village",
            lambda now: succession.replace_village(of, draft, day, actor=wu, now=now),
            once=True,
        )

    @rule(home=NUMBER, other=NUMBER)
    def merge_households(self, home: int, other: int) -> None:
        """Two become one: what the first had declared and nobody has bought goes home."""
        household, into, wu = self.home(home), self.home(other), self.cast.wu.actor
        free = {
            row["id"]: row["available_g"]
            for row in self.seen.rows("lot", "declared")
            if row["household_id"] == household
        }
        done = self.take(
            "merge_household",
            lambda now: merging.merge_household(household, into, actor=wu, now=now),
            once=True,
        )
        if done and done.changes:
            for lot, grams in free.items():
                self.known.gone(lot, grams)

    @precondition(lambda self: len(self.seen.rows("household")) < MOST_HOMES)
    @rule(home=NUMBER, members=st.integers(1, 4))
    def split_household(self, home: int, members: int) -> None:
        """One becomes two: the new one brings pears of its own from now on."""
        household, wu = self.home(home), self.cast.wu.actor
        old, code = self.seen.row("household", household), f"H-NEW-{len(self.homes)}"
        draft = HouseholdDraft(
            code=code,
            head="新户甲",
            payee="新户甲",
            payee_relation="self",
            village_id=old["village_id"],
            station_id=old["station_id"],
            members=members,
            status="general",
            status_from=self.today(),
            orchard_tenth_mu=10,
            bank_account="6216261000000000026",
        )
        done = self.take(
            "split_household",
            lambda now: merging.split_household(household, draft, actor=wu, now=now),
            once=True,
        )
        if done:
            self.homes.append(done.answer.id)

    @rule(
        what=st.sampled_from(
            (
                "purchase price",
                "floor",
                "offer price",
                "publish",
                "less for more",
                "pack",
                "words",
            )
        ),
        number=NUMBER,
        sku=SKU,
        percent=st.integers(60, 140),
    )
    def edit_prices(self, what: str, number: int, sku: str, percent: int) -> None:
        if what == "less for more":
            self._let_more_cost_less(sku, 2 + number % 3, 2 * percent, number % 7)
        elif what == "pack":
            self._change_pack(sku, PRICES[sku] * percent // 100)
        elif what == "words":
            self._describe(sku, f"Name {number}")
        elif what == "purchase price":
            self._set_purchase_price(self.grade(number % 2 == 0), 8 * percent, number % 4)
        elif what == "floor":
            self._set_floor(self.grade(number % 2 == 0), 6 * percent, number % 4)
        else:
            self._sell(sku, PRICES[sku] * percent // 100 if what == "offer price" else None)

    def _set_purchase_price(self, grade: int, price: int, days: int) -> None:
        day, he = self.today() + days * make.DAY, self.cast.he.actor
        done = self.take(
            "set_purchase_price",
            lambda now: prices.set_purchase_price(grade, day, FenPerKg(price), actor=he, now=now),
        )
        if done:
            self.known.set_price(grade, day, price)

    def _set_floor(self, grade: int, price: int, days: int) -> None:
        day, wu = self.today() + days * make.DAY, self.cast.wu.actor
        done = self.take(
            "set_floor_price",
            lambda now: prices.set_floor_price(grade, day, FenPerKg(price), actor=wu, now=now),
        )
        if done:
            self.known.set_floor(grade, day, price)

    def _let_more_cost_less(self, sku: str, least: int, off: int, more: int) -> None:
        """So many packs cost less each, and two more of them less again."""
        steps = [(least, off), (least + 2, off + more)] if more else [(least, off)]
        offer, he = self.county.offers[sku], self.cast.he.actor
        wanted = [Reduction(boxes, Fen(fen)) for boxes, fen in steps]
        done = self.take(
            "set_reductions",
            lambda now: drafting.set_reductions(offer, wanted, actor=he, now=now),
        )
        if done:
            self.known.reductions[sku] = steps
            self._sell(sku, None)

    def _sell(self, sku: str, price: int | None) -> None:
        """Set another price, which takes the offer off sale, and put it on sale again."""
        offer, he = self.county.offers[sku], self.cast.he.actor
        if price is not None:
            self.take(
                "change_price",
                lambda now: drafting.change_price(offer, Fen(price), actor=he, now=now),
            )
            self.known.offers[sku] = price
        self.take("publish", lambda now: prices.publish_offer(offer, actor=he, now=now))

    def _change_pack(self, sku: str, price: int) -> None:
        """Call a pack something else and set its price, both at once, as the office's page does."""
        offer, he = self.county.offers[sku], self.cast.he.actor
        was = changing.pack_of(db.get(Offer, offer))
        draft = replace(was.draft, price=Fen(price), label_en=f"{sku} for {price}")
        wanted = replace(was, draft=draft)
        done = self.take(
            "change_offer",
            lambda now: offering.change_offer(
                offer, wanted, seen=was.mark, sell=True, actor=he, now=now
            ),
        )
        if done:
            self.known.offers[sku] = price

    def _describe(self, sku: str, name: str) -> None:
        product, he = self.county.products[sku], self.cast.he.actor
        was = Wording.of(db.get(Product, product))
        wanted = replace(was, name_en=name)
        self.take(
            "describe",
            lambda now: wording.describe(product, wanted, seen=was.mark, actor=he, now=now),
        )
