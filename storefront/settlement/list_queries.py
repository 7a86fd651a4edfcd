"""What the office asks of carriers' lists: each row judged by how its parcel stands now."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select

from storefront import db
from storefront.errors import NotFound
from storefront.orders import carriers
from storefront.orders.models import Allocation, Order, Parcel
from storefront.settlement.carrier_lists import CarrierList, CarrierListRow
from storefront.supply.models import Lot, LotHold


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list, how many rows it has, how many were chosen to leave, and how many did."""

    id: int
    code: str
    state: str
    sent_at: datetime
    rows: int
    chosen: int
    sent: int
    refused: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what is to be said of it.

    ``verdict``: ``good``; ``odd`` (the number does not look like one of its carrier);
    ``gone`` (it left under this very number before); ``fault``, with ``faults``.
    """

    id: int
    sheet: str
    row: int
    code: str
    carrier: str
    number: str
    verdict: str
    parcel_id: int | None = None
    parcel: str = ""
    order: str = ""
    city: str = ""
    faults: tuple[dict[str, Any], ...] = ()


Said = tuple[str, dict[str, Any]]
_R, _L = CarrierListRow, CarrierList
_LISTS = (
    select(
        _L.id,
        _L.code,
        _L.state,
        _L.sent_at,
        func.count(_R.id),
        func.count(_R.parcel_id),
        func.count(case((_R.ended == "sent", 1))),
        func.count(case((_R.ended == "refused", 1))),
    )
    .outerjoin(_R, _R.list_id == _L.id)
    .group_by(_L.id, _L.code, _L.state, _L.sent_at)
    .order_by(_L.id.desc())
)


def lists(*, limit: int = 20) -> tuple[ListRow, ...]:
    """Return the lists that were sent, the newest first."""
    return tuple(starmap(ListRow, db.session.execute(_LISTS.limit(limit))))


def list_of(code: str) -> ListRow:
    """Return one list. Raises NotFound."""
    row = db.session.execute(_LISTS.where(_L.code == code)).first()
    if row is None:
        raise NotFound
    return ListRow(*row)


@dataclass(frozen=True, slots=True)
class Ended:
    """A row that was to leave and did not: why."""

    sheet: str
    row: int
    parcel: str
    told: dict[str, Any]


_ENDED = (
    select(_R.sheet, _R.row, Parcel.code, _R.told)
    .join(Parcel, Parcel.id == _R.parcel_id)
    .where(_R.ended == "refused", _R.list_id == bindparam("list"))
    .order_by(_R.id)
)


def refused(list_id: int) -> tuple[Ended, ...]:
    """Return the rows that could not leave any more once it was their turn."""
    return tuple(starmap(Ended, db.session.execute(_ENDED, {"list": list_id})))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a parcel stands: what decides whether it may leave."""

    id: int
    code: str
    order: str
    order_state: str
    state: str
    carrier: str | None
    number: str | None
    city: str
    held: str | None


_HELD = (
    select(func.min(Lot.code))
    .join(Allocation, Allocation.lot_id == Lot.id)
    .join(LotHold, and_(LotHold.lot_id == Lot.id, LotHold.released_at.is_(None)))
    .where(Allocation.parcel_id == Parcel.id, Allocation.state == "packed")
    .correlate(Parcel)
    .scalar_subquery()
)
_PARCELS: Select[*tuple[Any, ...]] = (
    select(
        Parcel.id,
        Parcel.code,
        Order.code,
        Order.state,
        Parcel.state,
        Parcel.carrier,
        Parcel.number,
        Parcel.city,
        _HELD,
    )
    .join(Order, Order.id == Parcel.order_id)
    .order_by(Parcel.id)
)
_BY_PARCEL = _PARCELS.where(Parcel.code.in_(bindparam("codes", expanding=True)))
_BY_ORDER = _PARCELS.where(
    Order.code.in_(bindparam("codes", expanding=True)), Parcel.state != "cancelled"
)
_ROWS = (
    select(_R.id, _R.sheet, _R.row, _R.code, _R.carrier, _R.number, _R.faults)
    .where(_R.list_id == bindparam("list"))
    .order_by(_R.id)
)
_USED = select(Parcel.number, Parcel.carrier, Parcel.code).where(
    Parcel.number.in_(bindparam("numbers", expanding=True))
)


