"""The rows of one order: its parcels, whose pears filled it, and its entries."""

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import select

from storefront import db
from storefront.catalogue.models import Grade
from storefront.ledger.models import Entry, Posting
from storefront.money import Fen
from storefront.orders.models import Allocation, Line, LinePart, Parcel
from storefront.supply.households import Household
from storefront.supply.models import Lot
from storefront.supply.places import Village
from storefront.weight import Grams


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """A parcel: what it was charged and what its freight costs."""

    code: str
    state: str
    charge: Fen | None
    freight_cost: Fen
    dispatched_at: datetime | None


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """Whose pears: one allocation that was not freed."""

    id: int
    product_zh: str
    product_en: str
    grade_zh: str
    grade_en: str
    lot_code: str | None
    household_code: str | None
    head: str | None
    village_zh: str | None
    village_en: str | None
    status: str | None
    crate: str | None
    how: str | None
    grams: Grams
    retail: Fen
    share: Fen
    custody: str
    state: str


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A line of an entry that is about this order."""

    account: str
    fen: Fen
    household_code: str | None
    lot_code: str | None


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry with its lines about this order."""

    id: int
    kind: str
    source: str
    happened_at: datetime
    month: str
    reverses_id: int | None
    postings: tuple[PostingLine, ...]


def parcels_of(order_id: int) -> tuple[ParcelLine, ...]:
    """Return the parcels of an order; one statement."""
    query = (
        select(
            Parcel.code,
            Parcel.state,
            Parcel.charge_fen,
            Parcel.freight_cost_fen,
            Parcel.dispatched_at,
        )
        .where(Parcel.order_id == order_id)
        .order_by(Parcel.position)
    )
    return tuple(starmap(ParcelLine, db.session.execute(query)))


def allocations_of(order_id: int) -> tuple[AllocationLine, ...]:
    """Return the allocations of an order that were not freed; one statement."""
    query = (
        select(
            Allocation.id,
            Line.name_zh,
            Line.name_en,
            Grade.name_zh,
            Grade.name_en,
            Lot.code,
            Allocation.household_code,
            Household.head,
            Village.name_zh,
            Village.name_en,
            Allocation.status,
            Allocation.crate,
            Allocation.how_confirmed,
            Allocation.grams,
            Allocation.retail_fen,
            Allocation.share_fen,
            Allocation.custody,
            Allocation.state,
        )
        .join(Line, Line.id == Allocation.line_id)
        .join(LinePart, LinePart.id == Allocation.line_part_id)
        .join(Grade, Grade.id == LinePart.grade_id)
        .outerjoin(Lot, Lot.id == Allocation.lot_id)
        .outerjoin(Household, Household.id == Allocation.household_id)
        .outerjoin(Village, Village.id == Allocation.village_id)
        .where(Allocation.order_id == order_id, Allocation.state != "freed")
        .order_by(Line.position, LinePart.position, Allocation.position, Allocation.id)
    )
    return tuple(starmap(AllocationLine, db.session.execute(query)))


def entries_of(order_id: int) -> tuple[EntryLine, ...]:
    """Return the entries about the order in the order of booking; one statement."""
    query = (
        select(
            Entry.id,
            Entry.kind,
            Entry.source,
            Entry.happened_at,
            Entry.booked_month,
            Entry.reverses_id,
            Posting.account,
            Posting.fen,
            Allocation.household_code,
            Lot.code,
        )
        .join(Posting, Posting.entry_id == Entry.id)
        .outerjoin(Allocation, Allocation.id == Posting.allocation_id)
        .outerjoin(Lot, Lot.id == Allocation.lot_id)
        .where(Posting.order_id == order_id)
        .order_by(Entry.id, Posting.id)
    )
    found: dict[int, tuple[list[Any], list[PostingLine]]] = {}
    for row in db.session.execute(query):
        *head, account, fen, household_code, lot_code = row
        _, postings = found.setdefault(row.id, (head, []))
        postings.append(PostingLine(account, fen, household_code, lot_code))
    entries = ((*head, tuple(postings)) for head, postings in found.values())
    return tuple(starmap(EntryLine, entries))
