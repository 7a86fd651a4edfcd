"""Law 7: what may still change of a row that is there; everything else is frozen.

A column that is not named here is frozen, so a new one is until somebody says why not.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from tests.machine.seen import Change, Row, Seen


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


FREE: Final = frozenset(
    {
        # registers and catalogue: their later edits are what law 7 is about
        "household",
        "household_status",
        "users",
        "offer",
        "product",
        "quantity_step",
        # drafts, letters, leases, which catalogue was read: not history
        "edition",
        "cart",
        "cart_line",
        "chore_run",
        "lease",
        "letter",
        # kept figures: law 10 compares them
        "household_month",
        "county_month",
    }
)
# of a row that is not packed yet (place_short, packing, a split that cuts it)
PLANNED: Final = _columns(
    "lot_id household_id household_code village_id status grams retail_fen share_fen state"
    " how_confirmed crate planned_at packed_at packed_by freed_at custody parcel_id"
)
MAY_CHANGE: Final[Mapping[str, frozenset[str]]] = {
    table: _columns(columns)
    for table, columns in {
        "carrier_list": "state",
        "lot": "declared_g on_hand_g available_g allocated_g state closed_at",
        "lot_hold": "released_at released_by ended",
        "orders": "state confirmed_at completed_at",
        "parcel": "state promised_on",
        "allocation": "state freed_at",
        "payment": "state kept opened_at succeeded_at",
        "refund": "state key fault sent_at answered_at reference",
        "pay_run": "state",
        "pay_item": "state",
        "pay_item_row": "live",
        "slip_code": "tries",
        "station": "village_id",
    }.items()
}
# ... and these once, from nothing to what they stay
ONCE: Final[Mapping[str, frozenset[str]]] = {
    table: _columns(columns)
    for table, columns in {
        "lot": "confirmed_at confirmed_how",
        "carrier_list": "decided_by decided_at",
        "carrier_list_row": "parcel_id ended told",
        "slip_code": "used_at",
        "village": "valid_to successor_id",
        "loss_case": "decision decided_by decided_at movement_id",
        "parcel": "charge_fen carrier number packed_at dispatched_at delivered_at closed_at"
        " lost_at returned_at",
        "payment": "reference url",
        "pay_run": "approved_by approved_at exported_by exported_at file_hash closed_at",
    }.items()
}
WEIGHED: Final = _columns(
    "slip_id station_id gross_g tare_g deduction_g net_g deduction_reason purchase_price"
    " received_at"
)
UNPACKED: Final = ("planned", "short")


def thawed(changes: Iterable[Change], before: Seen) -> list[str]:
    """What changed although it was frozen."""
    return [str(change) for change in changes if _is_thawed(change, before)]


def _is_thawed(change: Change, before: Seen) -> bool:
    if change.table in FREE or change.before is None:
        return False
    if change.table == "parcel_boxes":  # until their parcel leaves
        return before.row("parcel", change.before["parcel_id"])["dispatched_at"] is not None
    if change.after is None:
        return True
    moved = {name for name, value in change.after.items() if value != change.before[name]}
    return bool(moved - _may_change(change.table, change.before))


def _may_change(table: str, row: Row) -> frozenset[str]:
    once = {name for name in ONCE.get(table, ()) if row[name] is None}
    allowed = MAY_CHANGE.get(table, frozenset()) | once
    if table == "allocation" and row["state"] in UNPACKED:
        allowed |= PLANNED
    if table == "allocation" and row["state"] == "packed":
        allowed |= {"parcel_id", "weighed_g"}
    if table == "parcel" and row["dispatched_at"] is None:
        allowed |= {"freight_cost_fen"}
    if table == "lot" and row["state"] == "declared":
        allowed |= WEIGHED
    return allowed
