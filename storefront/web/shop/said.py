"""What the shop says in whole sentences: custody, and who takes which part of the money."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.catalogue.offers import Takes
from storefront.money import Fen
from storefront.reports.splits import Split
from storefront.web.shop.scope import door
from storefront.web.words import WORDS

# label, amount, tone, note: as ui/money.html's money_bar wants them
Taker = tuple[str, Fen, str, str]

CUSTODY: Final[Mapping[str, LazyString]] = {
    "identity_preserved": _l("Each box is filled from the crates of one single household."),
    "segregated": _l(
        "A box may hold what several households grew; each one is known, and nothing else comes in."
    ),
    "controlled_blending": _l(
        "What known households grew is mixed in known parts; each part is on record."
    ),
    "mass_balance": _l(
        "Counted by weight: as much was bought from these households as is in the boxes, "
        "but it may not be the very same harvest."
    ),
}


def custody_said(level: str) -> LazyString:
    """Return what a custody level means, in plain words."""
    return CUSTODY[level]


def is_traced(level: str) -> bool:
    """Whether the mark may stand there: every grown part is followed to its household."""
    return level != "mass_balance"


def takers(money: Takes) -> list[Taker]:
    """Return who takes which part of an offer's price, households first."""
    rows = [
        (
            _("Households"),
            money.shares,
            "household",
            _("for what they grew, at today's purchase price"),
        ),
        (_("Village station"), money.fees.station, "station", _("weighing in and keeping cool")),
        (_("Packing"), money.fees.packing, "packing", ""),
        (_("Bought-in goods"), money.bought_in, "goods", ""),
        (_("Payment fee"), money.fees.payment, "fee", ""),
        (_("Brand fund"), money.left, "brand", _what_the_fund_does()),
    ]
    unless = {"household": "grown", "goods": "bought_in"}
    return [row for row in rows if unless.get(row[2]) in {None, *money.kinds}]


def takers_of_split(split: Split) -> list[Taker]:
    """Return who got which part of an order's charge, households first."""
    rows = [
        (_("Households"), split.shares, "household", ""),
        (_("Village station"), split.station, "station", ""),
        (_("Packing"), split.packing, "packing", ""),
        (_("Bought-in goods"), split.bought_in, "goods", ""),
        (_("Freight"), split.freight, "freight", _("what the carrier takes")),
        (_("Payment fee"), split.payment_fee, "fee", ""),
        (_("Brand fund"), split.brand_fund, "brand", _what_the_fund_does()),
        (_("Carrier's debt"), split.carrier_debt, "other", ""),
    ]
    return [row for row in rows if row[1] or row[2] in {"household", "brand"}]


def _what_the_fund_does() -> str:
    sentence: str = _(
        "pays free freight, bruised fruit, refunds and running the shop; "
        "what is left stays with the brand"
    )
    return sentence


def refund_said(reason: str) -> LazyString | str:
    """Return why money goes back; a reason written by hand stands as it is."""
    return WORDS["refund_reason"].get(reason, reason)


door.add_app_template_filter(custody_said)
door.add_app_template_filter(takers)
door.add_app_template_test(is_traced, "traced")
door.add_app_template_filter(refund_said)
