"""Steps that go astray: the same said again, verbs at the wrong moment, nonsense."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import ids
from storefront.errors import NotFound
from storefront.orders import shortfall
from storefront.payments.models import BEARERS
from storefront.settlement import losses, payruns
from storefront.supply import lots, prices, registry
from storefront.supply.weighing import Delivery, Weighed
from storefront.weight import FenPerKg, Grams
from tests import factories as make
from tests.machine.complaints import Complaints
from tests.machine.drawn import NUMBER
from tests.machine.office import Office
from tests.machine.store import Store

Stray = Callable[["Strays", int, int], object]
Wrong = Callable[["Strays", int, datetime], object]


class Strays(Complaints, Store, Office):
    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 1_000))
    def say_it_again(self, number: int) -> None:
        """What was done once is asked for once more, at once or much later."""
        self.say_again(*self.said[-1 - number % len(self.said)])

    @rule(data=st.data(), number=NUMBER, other=NUMBER)
    def at_the_wrong_moment(self, data: st.DataObject, number: int, other: int) -> None:
        """A verb on whatever there is, in whatever state; mostly it is refused."""
        possible = [table for table in WRONG if self.has(table)]
        if possible:
            table = data.draw(st.sampled_from(possible))
            data.draw(st.sampled_from(WRONG[table]))(self, number, other)

    @precondition(lambda self: self.has("lot"))
    @rule(data=st.data(), number=NUMBER)
    def nonsense(self, data: st.DataObject, number: int) -> None:
        """What no verb may do, whatever the moment: always refused."""
        name = data.draw(st.sampled_from(sorted(NONSENSE)))
        verb = NONSENSE[name]
        done = self.take(name, lambda now: verb(self, number, now))
        assert done is None, f"{name} was not refused"


WRONG: Final[Mapping[str, tuple[Stray, ...]]] = {
    "parcel": (
        lambda self, n, _m: self.send(self.nth(n, "parcel")),
        lambda self, n, _m: self.arrive(self.nth(n, "parcel")),
        lambda self, n, _m: self.settle(self.nth(n, "parcel")),
        lambda self, n, _m: self.call_packed(self.nth(n, "parcel")),
        lambda self, n, m: self.vanish(self.nth(n, "parcel"), lost=m % 2 == 0),
        lambda self, n, m: self.take_out(self.nth(n, "parcel"), m, m % 4),
    ),
    "allocation": (
        lambda self, n, m: self.put_in(self.nth(n, "allocation"), self.nth(m, "lot"), "typed"),
    ),
    "orders": (
        lambda self, n, _m: self.cancel(self.nth(n, "orders")),
        lambda self, n, m: self.call_off(self.nth(n, "orders"), m % 4),
        lambda self, n, m: self.complain(
            self.nth(n, "orders")["id"], 10 * m, "damaged", BEARERS[m % len(BEARERS)], []
        ),
        lambda self, n, _m: self.start(self.nth(n, "orders")["id"], "pretend"),
    ),
    "payment": (lambda self, n, m: self.return_money(self.nth(n, "payment"), 100 * m),),
    "pay_run": (
        lambda self, n, _m: self.check_run(self.nth(n, "pay_run")),
        lambda self, n, _m: self.drop_run(self.nth(n, "pay_run")),
        lambda self, n, _m: self.hand_over(self.nth(n, "pay_run")),
    ),
    "pay_item": (
        lambda self, n, m: self.answer(self.nth(n, "pay_item"), ok=m % 2 == 0),
        lambda self, n, m: self.thank(self.nth(n, "pay_item"), by_phone=m % 2 == 0),
    ),
}


def _declare(grams: int, days: int) -> Wrong:
    return lambda self, n, now: lots.declare(
        self.home(n),
        self.county.top,
        Grams(grams),
        harvested_on=self.today() + days * make.DAY,
        key=ids.new_key(),
        actor=self.cast.sun.actor,
        now=now,
    )


def _weigh(gross: int, tare: int, off: int = 0, *, agent: str = "sun") -> Wrong:
    """Lin's pears on the scale: what cannot be, or by somebody who may not."""

    def weigh(self: Strays, _n: int, now: datetime) -> object:
        row = Weighed(self.county.first, Grams(gross), Grams(tare), Grams(off))
        delivery = Delivery(self.county.lin, self.today(), (row,))
        actor = getattr(self.cast, agent).actor
        return shortfall.weigh_in(delivery, key=ids.new_key(), actor=actor, now=now)

    return weigh


def _lose(grams: int, reason: str, bearer: str) -> Wrong:
    return lambda self, n, now: losses.write_off(
        self.nth(n, "lot")["id"],
        Grams(grams),
        reason,
        bearer,
        note="",
        key=ids.new_key(),
        actor=self.cast.he.actor,
        now=now,
    )


def _order(sku: str, boxes: int, province: str) -> Wrong:
    return lambda _self, _n, now: make.wanted((sku, boxes), now=now, province=province)


def _approve_own(self: Strays, _n: int, now: datetime) -> object:
    wu = self.cast.wu.actor
    run = payruns.draft(self.today(), actor=wu, now=now)
    return payruns.approve(run.id, actor=wu, now=now)


def _price(price: int, days: int) -> Wrong:
    return lambda self, _n, now: prices.set_purchase_price(
        self.county.top,
        self.today() + days * make.DAY,
        FenPerKg(price),
        actor=self.cast.he.actor,
        now=now,
    )


def _reuse_a_key(self: Strays, n: int, now: datetime) -> object:
    """A key that moved one lot is sent with another."""
    movement = self.nth(n, "movement")
    other = next((lot for lot in self.seen.rows("lot") if lot["id"] != movement["lot_id"]), None)
    if other is None:
        raise NotFound
    actor = self.agent_of(other["household_id"])
    return lots.take_back(other["id"], Grams(1), key=movement["key"], actor=actor, now=now)


NONSENSE: Final[Mapping[str, Wrong]] = {
    "declare nothing": _declare(0, 0),
    "declare too much": _declare(100_000_001, 0),
    "pick next year": _declare(9, 121),
    "pick last year": _declare(9, -300),
    "weigh nothing": _weigh(2_000, 2_000),
    "deduct without a word": _weigh(5_000, 1_000, 100),
    "weigh above the orchard": _weigh(90_000_000, 0),
    "weigh at another station": _weigh(5_000, 0, agent="gao"),
    "weigh as a shopper would": _weigh(5_000, 0, agent="lin"),
    "lose nothing": _lose(0, "rot", "brand_fund"),
    "lose for no reason": _lose(5, "because", "brand_fund"),
    "let the household bear it without a word": _lose(5, "rot", "household"),
    "order what there is not": _order("NO-SUCH", 1, make.SHANXI),
    "order too many": _order(make.PASTE, 21, make.SHANXI),
    "order to where we do not send": _order(make.PASTE, 1, make.TAIWAN),
    "approve what one drafted": _approve_own,
    "pay nothing a kilogram": _price(0, 0),
    "pay more yesterday": _price(900, -1),
    "use a key again": _reuse_a_key,
    "make up a status": lambda self, n, now: registry.set_status(
        self.home(n), "rich", self.today(), actor=self.cast.wu.actor, now=now
    ),
}
