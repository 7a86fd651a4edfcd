"""Every law over live data: what ``flask books check`` says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select, text

from storefront import db
from storefront.ledger import books
from storefront.ledger.books import Fact, Line
from storefront.ledger.models import Entry, Posting
from storefront.reports import (
    laws_of_figures,
    laws_of_goods,
    laws_of_money,
    laws_of_shares,
    laws_of_slips,
)
from storefront.reports.claims import Claim

CLAIMS = tuple(
    sorted(
        (
            *laws_of_money.CLAIMS,
            *laws_of_goods.CLAIMS,
            *laws_of_shares.CLAIMS,
            *laws_of_slips.CLAIMS,
            *laws_of_figures.CLAIMS,
        ),
        key=lambda claim: claim.law,
    )
)
UNTOUCHED = "no entry was changed after it was booked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one claim: how many rows it looked at, and the first that breaks it."""

    law: int
    claim: str
    looked: int
    broken: str | None

    @property
    def ok(self) -> bool:
        """Whether every row keeps the law."""
        return self.broken is None


def check() -> tuple[Finding, ...]:
    """Look at every row each law speaks of; by law."""
    findings = [*(_find(claim) for claim in CLAIMS), _digests()]
    return tuple(sorted(findings, key=lambda finding: finding.law))


def _find(claim: Claim) -> Finding:
    rows = f"FROM ({claim.rows}) looked_at"
    looked = db.session.scalar(text(f"SELECT count(*) {rows}"))
    broken = text(f"SELECT * {rows} WHERE {claim.wrong} ORDER BY 1 LIMIT 1")
    row = db.session.execute(broken).mappings().one_or_none()
    named = None if row is None else ", ".join(f"{name} {value}" for name, value in row.items())
    return Finding(claim.law, claim.says, int(looked or 0), named)


def _digests() -> Finding:
    """Law 5 also says that nothing is changed: each entry's digest is worked out again."""
    looked, broken = 0, None
    for entry_id, digest, fact, lines in _entries():
        looked += 1
        if broken is None and digest != books.digest(fact, lines):
            broken = f"entry {entry_id}, kind {fact.kind}, source {fact.source}"
    return Finding(5, UNTOUCHED, looked, broken)


HEAD = 7  # columns of an entry before those of its line


def _head(row: Row[*tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(row)[:HEAD]


def _entries() -> Iterator[tuple[int, str, Fact, list[Line]]]:
    """Yield every entry with its lines, reading a thousand rows at a time."""
    query = (
        select(
            Entry.id,
            Entry.digest,
            Entry.kind,
            Entry.source,
            Entry.happened_at,
            Entry.booked_month,
            Entry.reverses_id,
            Posting.account,
            Posting.fen,
            Posting.order_id,
            Posting.allocation_id,
            Posting.movement_id,
        )
        .outerjoin(Posting, Posting.entry_id == Entry.id)
        .order_by(Entry.id, Posting.id)
        .execution_options(yield_per=1000)
    )
    for (entry_id, digest, *fact), rows in groupby(db.session.execute(query), _head):
        lines = [Line(*tuple(row)[HEAD:]) for row in rows if row.account is not None]
        yield entry_id, digest, Fact(*fact), lines
