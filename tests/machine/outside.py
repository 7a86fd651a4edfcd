"""What people outside the shop know, written down by themselves and worked out by hand.

The shopper's receipts, the provider's till, the bank's statement, each household's
notebook, the scales. Nothing here reads the shop's figures; the shop must agree with it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from tests import factories as make
from tests.machine.seen import Row, Seen

# what is in a box, by the grade's code, as the county's own leaflet says
CONTENTS: Final[Mapping[str, Mapping[str, int]]] = {
    make.BOX: {"YL-1": 2_500},
    make.PAIR: {"YL-1": 1_000},
    make.GIFT: {"YL-T": 1_500, "YL-1": 1_000},
    make.PASTE: {},
}
GROSS: Final[Mapping[str, int]] = {
    make.BOX: 3_000,
    make.PAIR: 1_500,
    make.GIFT: 3_230,
    make.PASTE: 730,
}
PRICES: Final[Mapping[str, int]] = {
    make.BOX: 3_990,
    make.PAIR: 2_990,
    make.GIFT: 9_800,
    make.PASTE: 3_990,
}
# fen for the first kilogram, for each further one begun, and the goods from which it is free
FREIGHT: Final[Mapping[str, tuple[int, int, int | None]]] = {
    make.SHANXI: (600, 100, 9_900),
    make.BEIJING: (800, 150, 9_900),
    make.TIBET: (1_800, 1_400, None),
}
LIVE: Final = ("awaiting_payment", "confirmed", "completed")


def half_up(fen_per_kg: int, grams: int) -> int:
    return (2 * fen_per_kg * grams + 1_000) // 2_000


def freight(province: str, gross: int, goods: int) -> int:
    first, further, free_over = FREIGHT[province]
    if free_over is not None and goods >= free_over:
        return 0
    return first + further * max(0, -(-(gross - 1_000) // 1_000))


@dataclass(slots=True)
class Receipts:
    """What the shopper of one order has in hand."""

    items: Counter[str]
    prices: dict[str, int]  # what each of so many boxes cost
    province: str
    freight: int
    total: int
    paid: int = 0  # all that was ever taken from them
    promised: int = 0  # all that was promised back
    asked: int = 0  # of it, what was given back of the order itself before it left
    afterwards: int = 0  # of it, what was given back of what had left

    @property
    def goods(self) -> int:
        return sum(self.prices[sku] * boxes for sku, boxes in self.items.items())

    @property
    def gross(self) -> int:
        return sum(GROSS[sku] * boxes for sku, boxes in self.items.items())

    def back_for(self, sku: str) -> int:
        """What is to come back for a line: its price, and freight that the rest does not cost."""
        left = self.total - self.asked
        rest = replace(self, items=Counter({k: n for k, n in self.items.items() if k != sku}))
        if not rest.items:
            return left
        lighter = freight(self.province, rest.gross, rest.goods)
        return min(self.goods - rest.goods + max(self.freight - lighter, 0), left)

    def called_off(self, sku: str) -> None:
        del self.items[sku]
        if self.items:
            self.freight = min(self.freight, freight(self.province, self.gross, self.goods))


def _said(prices: list[tuple[date, int]], since: date, price: int) -> list[tuple[date, int]]:
    """Return the prices with one said anew for its day."""
    return [*((day, old) for day, old in prices if day != since), (since, price)]


@dataclass(slots=True)
class Outside:
    """Everybody's own records. Fen and grams are plain numbers; grades are ids."""

    grades: Mapping[str, int]
    prices: dict[int, list[tuple[date, int]]]
    floors: dict[int, list[tuple[date, int]]] = field(default_factory=dict)
    offers: dict[str, int] = field(default_factory=lambda: dict(PRICES))
    reductions: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    receipts: dict[int, Receipts] = field(default_factory=dict)
    till: int = 0  # the provider's: what it has of ours
    statement: int = 0  # the bank's: what it paid out
    notebooks: Counter[int] = field(default_factory=Counter)  # by household: fen still owed
    scales: Counter[int] = field(default_factory=Counter)  # by grade: grams that came, less gone
    lots: dict[int, tuple[int, int, int | None]] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)  # by slip: when it was weighed

    # -- what happens

    def price_on(self, grade: int, day: date) -> int:
        """What is paid: the table's price, the county's floor where that is more."""
        said = max(one for one in self.prices[grade] if one[0] <= day)
        floor = max((one for one in self.floors.get(grade, ()) if one[0] <= day), default=(day, 0))
        return max(said[1], floor[1])

    def set_price(self, grade: int, since: date, price: int) -> None:
        self.prices[grade] = _said(self.prices[grade], since, price)

    def set_floor(self, grade: int, since: date, price: int) -> None:
        self.floors[grade] = _said(self.floors.get(grade, []), since, price)

    def brought(self, lot: int, household: int, grade: int, grams: int, price: int | None) -> None:
        """Pears came (or are there to come, when nothing is paid for them yet)."""
        self.lots[lot] = (household, grade, price)
        self.scales[grade] += grams

    def gone(self, lot: int, grams: int, *, owed: bool = False) -> None:
        """Pears went home, or rotted: then whoever lost them is owed for them or not."""
        household, grade, price = self.lots[lot]
        self.scales[grade] -= grams
        if owed:
            assert price is not None
            self.notebooks[household] += half_up(price, grams)

    def left(self, crates: Iterable[Row], free: dict[int, int]) -> None:
        """Crates left in a parcel: their households are owed from now on.

        What the scale showed beside the grams they are counted for is nobody's but ours: more
        went along, as far as it was free, and is paid for; less is still there.
        """
        for crate in crates:
            lot = crate["lot_id"]
            household, grade, price = self.lots[lot]
            assert price is not None
            self.notebooks[household] += half_up(price, crate["grams"])
            over = (crate["weighed_g"] or crate["grams"]) - crate["grams"]
            over = min(over, free[lot])
            free[lot] -= over
            if over > 0:
                self.gone(lot, over, owed=True)
            else:
                self.scales[grade] -= over

    def each(self, sku: str, boxes: int) -> int:
        """What each of so many boxes costs today."""
        off = [fen for least, fen in self.reductions.get(sku, ()) if boxes >= least]
        return self.offers[sku] - max(off, default=0)

    def ordered(self, order: int, items: Iterable[tuple[str, int]], province: str) -> None:
        wanted = Counter(dict(items))
        prices = {sku: self.each(sku, boxes) for sku, boxes in wanted.items()}
        receipts = Receipts(wanted, prices, province, freight=0, total=0)
        receipts.freight = freight(province, receipts.gross, receipts.goods)
        receipts.total = receipts.goods + receipts.freight
        self.receipts[order] = receipts

    def took(self, order: int, fen: int) -> None:
        self.till += fen
        self.receipts[order].paid += fen

    def promised_back(self, order: int, fen: int, *, of_the_order: bool) -> None:
        self.receipts[order].promised += fen
        if of_the_order:
            self.receipts[order].asked += fen

    def gave_back_afterwards(self, order: int, fen: int, borne: Iterable[tuple[int, int]]) -> None:
        """Money back for what had left; ``borne`` names households, and what each bears of it."""
        self.receipts[order].promised += fen
        self.receipts[order].afterwards += fen
        for household, part in borne:
            self.notebooks[household] -= part

    # -- what the shop must say of it

    def disagreements(self, seen: Seen) -> list[str]:
        """Where the shop's figures are not those of the people outside."""
        accounts: Counter[str] = Counter()
        for posting in seen.rows("posting"):
            accounts[posting["account"]] += posting["fen"]
        said = [
            ("money at the provider", accounts["provider"], self.till),
            ("money the bank paid out", -accounts["bank"], self.statement),
            *self._owed(seen),
            *self._pears(seen),
            *self._money(seen),
        ]
        return [
            f"{what}: the shop says {ours}, they {theirs}"
            for what, ours, theirs in said
            if ours != theirs
        ]

    def _owed(self, seen: Seen) -> Iterable[tuple[str, int, int]]:
        owed: Counter[int] = Counter()
        for row in seen.rows("posting"):
            if row["account"] in {"share_pending", "share_due", "in_transit"}:
                owed[_household(seen, row)] -= row["fen"]
        for home in sorted({*owed, *self.notebooks}):
            yield f"what household {home} is owed", owed[home], self.notebooks[home]

    def _pears(self, seen: Seen) -> Iterable[tuple[str, int, int]]:
        """What could still be sold of a grade: what came, less gone, less promised to anybody."""
        free: Counter[int] = Counter()
        for lot in seen.rows("lot"):
            free[lot["grade_id"]] += lot["available_g"]
        short: Counter[int] = Counter()
        for row in seen.rows("allocation", "short"):
            short[seen.row("line_part", row["line_part_id"])["grade_id"]] += row["grams"]
        promised = self._promised(seen)
        for grade in self.grades.values():
            left = self.scales[grade] - promised[grade] + short[grade]
            yield f"grams of grade {grade} that are free", free[grade], left

    def _promised(self, seen: Seen) -> Counter[int]:
        promised: Counter[int] = Counter()
        for order in seen.rows("orders", *LIVE):
            for sku, boxes in self.receipts[order["id"]].items.items():
                for code, grams in CONTENTS[sku].items():
                    promised[self.grades[code]] += grams * boxes
        return promised

    def _money(self, seen: Seen) -> Iterable[tuple[str, int, int]]:
        refunds: Counter[int] = Counter()
        for refund in seen.rows("refund"):
            refunds[refund["order_id"]] += refund["amount_fen"]
        for order in seen.rows("orders"):
            theirs = self.receipts[order["id"]]
            name = f"order {order['id']}, {order['state']}:"
            yield f"{name} total", order["total_fen"], theirs.total
            yield f"{name} promised back", refunds[order["id"]], theirs.promised
            left = theirs.total - theirs.asked - theirs.afterwards
            kept = left if order["state"] in LIVE[1:] else 0
            yield f"{name} money we kept", kept, theirs.paid - theirs.promised
        yield from self._charges(seen)

    def _charges(self, seen: Seen) -> Iterable[tuple[str, int, int]]:
        """Once all its parcels have left, an order was charged what its shopper paid for it."""
        charged: dict[int, list[int | None]] = {}
        for parcel in seen.rows("parcel"):
            if parcel["state"] != "cancelled":
                charged.setdefault(parcel["order_id"], []).append(parcel["charge_fen"])
        for order, charges in charged.items():
            if None not in charges:
                theirs = self.receipts[order]
                whole = sum(fen for fen in charges if fen is not None)
                yield f"charged for order {order}", whole, theirs.total - theirs.asked


def _household(seen: Seen, posting: Row) -> int:
    if posting["allocation_id"] is not None:
        home: Any = seen.row("allocation", posting["allocation_id"])["household_id"]
    else:
        movement = seen.row("movement", posting["movement_id"])
        home = seen.row("lot", movement["lot_id"])["household_id"]
    return int(home)
