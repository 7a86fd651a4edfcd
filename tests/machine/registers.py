"""Later edits of registry, prices and catalogue (law 7): they change no past figure."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from storefront.catalogue import drafting
from storefront.catalogue.steps import Reduction
from storefront.money import Fen
from storefront.supply import prices, registry
from storefront.supply.households import STATUSES
from storefront.weight import FenPerKg
from tests import factories as make
from tests.machine.drawn import NUMBER, SKU
from tests.machine.outside import PRICES
from tests.machine.world import World


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

    @rule(
        what=st.sampled_from(("purchase price", "offer price", "publish", "less for more")),
        number=NUMBER,
        sku=SKU,
        percent=st.integers(60, 140),
    )
    def edit_prices(self, what: str, number: int, sku: str, percent: int) -> None:
        if what == "less for more":
            self._let_more_cost_less(sku, 2 + number % 3, 2 * percent, number % 7)
        elif what == "purchase price":
            self._set_purchase_price(self.grade(number % 2 == 0), 8 * percent, number % 4)
        else:
            self._sell(sku, PRICES[sku] * percent // 100 if what == "offer price" else None)

    def _set_purchase_price(self, grade: int, price: int, days: int) -> None:
        day, wu = self.today() + days * make.DAY, self.cast.wu.actor
        done = self.take(
            "set_purchase_price",
            lambda now: prices.set_purchase_price(grade, day, FenPerKg(price), actor=wu, now=now),
        )
        if done:
            self.known.set_price(grade, day, price)

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
