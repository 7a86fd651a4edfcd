"""A carrier's list of numbers: kept, looked at, and then everything good on it sent off.

What is good is judged anew each time somebody looks (``list_queries``). Once an operator has
confirmed what was shown, parcels leave one to a transaction, so that a list that is cut short
goes on where it was (docs/adr/0033).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storefront import audit, db, ids
from storefront.actors import OPERATOR, Actor
from storefront.errors import Forbidden, Refusal
from storefront.orders.carrier_file import Listed
from storefront.settlement import list_queries, sales
from storefront.settlement.carrier_lists import CarrierList, CarrierListRow


def keep(content: bytes, rows: Sequence[Listed], *, actor: Actor, now: datetime) -> str:
    """Keep the rows that were read of a list; returns its code. Nothing leaves yet.

    The same list again, while it waits, is the one that waits.

    Raises:
        Forbidden: the actor is no operator.
    """
    _check_operator(actor)
    said = repr(rows).encode()  # the carrier chosen for the whole of it counts too
    digest = hashlib.sha256(content + said).hexdigest()
    known = db.session.scalar(
        select(CarrierList.code).where(CarrierList.sha256 == digest, CarrierList.state == "ready")
    )
    if known is not None:
        return known
    kept = CarrierList(code=ids.new_code(), sha256=digest, state="ready")
    kept.sent_by, kept.sent_at = actor.user_id, now
    db.session.add(kept)
    db.session.flush()
    made = [_row(kept.id, row) for row in rows]
    db.session.connection().execute(db.table(CarrierListRow).insert(), made)
    audit.record(actor, "send_carrier_list", "carrier_list", kept.code, now=now, rows=len(rows))
    db.session.flush()
    return kept.code


def _check_operator(actor: Actor) -> None:
    if not actor.may(OPERATOR):
        raise Forbidden


def _row(list_id: int, listed: Listed) -> dict[str, Any]:
    return {
        "list_id": list_id,
        "sheet": listed.sheet,
        "row": listed.row,
        "code": listed.code,
        "carrier": listed.carrier,
        "number": listed.number,
        "faults": [asdict(fault) for fault in listed.faults],
        "told": {},
    }


def confirm(
    list_id: int, seen: str, *, odd_too: bool = False, actor: Actor, now: datetime
) -> CarrierList:
    """Choose everything good on a list to leave, as it was ``seen``; said again: no change.

    ``odd_too``: also numbers that do not look like one of their carrier.

    Raises:
        Forbidden: the actor is no operator.
        Refusal: ``carrier_list_changed`` when it is not as it was shown; ``carrier_list_state``
            once it was put away; ``nothing_to_send_off``.
    """
    _check_operator(actor)
    kept = db.lock_one(CarrierList, list_id)
    if kept.state in ("going", "done"):
        return kept
    _check_ready(kept)
    judged = list_queries.judged(list_id)
    if list_queries.seen_as(judged) != seen:
        raise Refusal("carrier_list_changed", list=kept.code)
    wanted = ("good", "odd") if odd_too else ("good",)
    chosen = {one.id: one.parcel_id for one in judged if one.verdict in wanted}
    if not chosen:
        raise Refusal("nothing_to_send_off", list=kept.code)
    for row in db.lock(CarrierListRow, *chosen):
        row.parcel_id = chosen[row.id]
    kept.state, kept.decided_by, kept.decided_at = "going", actor.user_id, now
    audit.record(actor, "send_list_off", "carrier_list", kept.code, now=now, parcels=len(chosen))
    db.session.flush()
    return kept


def put_away(list_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a list away, of which nothing has left; put away again: no change.

    Raises:
        Forbidden: the actor is no operator.
        Refusal: ``carrier_list_state`` once it was confirmed.
    """
    _check_operator(actor)
    kept = db.lock_one(CarrierList, list_id)
    if kept.state == "put_away":
        return
    _check_ready(kept)
    kept.state, kept.decided_by, kept.decided_at = "put_away", actor.user_id, now
    audit.record(actor, "put_list_away", "carrier_list", kept.code, now=now)
    db.session.flush()


def _check_ready(kept: CarrierList) -> None:
    if kept.state != "ready":
        raise Refusal("carrier_list_state", list=kept.code)


GOING = select(CarrierList.id).where(CarrierList.state == "going").order_by(CarrierList.id).limit(1)
OPEN = select(CarrierListRow.id).where(
    CarrierListRow.parcel_id.is_not(None), CarrierListRow.ended.is_(None)
)


def send_next(*, now: datetime) -> int:
    """Send off the next parcel of the first list that is going; returns how many were looked at.

    What no longer can leave (cancelled, held or sent off otherwise since it was confirmed)
    stays, and its row says why; the others leave all the same.
    """
    list_id = db.session.scalar(GOING)
    if list_id is None:
        return 0
    kept = db.lock_one(CarrierList, list_id)
    query = OPEN.where(CarrierListRow.list_id == kept.id).order_by(CarrierListRow.id).limit(1)
    row_id = db.session.scalar(query)
    if row_id is None:
        kept.state = "done"
        db.session.flush()
        return 1
    _send_off(db.lock_one(CarrierListRow, row_id), kept.decided_by, now)
    return 1


def _send_off(row: CarrierListRow, confirmed_by: int | None, now: datetime) -> None:
    he = Actor("user", user_id=confirmed_by, roles=frozenset({OPERATOR}))
    try:
        sales.dispatch(row.parcel_id or 0, row.carrier, row.number, actor=he, now=now)
        row.ended = "sent"
    except Refusal as refusal:  # it says no before it writes anything
        facts = {name: str(fact) for name, fact in refusal.facts.items() if name != "field"}
        row.ended, row.told = "refused", {"refusal": refusal.code, **facts}
    db.session.flush()
