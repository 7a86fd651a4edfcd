"""A damaged summary put right from the books: what ``flask books recompute --write`` does.

Only the kept figures are replaced; the books themselves are never changed. This
is the one other writer of the shelves, and shares nothing with ``summary``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from storefront import audit, db
from storefront.actors import Actor
from storefront.settlement.models import CountyMonth, HouseholdMonth

MODELS: Mapping[str, type[HouseholdMonth | CountyMonth]] = {
    model.__tablename__: model for model in (HouseholdMonth, CountyMonth)
}
Row = tuple[Mapping[str, Any], Mapping[str, int]]  # the key of a row and its amounts


def hold_shelves() -> None:
    """Keep everybody else from writing the shelves until the transaction ends.

    Taken before they are compared with the books: an entry booked meanwhile adds its
    flow afterwards, to figures that are right.
    """
    db.lock_tables(*MODELS.values())


def put_right(shelf: str, rows: Sequence[Row], *, actor: Actor, now: datetime) -> None:
    """Replace these rows of ``shelf`` by what the books say; a row of zeros goes. Audited."""
    model = MODELS[shelf]
    for key, amounts in rows:
        same = [getattr(model, name) == value for name, value in key.items()]
        db.session.execute(delete(model).where(*same))
        if any(amounts.values()):
            db.session.execute(insert(model).values(**key, **amounts))
    if rows:
        audit.record(actor, "recompute", "summary", shelf, now=now, rows=len(rows))
