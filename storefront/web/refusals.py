"""What a person reads when a room refuses: one sentence for every code.

A sentence may name the facts of its refusal (``%(lot)s``). Facts that are
money, weight, days or states are written for people first; ``name_zh`` and
``name_en`` become ``name`` in the reader's language.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from storefront.db import transaction
from storefront.errors import Refusal
from storefront.money import Fen
from storefront.web import filters, registry_refusals, words
from storefront.web.i18n import language
from storefront.weight import FenPerKg, Grams

REFUSALS: Final[Mapping[str, LazyString]] = {
    **registry_refusals.REFUSALS,
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
    "fees_out_of_range": _l(
        "Fees are not below nothing, and the payment fee is at most a fifth of the price."
    ),
    "version_begun": _l(
        "This has held since %(since)s, so it stands: set another one from today on."
    ),
    "dispatch_limit_out_of_range": _l(
        "At least one parcel leaves on a day, and at most %(most)s; left empty it is any number."
    ),
    "invoice_number": _l("The number of an invoice has 8 to 20 digits."),
    "invoice_number_taken": _l("The invoice of order %(order)s has this number already."),
    "invoice_of_unpaid": _l("Order %(order)s is not paid, so no invoice is issued for it."),
    "grade_code": _l("Only capital letters, digits and hyphens, at least two."),
    "grade_taken": _l("There is a grade with the code %(grade)s already."),
    "shelf_in_use": _l("Products stand on this shelf: %(products)s. Put them elsewhere first."),
    "shelf_taken": _l("There is a shelf at the address %(slug)s already."),
    "version_in_past": _l("It cannot begin in the past: orders have been placed since."),
    "alt_missing": _l("Say what the photograph shows: it is read to whoever cannot see it."),
    "photo_broken": _l("This file is cut short or damaged. Send the photograph again."),
    "photo_missing": _l("Choose a photograph."),
    "photo_too_big": _l("This file is larger than %(most)s MB. Send a smaller one."),
    "photo_too_many_pixels": _l(
        "This picture has more than %(most)s million pixels. Send a smaller one."
    ),
    "photo_too_small": _l(
        "This picture is too small to be sharp: its shorter side needs %(least)s pixels."
    ),
    "photo_unknown": _l(
        "This is no photograph we can read. Send a JPEG, PNG or WebP file, whatever its name is."
    ),
    "photos_enough": _l("A product has at most %(most)s photographs. Remove one first."),
    "unknown_place": _l("A photograph is made the cover, or goes one place earlier or later."),
    "changed_meanwhile": _l(
        "Somebody else changed this after you opened it. Open it again, look, and make your "
        "change there."
    ),
    "gross_below_net": _l("With its packing it cannot weigh less than %(net)s, its net weight."),
    "net_unlike_parts": _l("The harvest in the pack weighs %(grown)s: the net weight must fit it."),
    "sku_taken": _l("There is a pack with the number %(sku)s already."),
    "slug_taken": _l("There is a product at the address %(slug)s already."),
    "slug_unreadable": _l(
        "An address is made of small letters, digits and hyphens, such as yulu-first-grade."
    ),
    "unknown_custody": _l("Choose what is promised of its origin."),
    "no_fee_schedule": _l("No fees are set for this day, so nothing can be sold. Call the office."),
    "no_freight_table": _l(
        "No freight is set for this day, so nothing can be sent. Call the office."
    ),
    "no_purchase_price": _l("There is no purchase price for this grade on this day."),
    "offer_below_cost": _l(
        "%(price)s does not pay for what is in %(sku)s: shares %(shares)s, bought-in goods "
        "%(bought_in)s and fees %(fees)s are %(missing)s more."
    ),
    "offer_without_parts": _l("The offer %(sku)s has no parts, so it cannot be sold."),
    "season_day": _l("%(day)s is no day that comes every year: write month and day, as 0825."),
    "step_below_cost": _l(
        "From %(quantity)s packs on %(sku)s costs %(price)s each, which does not pay for what is "
        "in it: shares %(shares)s, bought-in goods %(bought_in)s and fees %(fees)s are "
        "%(missing)s more."
    ),
    "step_cheaper_in_all": _l(
        "%(quantity)s packs would cost no more than one fewer, which cost %(fewer)s."
    ),
    "step_not_more": _l("From %(quantity)s packs on more must come off than before."),
    "step_out_of_range": _l(
        "A step of %(quantity)s packs cannot be: each is greater than the last, from 2 to %(most)s."
    ),
    "province_in_two_zones": _l("%(name)s stands in two zones of the freight table."),
    "unknown_province": _l("There is no province with the code %(province)s."),
    "zone_further_dearer": _l(
        "In the zone “%(name)s” further weight costs more than the same weight at first: one "
        "parcel would cost more than two."
    ),
    "zone_terms": _l(
        "The zone “%(name)s” needs a first and a further weight, and prices that are not below "
        "nothing."
    ),
    "zone_without_provinces": _l("The zone “%(name)s” names no province."),
    "province_refused": _l("We do not send fresh fruit to %(name)s."),
    # accounts
    "identifier_taken": _l("Somebody signs in with this phone number or e-mail address already."),
    "invitation_over": _l(
        "This link is no longer good: it was used, or is older than a day. Ask for a new letter."
    ),
    "too_many_addresses": _l("%(most)s addresses are as many as we keep: remove one first."),
    "current_wrong": _l("That is not what you sign in with now."),
    "password_common": _l("Too many people use that one: choose another."),
    "password_is_phone": _l("Your phone number is known to others: choose something else."),
    "password_short": _l("Choose ten characters or more."),
    "pin_is_phone": _l("These digits stand in the phone number: choose others."),
    "pin_not_six_digits": _l("A PIN has six digits."),
    "pin_trivial": _l("Anybody would try these digits first: choose others."),
    "code_clock_off": _l(
        "The phone's clock and ours are about %(minutes)s minutes apart, so its codes do not fit. "
        "Set the phone's clock to automatic, then type the code it shows."
    ),
    "code_used": _l("This code was used already: wait for the next one, at most 30 seconds."),
    "code_wrong": _l("That code is not right. Type the one that is shown now."),
    "factor_enrolled": _l("A second factor is set up already."),
    "factor_not_begun": _l("There is no second factor here yet. Set one up first."),
    "own_factor": _l("Somebody else has to take your second factor away."),
    "own_lock": _l("Somebody else has to let you in again."),
    "sign_in_locked": _l(
        "There were too many wrong tries, so nobody is let in here until %(until)s. Try again "
        "then, or ask your station agent or the county office to open it sooner."
    ),
    "wrong_password": _l("That phone or e-mail and that password do not belong together."),
    # the basket and the checkout
    "cart_empty": _l("There is nothing in the basket."),
    "cart_changed": _l(
        "The basket was changed meanwhile, perhaps in another window. Below is what is in it now; "
        "press again to order that."
    ),
    "cart_full": _l("A basket holds at most %(most)s kinds; make a second order for more."),
    "day_changed": _l(
        "Meanwhile others ordered: it was to leave by %(old)s and can leave by %(new)s now. "
        "Press again if that is early enough."
    ),
    "off_season": _l("%(name)s is out of season; it can be ordered again from %(returns)s on."),
    "off_sale": _l("%(name)s is no longer on sale. Take it out of the basket to go on."),
    "price_changed": _l("%(name)s cost %(old)s when you chose it and costs %(new)s now."),
    "quantity_out_of_range": _l("Choose between %(least)s and %(most)s."),
    "sold_out": _l("Of %(name)s only %(left)s can still be filled; you asked for %(wanted)s."),
    "total_changed": _l("The total was %(old)s and is %(new)s now. Look at it again, please."),
    # packing
    "another_lot": _l(
        "Crate of lot %(lot)s, %(head)s: this parcel waits for lot %(planned)s, %(instead_of)s. "
        "Put it back, or take it all the same: then the share is %(head)s's."
    ),
    "crate_is_in": _l("Crate %(crate)s is in this parcel already. Nothing was counted twice."),
    "no_such_grade": _l("Nothing in this parcel waits for a crate of the grade of lot %(lot)s."),
    "nothing_waits": _l("Parcel %(parcel)s waits for no crate any more: go on with the next one."),
    "box_stays_whole": _l("A box of one household is not taken apart: move all its crates."),
    "boxes_shared_out": _l("These boxes were shared out crate by crate: move crates."),
    "crate_fills_both": _l("Crate %(crate)s fills boxes of both parcels: move whole crates."),
    "crate_not_in_parcel": _l("One of these crates is no longer in the parcel. Look again."),
    "crate_of_another_parcel": _l("This crate went into parcel %(parcel)s already."),
    "crate_wrong_grade": _l("Lot %(lot)s is of another grade than this place needs."),
    "lot_held": _l("Lot %(lot)s is held back: take a crate of another lot."),
    "lot_past_storage": _l("Lot %(lot)s could be stored until %(ended)s: take a younger one."),
    "one_household": _l("This box is of one household, %(household)s: lot %(lot)s is of another."),
    "nothing_left": _l("Something has to stay in parcel %(parcel)s."),
    "nothing_to_split": _l("Choose what goes out of parcel %(parcel)s."),
    "order_not_confirmed": _l("Order %(order)s is not confirmed, so it cannot be packed or sent."),
    "parcel_short": _l("Parcel %(parcel)s is short: find a lot for it first."),
    "crate_weight_far_off": _l(
        "This crate is counted for %(grams)s. Between %(least)s and %(most)s it is a difference; "
        "beyond that look at the scale, or take another crate."
    ),
    "crate_not_short": _l("This place is planned for %(grams)s: say what is there if it is less."),
    "box_of_one_household": _l(
        "A box of %(box)s is of one household: say for how many whole boxes it is enough, or that "
        "nothing is there."
    ),
    "no_dispatch_day": _l("No parcel leaves on %(day)s: choose another day."),
    "keeps_not_so_long": _l("Lot %(lot)s keeps until %(until)s: choose a day before that."),
    "certificate_basis": _l("Say what the promise rests on: tick at least one."),
    "nothing_packed": _l("Nothing of this grade was packed on %(day)s."),
    "parcel_unfinished": _l("Not every crate of parcel %(parcel)s is confirmed yet."),
    "still_short": _l("No lot has %(grams)s left that fit."),
    "unknown_crate": _l("There is no lot with the crate %(typed)s."),
    "unknown_way": _l("A crate is scanned, typed or assumed."),
    "unreadable_crate": _l(
        "“%(typed)s” is no crate label: a lot's code, a hyphen and the crate's number."
    ),
    # payments
    "not_payable": _l("This order cannot be paid now."),
    "refund_dispatched": _l("Part of this order has left already, so it cannot all be cancelled."),
    "evidence_needed": _l("Say what shows that the household is to bear this."),
    "not_their_rows": _l("Choose crates of this order that have left."),
    "second_person": _l("Somebody else has to agree before a household bears it."),
    "unknown_bearer": _l("Choose who bears it."),
    "why_refunded": _l("Choose why money goes back."),
    "refund_too_much": _l("At most %(left)s can be given back."),
    "line_cancelled": _l("This line was cancelled before."),
    "line_left": _l(
        "Something of this line has left with parcel %(parcel)s, so it cannot be cancelled."
    ),
    "refund_changed": _l(
        "What goes back was %(old)s and is %(new)s now. Look at it again, please."
    ),
    "why_cancelled": _l("Choose why it is cancelled."),
    # settlement
    "after_sale_open": _l("Parcel %(parcel)s may still be complained about until %(until)s."),
    "crates_still_packed": _l(
        "Crates of lot %(lot)s still stand in these parcels: %(parcels)s. Take each one out, "
        "another crate in its place, or cancel the line."
    ),
    "loss_case_decided": _l("Somebody else has decided this already. Look again."),
    "lot_not_held": _l("Lot %(lot)s is not held: nothing of it is destroyed."),
    "nothing_to_destroy": _l("Nothing of lot %(lot)s is here any more."),
    "parcel_held": _l(
        "Parcel %(parcel)s has a crate of lot %(lot)s, which is held back: it stays here."
    ),
    "loss_note_needed": _l("Say what shows that the household is to bear this loss."),
    "loss_reason": _l("Choose why it is lost and who bears it."),
    "loss_too_great": _l("Lot %(lot)s has only %(left)s on hand."),
    "nothing_due": _l("Nothing is due to anybody up to this day."),
    "own_work": _l("You drafted this pay run yourself: another checker has to approve it."),
    "pay_run_disputed": _l(
        "%(household)s disputes a slip since the draft. Abandon pay run %(run)s and draft it "
        "anew: without those crates, until the answer is given."
    ),
    "pay_run_stale": _l(
        "What is due to %(household)s has changed since the draft. Abandon pay run %(run)s and "
        "draft it anew."
    ),
    "shopper_owes": _l("The shopper of order %(order)s still owes %(amount)s."),
    "too_few_checkers": _l(
        "You drafted this pay run yourself, and there is no other checker in post who could "
        "approve it. Ask the county to name one."
    ),
    # supply
    "above_yield": _l(
        "The orchard bears at most %(bears)s of this grade in a season; %(brought)s came before, "
        "and %(net)s now would be more. An officer may allow it and say why."
    ),
    "agents_phone": _l(
        "This household's number is your own: a code to yourself proves nothing. Take another way."
    ),
    "code_over": _l("This code is no longer good. Send a new one, or take another way."),
    "codes_enough": _l(
        "%(most)s codes were sent about this slip since yesterday. Take another way."
    ),
    "no_phone": _l("The registry knows no phone of this household. Take another way."),
    "no_text_messages": _l("This county sends no text messages. Take another way."),
    "papers_enough": _l("There are %(most)s photographs of this slip already."),
    "pin_wrong": _l("That is not what they sign in with."),
    "slip_code_wrong": _l("That is not the code. It can be tried %(left)s more times."),
    "correction_too_great": _l(
        "Of lot %(lot)s only %(left)s is still here: what has left cannot be taken out any more."
    ),
    "dispute_answered": _l("Somebody else has answered this already. Look again."),
    "dispute_decision": _l("Choose whether the household is right."),
    "dispute_note_needed": _l("Say why: the household reads it."),
    "dispute_reason": _l("Choose what is not right."),
    "disputed_already": _l("You have said so of lot %(lot)s already: the answer is still to come."),
    "nothing_corrected": _l(
        "That is how it stands already: %(net)s of this grade. Say how it should be."
    ),
    "own_slip": _l("You weighed slip %(slip)s yourself: somebody else answers."),
    "slip_disputed": _l(
        "The household has said that slip %(slip)s is not right: it takes that back first, or "
        "waits for the answer."
    ),
    "deduction_without_reason": _l("Say why there is a deduction."),
    "empty_delivery": _l("There is nothing on this delivery slip yet."),
    "file_broken": _l("This file is damaged and cannot be read. Save it anew and send it again."),
    "file_day_in_future": _l("The file cannot say how households will stand on a day to come."),
    "list_empty": _l("Below the headings there is no row with a number."),
    "list_too_long": _l("A list has at most %(most)s rows. Send it in parts."),
    "list_without_headings": _l(
        "No line of headings names a column for the numbers, such as 运单号, and the first column "
        "does not begin with a parcel's code."
    ),
    "carrier_list_changed": _l(
        "List %(list)s is no longer as it was shown: something has left, or was cancelled. Look at "
        "it again, and press again."
    ),
    "carrier_list_state": _l("List %(list)s is decided on already."),
    "nothing_to_send_off": _l("Nothing on list %(list)s can leave."),
    "file_empty": _l("There is nothing in this file."),
    "file_locked": _l("This file is locked by a password. Save it without one and send that."),
    "file_no_table": _l("This is no table we can read. Send an .xlsx or a .csv file."),
    "file_no_text": _l("The signs in this file cannot be read. Save it as .xlsx or as CSV UTF-8."),
    "file_old_excel": _l(
        "This is an old Excel file, whatever its name says. Open it, save it as .xlsx and send "
        "that one."
    ),
    "file_row_unreadable": _l(
        "Row %(row)s cannot be taken apart: a quotation mark may be open, or a cell has no end."
    ),
    "file_too_big": _l("This file is larger than %(most)s MB. Send it in parts."),
    "file_too_many_columns": _l("A file may have %(most)s columns. Take out what is not needed."),
    "file_too_many_rows": _l(
        "A file may have %(most)s rows. Send it in parts, a township in each."
    ),
    "file_unpacks_too_big": _l(
        "What is packed into this file is too large. Copy the table into a new file and send that."
    ),
    "file_web_page": _l(
        "This is a web page that calls itself a table. Open it, save it as .xlsx and send that one."
    ),
    "registry_changed": _l(
        "The registry is no longer as it was shown. Look at what changes now, and press again."
    ),
    "registry_file_state": _l("File %(file)s cannot be taken in or put away any more."),
    "grams_out_of_range": _l("The weight must be more than nothing and at most %(most)s."),
    "harvest_in_future": _l("The harvest day is still to come."),
    "harvest_too_far": _l("Say a day until %(last)s: who knows what the year brings after that."),
    "harvest_too_old": _l(
        "Picked on that day it could be stored until %(ended)s. Look at the day again."
    ),
    "household_code_taken": _l("There is a household %(household)s already."),
    "household_merged": _l(
        "Household %(household)s is one with %(into)s now: use that code for what is new."
    ),
    "key_reused": _l("This was sent before with other figures. Open the page again and look."),
    "lot_not_received": _l("Lot %(lot)s has not been weighed in: only %(on_hand)s of it is here."),
    "merge_with_itself": _l("A household cannot be merged with itself."),
    "members_not_positive": _l("A household has at least one member."),
    "net_not_positive": _l("After tare and deduction nothing is left: net %(net)s."),
    "nobody_stays": _l("At least one person has to stay in household %(household)s."),
    "not_that_much": _l("Lot %(lot)s has only %(left)s left."),
    "not_this_declaration": _l("Lot %(lot)s was declared for something else."),
    "orchard_too_small": _l("Household %(household)s has less orchard than that."),
    "unknown_status": _l("There is no such status."),
}

UNKNOWN: Final[LazyString] = _l("This is not possible now. Nothing was changed.")


def sentence(refusal: Refusal) -> str:
    """Return what to tell the person, in the language in force."""
    facts = {name: _written(refusal.code, fact) for name, fact in refusal.facts.items()}
    if "name_zh" in facts:
        facts["name"] = facts[f"name_{language()}"]
    known = REFUSALS.get(refusal.code)
    if known is None:
        return f"{UNKNOWN}"
    return f"{known}" % facts if facts else f"{known}"


def remembered(told: Mapping[str, Any]) -> Refusal:
    """Return a refusal that was written down: its code under ``refusal``, and its facts."""
    facts = {name: fact for name, fact in told.items() if name != "refusal"}
    return Refusal(str(told["refusal"]), **facts)


def on_form(form: FlaskForm, refusal: Refusal) -> None:
    """Put the refusal on the form field it belongs to; on the form itself if on none.

    The caller shows the form again with 422.
    """
    if refusal.field in form:
        field = form[refusal.field]
        field.errors = [*field.errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))


@contextmanager
def said_on(form: FlaskForm) -> Iterator[None]:
    """Write what is done inside in one transaction; a refusal of it is said on ``form``.

    Whether it was refused, ``form.errors`` tells.
    """
    try:
        with transaction():
            yield
    except Refusal as refusal:
        on_form(form, refusal)


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