def judged(list_id: int) -> tuple[Judged, ...]:
    """Return every row of a list with what is to be said of it. Four statements."""
    rows = db.session.execute(_ROWS, {"list": list_id}).all()
    codes = sorted({row.code for row in rows if row.code})
    standing: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in starmap(Standing, db.session.execute(_BY_ORDER, {"codes": codes})):
        standing[one.order].append(one)
    for one in starmap(Standing, db.session.execute(_BY_PARCEL, {"codes": codes})):
        standing[one.code] = [one]
    numbers = sorted({row.number for row in rows if row.number})
    used = {
        (str(carrier), str(number)): parcel
        for number, carrier, parcel in db.session.execute(_USED, {"numbers": numbers})
    }
    judge = _Judge(standing, used)
    for row in rows:
        judge.note(row)
    return tuple(judge.of(row) for row in rows)


def seen_as(rows: Iterable[Judged]) -> str:
    """Return what a page that showed these rows promises: which parcels, under which numbers."""
    said = [(one.id, one.parcel_id, one.verdict) for one in rows if one.verdict in ("good", "odd")]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


@dataclass(slots=True)
class _Judge:
    """Judges rows once it has noted all of them: which parcel, which number, in which rows."""

    standing: dict[str, list[Standing]]
    used: dict[tuple[str, str], str]
    parcels: defaultdict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    numbers: defaultdict[tuple[str, str], list[Any]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def note(self, row: Any) -> None:  # noqa: ANN401  a row of _ROWS
        """Note where a row's parcel and number stand."""
        found = self.standing.get(row.code, ())
        if len(found) == 1 and not row.faults:
            self.parcels[found[0].id].append(row)
            if row.number:
                self.numbers[row.carrier, row.number].append(row)

    def of(self, row: Any) -> Judged:  # noqa: ANN401  as above
        """Return a row with its verdict."""
        read = (row.id, row.sheet, row.row, row.code, row.carrier, row.number)
        if row.faults:
            return Judged(*read, "fault", faults=tuple(row.faults))
        found = self.standing.get(row.code, [])
        code, facts = self._fault(row, found)
        if code:
            faults = ({"code": code, "column": "", "heading": "", "facts": facts},)
            return Judged(*read, "fault", faults=faults)
        parcel = found[0]
        there = (parcel.id, parcel.code, parcel.order, parcel.city)
        if parcel.number is not None:
            return Judged(*read, "gone", *there)
        looks_right = carriers.looks_right(row.carrier, row.number)
        return Judged(*read, "good" if looks_right else "odd", *there)

    def _fault(self, row: Any, found: Sequence[Standing]) -> Said:  # noqa: ANN401  as above
        if not found:
            return "parcel_unknown", {}
        if len(found) > 1:
            return "order_in_parcels", {"parcels": ", ".join(one.code for one in found)}
        return self._twice(row, found[0]) or _stays(found[0], row) or self._taken(row, found[0])

    def _twice(self, row: Any, parcel: Standing) -> Said | None:  # noqa: ANN401  as above
        """Return that a parcel or a number stands here twice; of two rows that agree one counts."""
        for code, rows in (
            ("parcel_twice", self.parcels[parcel.id]),
            ("number_twice", self.numbers.get((row.carrier, row.number), [])),
        ):
            others = [one for one in rows if one.id != row.id]
            agree = all((one.code, one.number) == (row.code, row.number) for one in others)
            if others and not (agree and row.id < others[0].id):
                return code, {"other": others[0].row}
        return None

    def _taken(self, row: Any, parcel: Standing) -> Said:  # noqa: ANN401  as above
        other = self.used.get((row.carrier, row.number), parcel.code)
        return ("number_used", {"parcel": other}) if other != parcel.code else ("", {})


def _stays(parcel: Standing, row: Any) -> Said | None:  # noqa: ANN401  as above
    """Return why a parcel cannot leave under this number, if so."""
    if parcel.number is not None:
        same = (parcel.carrier, parcel.number) == (row.carrier, row.number)
        facts = {"parcel": parcel.code, "number": parcel.number}
        return None if same else ("left_otherwise", facts)
    if parcel.order_state != "confirmed":
        return "order_not_to_leave", {"order": parcel.order, "state": parcel.order_state}
    if parcel.state != "packed":
        return "parcel_not_packed", {"parcel": parcel.code, "state": parcel.state}
    return ("parcel_held", {"parcel": parcel.code, "lot": parcel.held}) if parcel.held else None
