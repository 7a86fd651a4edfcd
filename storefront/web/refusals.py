"""What a person reads when a room refuses: one sentence for every code.

A sentence may name the facts of its refusal (``%(lot)s``). Facts that are
money, weight, days or states are written for people first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from storefront.errors import Refusal
from storefront.money import Fen
from storefront.web import filters, words
from storefront.weight import FenPerKg, Grams

REFUSALS: Final[Mapping[str, LazyString]] = {
    # lives: a step that is not in the table
    "order_step": _l("The order is “%(state)s”, so this is no longer possible."),
    "parcel_step": _l("The parcel is “%(state)s”, so this is no longer possible."),
    "allocation_step": _l("These crates are “%(state)s”, so this is no longer possible."),
    "lot_step": _l("The lot is “%(state)s”, so this is no longer possible."),
    "payment_step": _l("The payment is “%(state)s”, so this is no longer possible."),
    "refund_step": _l("The refund is “%(state)s”, so this is no longer possible."),
    "claim_step": _l("The claim is “%(state)s”, so this is no longer possible."),
    "pay_run_step": _l("The pay run is “%(state)s”, so this is no longer possible."),
    "pay_item_step": _l("This payment is “%(state)s”, so this is no longer possible."),
    # catalogue
    "no_fee_schedule": _l("No fees are set for this day, so nothing can be sold. Call the office."),
    "no_freight_table": _l(
        "No freight is set for this day, so nothing can be sent. Call the office."
    ),
    "no_purchase_price": _l("There is no purchase price for %(grade)s on this day."),
    "offer_below_cost": _l(
        "%(price)s does not pay for what is in %(sku)s: shares %(shares)s, bought-in goods "
        "%(bought_in)s and fees %(fees)s are %(missing)s more."
    ),
    "offer_without_parts": _l("The offer %(sku)s has no parts, so it cannot be sold."),
    "province_refused": _l("We do not send fresh fruit to %(province)s."),
    # supply
    "above_yield": _l(
        "The orchard bears at most %(bears)s of this grade in a season; %(brought)s came before, "
        "and %(net)s now would be more. An officer may allow it and say why."
    ),
    "deduction_without_reason": _l("Say why there is a deduction."),
    "empty_delivery": _l("There is nothing on this delivery slip yet."),
    "grams_out_of_range": _l("The weight must be more than nothing and at most %(most)s."),
    "harvest_in_future": _l("The harvest day is still to come."),
    "household_code_taken": _l("There is a household %(household)s already."),
    "key_reused": _l("This was sent before with other figures. Open the page again and look."),
    "lot_not_received": _l("Lot %(lot)s has not been weighed in: only %(on_hand)s of it is here."),
    "members_not_positive": _l("A household has at least one member."),
    "net_not_positive": _l("After tare and deduction nothing is left: net %(net)s."),
    "not_that_much": _l("Lot %(lot)s has only %(left)s left."),
    "not_this_declaration": _l("Lot %(lot)s was declared for something else."),
    "price_in_past": _l("A price cannot begin in the past."),
    "price_not_positive": _l("A price must be more than nothing."),
    "unknown_status": _l("There is no such status."),
}

UNKNOWN: Final[LazyString] = _l("This is not possible now. Nothing was changed.")


def sentence(refusal: Refusal) -> str:
    """Return what to tell the person, in the language in force."""
    facts = {name: _written(refusal.code, fact) for name, fact in refusal.facts.items()}
    known = REFUSALS.get(refusal.code)
    if known is None:
        return f"{UNKNOWN}"
    return f"{known}" % facts if facts else f"{known}"


def on_form(form: FlaskForm, refusal: Refusal) -> None:
    """Put the refusal on the form field it belongs to; on the form itself if on none.

    The caller shows the form again with 422.
    """
    if refusal.field in form:
        field = form[refusal.field]
        field.errors = [*field.errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))


# datetime stands before date, which it is too
_WRITTEN: Final[Sequence[tuple[type, Callable[[Any], str]]]] = (
    (Fen, filters.money),
    (FenPerKg, filters.per_jin),
    (Grams, filters.jin),
    (datetime, filters.moment),
    (date, filters.day),
)


def _written(code: str, fact: object) -> str:
    """Write one fact as a person reads it."""
    for kind, write in _WRITTEN:
        if isinstance(fact, kind):
            return write(fact)
    life = code.removesuffix("_step")
    return f"{words.WORDS.get(life, {}).get(str(fact), fact)}"
