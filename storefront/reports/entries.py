"""One entry of the books: its lines, what it reverses, and what reversed it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from storefront import db
from storefront.errors import NotFound
from storefront.ledger.models import Entry, Posting
from storefront.money import ZERO, Fen
from storefront.orders.models import Allocation, Order
from storefront.supply.households import Household
from storefront.supply.models import Lot, Movement


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One line: an account, fen (debit positive), and the rows it is about."""

    account: str
    fen: Fen
    order_code: str | None
    household_code: str | None
    lot_code: str | None

    @property
    def debit(self) -> Fen:
        """What the line debits; zero when it credits."""
        return max(self.fen, ZERO)

    @property
    def credit(self) -> Fen:
        """What the line credits; zero when it debits."""
        return max(-self.fen, ZERO)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry with its lines, in the order they were booked."""

    id: int
    kind: str
    source: str
    happened_at: datetime
    month: str
    digest: str
    reverses_id: int | None
    reversed_by_id: int | None
    postings: tuple[PostingRow, ...]

    @property
    def debit(self) -> Fen:
        """The sum of the debits."""
        return Fen.total(row.debit for row in self.postings)

    @property
    def credit(self) -> Fen:
        """The sum of the credits; the same as the debits (law 5)."""
        return Fen.total(row.credit for row in self.postings)

    @property
    def order_codes(self) -> tuple[str, ...]:
        """The orders the entry is about, each once."""
        found = (row.order_code for row in self.postings if row.order_code)
        return tuple(dict.fromkeys(found))


def entry_page(entry_id: int) -> EntryPage:
    """Return an entry with its lines; two statements.

    Raises:
        NotFound: there is no such entry.
    """
    entry = db.session.execute(ENTRY.where(Entry.id == entry_id)).one_or_none()
    if entry is None:
        raise NotFound
    rows = db.session.execute(POSTINGS.where(Posting.entry_id == entry_id))
    return EntryPage(**entry._asdict(), postings=tuple(PostingRow(*row) for row in rows))


_later = aliased(Entry)
ENTRY = select(
    Entry.id,
    Entry.kind,
    Entry.source,
    Entry.happened_at,
    Entry.booked_month.label("month"),
    Entry.digest,
    Entry.reverses_id,
    select(func.min(_later.id))
    .where(_later.reverses_id == Entry.id)
    .scalar_subquery()
    .label("reversed_by_id"),
)
POSTINGS = (
    select(Posting.account, Posting.fen, Order.code, Household.code, Lot.code)
    .outerjoin(Order, Order.id == Posting.order_id)
    .outerjoin(Allocation, Allocation.id == Posting.allocation_id)
    .outerjoin(Movement, Movement.id == Posting.movement_id)
    .outerjoin(Lot, Lot.id == func.coalesce(Allocation.lot_id, Movement.lot_id))
    .outerjoin(Household, Household.id == Lot.household_id)
    .order_by(Posting.id)
)
