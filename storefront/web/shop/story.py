"""An order as people read it: what happened, what comes next, and whose pears they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.money import ZERO, Fen
from storefront.orders.lives import GONE_FOR_GOOD
from storefront.orders.queries import EventRow, Grower, OrderPage
from storefront.web import filters
from storefront.web.i18n import language
from storefront.web.words import carrier_name
from storefront.weight import NOTHING, Grams


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the timeline; ``state`` is done, now, next or stop."""

    title: LazyString | str
    state: str
    when: str = ""
    note: LazyString | str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """What one household put in: a name only by consent, never a status or a code."""

    display_name: str | None
    village_zh: str | None
    village_en: str | None
    grade_zh: str
    grade_en: str
    harvested_on: date | None
    how_confirmed: str | None
    state: str
    grams: Grams
    share: Fen


HAPPENED: Final[Mapping[str, LazyString]] = {
    "placed": _l("Ordered"),
    "paid": _l("Paid"),
    "payment_failed": _l("The payment did not succeed; nothing was charged"),
    "second_payment": _l("A second payment came in"),
    "late_payment": _l("A payment came after the order had lapsed"),
    "refund_requested": _l("Money is going back to you"),
    "refund_paid": _l("Money has gone back to you"),
    "refund_failed": _l("The bank refused the refund; we are trying again"),
    "short": _l("A lot fell away; we are looking for another"),
    "packed": _l("Packed, crate by crate"),
    "split": _l("A part of it goes in a parcel of its own"),
    "dispatched": _l("Handed to the carrier"),
    "delivered": _l("Delivered"),
    "lost": _l("Lost on the way"),
    "returned": _l("It came back to us"),
    "closed": _l("The time for complaints is over: the households' shares are due"),
    "completed": _l("All done"),
    "expired": _l("Not paid in time: what was kept is on sale again"),
    "cancelled": _l("Cancelled"),
    "line_cancelled": _l("A part of the order was cancelled"),
}
# no time for complaints was waited for
CLOSED_AT_ONCE: Final = _l("The households' shares are due all the same")
STOPS: Final = frozenset(
    {
        "payment_failed",
        "refund_failed",
        "short",
        "lost",
        "returned",
        "expired",
        "cancelled",
        "line_cancelled",
    }
)
AHEAD: Final[Mapping[str, tuple[LazyString, ...]]] = {
    "awaiting_payment": (
        _l("Waiting for your payment"),
        _l("Packing, crate by crate"),
        _l("On its way"),
        _l("Delivered"),
    ),
    "confirmed": (_l("Packing, crate by crate"), _l("On its way"), _l("Delivered")),
    "packed": (_l("Waiting for the carrier"), _l("Delivered")),
    "partly_dispatched": (_l("The rest is being packed"), _l("Delivered")),
    "dispatched": (_l("On its way"), _l("Delivered")),
    "delivered": (_l("Time to look at what came"), _l("The households' shares fall due")),
}


def story_of(order: OrderPage) -> list[Step]:
    """Return the timeline: what happened, then what comes next."""
    events = [event for event in order.events if event.kind in HAPPENED]
    places = {parcel.id: place for place, parcel in enumerate(order.parcels, start=1)}
    past = [
        Step(
            _title(event),
            "stop" if event.kind in STOPS else "done",
            filters.moment(event.at),
            " · ".join(filter(None, (_which(event, places), _note(event)))),
        )
        for event in events
    ]
    return [*past, *_ahead(order)]


def _ahead(order: OrderPage) -> list[Step]:
    """Return what comes next; until a parcel has left, with the day it leaves by."""
    titles = AHEAD.get(order.progress, ())
    waiting = [each.promised_on for each in order.parcels if each.state in ("planned", "packed")]
    steps = [Step(title, "next" if place else "now") for place, title in enumerate(titles)]
    if waiting and order.state == "confirmed" and steps:
        steps[0] = replace(steps[0], note=_("leaves by %(day)s", day=filters.day(min(waiting))))
    return steps


def _which(event: EventRow, places: Mapping[int, int]) -> str:
    """Return which of several parcels an event is about."""
    place = places.get(event.parcel_id or 0)
    if place is None or len(places) == 1:
        return ""
    return str(_("Parcel %(number)s of %(count)s", number=place, count=len(places)))


def _title(event: EventRow) -> LazyString:
    at_once = event.kind == "closed" and event.facts.get("after") in GONE_FOR_GOOD
    return CLOSED_AT_ONCE if at_once else HAPPENED[event.kind]


def _note(event: EventRow) -> str:
    """Return the figure or number that belongs to an event."""
    for name in ("amount_fen", "total_fen"):
        if name in event.facts:
            return filters.money(Fen(event.facts[name]))
    if event.kind == "dispatched":
        return f"{carrier_name(event.facts['carrier'])} {event.facts['number']}"
    return str(event.facts.get(f"name_{language()}", ""))


def grown_by(growers: Iterable[Grower]) -> list[Hand]:
    """Return what each household put in: rows of one household, grade and day together."""
    hands: dict[tuple[object, ...], Hand] = {}
    for row in growers:
        key = tuple(getattr(row, name) for name in _SAME)
        before = hands.get(key, _nothing_of(row))
        hands[key] = replace(before, grams=before.grams + row.grams, share=before.share + row.share)
    return list(hands.values())


def _nothing_of(row: Grower) -> Hand:
    return Hand(
        display_name=row.display_name,
        village_zh=row.village_zh,
        village_en=row.village_en,
        grade_zh=row.grade_zh,
        grade_en=row.grade_en,
        harvested_on=row.harvested_on,
        how_confirmed=row.how_confirmed,
        state=row.state,
        grams=NOTHING,
        share=ZERO,
    )


_SAME = (
    "display_name",
    "village_zh",
    "village_en",
    "grade_zh",
    "grade_en",
    "harvested_on",
    "how_confirmed",
    "state",
)
