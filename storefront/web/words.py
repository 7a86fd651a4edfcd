"""The words for states, roles and kinds: the only place where a code becomes a word."""

from collections.abc import Mapping
from typing import Final

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from storefront.orders import carriers
from storefront.web import audit_words, registry_words, station_words, stock_words
from storefront.web.i18n import translated

Words = Mapping[str, LazyString]

# A count of the same word in two meanings would be one msgid: the meaning stands in the sentence.
WORDS: Final[Mapping[str, Words]] = {
    **registry_words.WORDS,
    "order": {
        "awaiting_payment": _l("Awaiting payment"),
        "confirmed": _l("Order confirmed"),
        "expired": _l("Expired"),
        "cancelled": _l("Cancelled"),
        "completed": _l("Completed"),
    },
    "parcel": {
        "planned": _l("Not packed yet"),
        "packed": _l("Packed"),
        "dispatched": _l("On its way"),
        "delivered": _l("Delivered"),
        "closed": _l("Closed"),
        "cancelled": _l("Cancelled"),
        "lost": _l("Lost on the way"),
        "returned": _l("Came back"),
    },
    "allocation": {
        "planned": _l("Planned"),
        "short": _l("Short"),
        "packed": _l("Packed"),
        "booked": _l("Share pending"),
        "due": _l("Share due"),
        "paid": _l("Paid"),
        "confirmed": _l("Arrival confirmed"),
        "freed": _l("Freed"),
    },
    "lot": {
        "declared": _l("Declared"),
        "received": _l("Received"),
        "closed": _l("Closed"),
        "held": _l("Held"),
    },
    "payment": {
        "opening": _l("Being opened"),
        "open": _l("Awaiting payment"),
        "succeeded": _l("Paid"),
        "failed": _l("Failed"),
        "expired": _l("Expired"),
    },
    "refund": {
        "requested": _l("Refund requested"),
        "sent": _l("Refund on its way"),
        "paid": _l("Refunded"),
        "failed": _l("Refund failed"),
    },
    "claim": {
        "open": _l("Claim open"),
        "granted": _l("Claim granted"),
        "refused": _l("Claim refused"),
    },
    "pay_run": {
        "draft": _l("Draft"),
        "approved": _l("Approved"),
        "exported": _l("With the bank"),
        "settled": _l("Settled"),
        "abandoned": _l("Abandoned"),
    },
    "pay_item": {
        "open": _l("Not yet paid"),
        "paid": _l("Paid"),
        "failed": _l("Failed"),
    },
    "status": {
        "registered_poor": _l("Registered poor household"),
        "lifted": _l("Household lifted out of poverty"),
        "monitored": _l("Household monitored against return to poverty"),
        "general": _l("General household"),
    },
    # for tables, where the whole word would fill the row
    "status_short": {
        "registered_poor": _l("Registered poor"),
        "lifted": _l("Lifted"),
        "monitored": _l("Monitored"),
        "general": _l("General"),
    },
    "custody": {
        "identity_preserved": _l("From one household"),
        "segregated": _l("Kept apart from any other harvest"),
        "controlled_blending": _l("Mixed in known parts"),
        "mass_balance": _l("Balanced by weight"),
    },
    "product": {
        "hidden": _l("Hidden"),
        "resting": _l("Nothing on sale"),
        "sold_out": _l("Sold out"),
        "presale": _l("Presale"),
        "on_sale": _l("On sale"),
    },
    "certificate_basis": {
        "controlled": _l("Quality and safety controls meet the requirements"),
        "tested": _l("Tested by ourselves and passed"),
        "commissioned": _l("Tested on our commission and passed"),
    },
    "carrier_list": {
        "ready": _l("Looked at, nothing has left"),
        "going": _l("Parcels are leaving"),
        "done": _l("Worked through"),
        "put_away": _l("Put away"),
    },
    "photo": {
        "waiting": _l("Being prepared"),
        "ready": _l("In the shop"),
        "failed": _l("Cannot be shown"),
    },
    "how_confirmed": {
        "scanned": _l("Scanned"),
        "typed": _l("Typed"),
        "assumed": _l("Assumed"),
    },
    "invoice": {
        "person": _l("Person"),
        "company": _l("Company"),
    },
    "channel": {
        "self": _l("By the household"),
        "agent": _l("By the station agent"),
        "office": _l("By the brand office"),
        "shop": _l("In the shop"),
        "counter": _l("At the counter"),
    },
    "progress": {
        "awaiting_payment": _l("Awaiting payment"),
        "confirmed": _l("To be packed"),
        "packed": _l("To be dispatched"),
        "partly_dispatched": _l("Partly dispatched"),
        "dispatched": _l("On its way"),
        "delivered": _l("Delivered"),
        "lost": _l("Lost on the way"),
        "returned": _l("Came back"),
        "completed": _l("Completed"),
        "expired": _l("Expired"),
        "cancelled": _l("Cancelled"),
    },
    "order_event": {
        "placed": _l("Placed"),
        "confirmed": _l("Order confirmed"),
        "paid": _l("Paid"),
        "payment_failed": _l("The payment failed"),
        "second_payment": _l("A second payment came and goes back"),
        "late_payment": _l("A payment came too late and goes back"),
        "refund_requested": _l("Refund requested"),
        "refund_paid": _l("Refunded"),
        "refund_failed": _l("Refund failed"),
        "short": _l("A row fell short"),
        "packed": _l("Packed"),
        "split": _l("Split: a part goes in a parcel of its own"),
        "dispatched": _l("Dispatched"),
        "delivered": _l("Delivered"),
        "lost": _l("Lost on the way"),
        "returned": _l("Came back"),
        "closed": _l("Closed"),
        "completed": _l("Completed"),
        "expired": _l("Expired"),
        "cancelled": _l("Cancelled"),
        "line_cancelled": _l("A line was cancelled"),
    },
    "why_cancelled": {
        "shopper_asked": _l("The buyer asked for it"),
        "pears_gone": _l("The pears are not there any more"),
        "cannot_send": _l("It cannot be sent there"),
        "our_mistake": _l("A mistake of ours"),
    },
    "refund_reason": {
        "second_payment": _l("the order was paid already"),
        "late_payment": _l("the order had lapsed"),
        "shopper_asked": _l("the buyer asked to cancel"),
        "pears_gone": _l("the pears were not there any more"),
        "cannot_send": _l("it could not be sent there"),
        "our_mistake": _l("a mistake of ours"),
        "damaged": _l("something arrived damaged"),
        "lost": _l("the parcel was lost"),
        "returned": _l("the parcel came back"),
        "late": _l("it came too late"),
        "goodwill": _l("a gesture of goodwill"),
    },
    "chore": {
        "lapse-holds": _l("Give back what was not paid in time"),
        "send-letters": _l("Send letters"),
        "send-refunds": _l("Send refunds"),
        "settle-sessions": _l("Close old payment pages"),
        "deliver": _l("Count parcels as delivered"),
        "send-off-lists": _l("Send off parcels of carriers' lists"),
        "close-parcels": _l("Close parcels, so that shares fall due"),
        "prepare-photos": _l("Make photographs ready for the shop"),
        "forget-photos": _l("Forget photographs that were removed"),
        "spell-products": _l("Write down the pinyin of new products"),
        "spell-households": _l("Write down the pinyin of households"),
        "forget-carts": _l("Forget old carts"),
        "forget-people": _l("Forget where old orders went"),
    },
    "letter": {
        "account": _l("Way into the account"),
        "delivered": _l("Arrived"),
        "dispatched": _l("On its way"),
        "expired": _l("Not paid in time"),
        "invoice": _l("Invoice issued"),
        "lost": _l("Parcel lost"),
        "order_cancelled": _l("Cancelled"),
        "paid": _l("Paid"),
        "placed": _l("Order received"),
        "refunded": _l("Refunded"),
        "returned": _l("Parcel came back"),
        "slip_code": _l("Code for a delivery slip"),
    },
    "letter_fault": {
        "address_refused": _l("The mail server knows no such address"),
        "unreadable": _l("The address cannot be read"),
        "text_refused": _l("The mail server refused the letter"),
        "put_off": _l("Put off again and again, for more than a day"),
        "unclear": _l("It may have arrived: we were cut off while handing it over"),
    },
    **station_words.WORDS,
    "movement": stock_words.MOVEMENTS,
    "bearer": {
        "brand_fund": _l("Brand fund"),
        "carrier_debt": _l("Carrier"),
        "share": _l("The household's share"),
    },
    "account": {
        "provider": _l("Payment provider"),
        "bank": _l("Bank"),
        "cash_with_carrier": _l("Cash with the carrier"),
        "carrier_debt": _l("Carrier's debt"),
        "in_dispute": _l("In dispute"),
        "shopper": _l("Shopper"),
        "refund_due": _l("Refund due"),
        "share_pending": _l("Share pending"),
        "share_due": _l("Share due"),
        "in_transit": _l("In transit"),
        "station": _l("Station"),
        "packing": _l("Packing"),
        "bought_in": _l("Bought-in goods"),
        "freight": _l("Freight"),
        "payment_fee": _l("Payment fee"),
        "brand_fund": _l("Brand fund"),
    },
    "entry": {
        "payment": _l("Payment received"),
        "dispatch": _l("Parcel dispatched"),
        "due": _l("Share fell due"),
        "refund": _l("Refund before dispatch"),
        "refund_dispatched": _l("Refund after dispatch"),
        "refund_paid": _l("Refund paid out"),
        "refund_failed": _l("Refund came back"),
        "loss": _l("Loss in our keeping"),
        "pay_exported": _l("Pay handed to the bank"),
        "pay_ok": _l("Pay arrived at the bank"),
        "pay_failed": _l("Pay came back"),
        "correction": _l("Correction"),
    },
    "source": {
        "payment": _l("Payment no."),
        "parcel": _l("Parcel no."),
        "allocation": _l("Crate row no."),
        "movement": _l("Stock movement no."),
        "refund": _l("Refund no."),
        "pay_item_row": _l("Pay row no."),
        "bank_result": _l("Bank answer no."),
        "entry": _l("Entry no."),
    },
    "why_negative": {
        "discount": _l("a discount"),
        "free_freight": _l("free freight"),
        "refund": _l("a refund"),
        "uncollected": _l("money that was never collected"),
        "dear_lot": _l("a lot dearer than the price was made for"),
    },
    "drawing": {
        "apple": _l("Apples"),
        "gift-set": _l("Gift set"),
        "honey": _l("Honey"),
        "household-box": _l("A box of one household"),
        "jinli": _l("Jinli pears"),
        "kidney-bean": _l("Kidney beans"),
        "millet": _l("Millet"),
        "pear": _l("A pear"),
        "pear-blossom": _l("Pear blossom"),
        "pear-crate": _l("A crate of pears"),
        "pear-frozen": _l("Frozen pears in a dish of ice water"),
        "pear-dried": _l("Dried pears"),
        "pear-gift-box": _l("Pears in a gift box"),
        "pear-half": _l("A pear cut in half"),
        "pear-juice": _l("Pear juice"),
        "pear-nine": _l("Nine pears"),
        "pear-paste": _l("Pear paste"),
        "pear-small": _l("Small pears"),
        "potato": _l("Potatoes"),
        "suli": _l("Suli pears"),
        "walnut": _l("Walnuts"),
    },
    "audit": {**stock_words.MOVEMENTS, **audit_words.ACTS},
    "object": audit_words.OBJECTS,
    "actor": audit_words.ACTORS,
    "role": {
        "household_member": _l("Household member"),
        "agent": _l("Station agent"),
        "operator": _l("Brand office"),
        "officer": _l("County officer"),
        "checker": _l("Checker"),
    },
}


def word(code: str, kind: str) -> LazyString | str:
    """Return the word for ``code`` among the words of ``kind``.

    Raises:
        KeyError: there is no such word; a house test compares with the step tables.
    """
    return WORDS[kind][code]


def source(text: str) -> str:
    """Return what an entry was booked from, in words; a provider's own reference as it is."""
    kind, _colon, number = text.partition(":")
    return f"{WORDS['source'][kind]} {number}" if kind in WORDS["source"] else text


def carrier_name(code: str) -> str:
    """Return a carrier's name in the reader's language; a carrier unknown to us by its code."""
    known = carriers.BY_CODE.get(code)
    return str(translated(known, "name")) if known else code


def init_app(app: Flask) -> None:
    """Give templates ``{{ order.state|word("order") }}`` and ``{{ entry.source|source }}``."""
    app.jinja_env.filters["word"] = word
    app.jinja_env.filters["source"] = source
    app.jinja_env.filters["carrier_name"] = carrier_name
