"""What is true afterwards: the database asked with the soak's own SQL, and every law of the house.

Each question returns what must not be there; an empty answer is a good one.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import text

from storefront import create_app, db
from storefront.config import Settings
from storefront.reports import check
from tests.soak.diary import Diary

# Each names rows that must not exist.
NEVER = {
    "a lot is oversold": """
        SELECT l.code FROM lot l
        WHERE l.available_g <> l.on_hand_g + l.declared_g - coalesce((SELECT sum(a.grams)
            FROM allocation a WHERE a.lot_id = l.id AND a.state = 'planned'), 0)
          OR l.available_g < 0 OR l.on_hand_g < 0 OR l.declared_g < 0
    """,
    "more was packed of a lot than was weighed in": """
        SELECT l.code FROM lot l
        WHERE coalesce((SELECT sum(a.grams) FROM allocation a WHERE a.lot_id = l.id
            AND a.state IN ('packed', 'booked', 'due', 'paid', 'confirmed')), 0)
          > coalesce((SELECT sum(m.grams) FROM movement m
            WHERE m.lot_id = l.id AND m.stock = 'on_hand' AND m.reason <> 'pack'), 0)
    """,
    "stock is not its history": """
        SELECT l.code FROM lot l
        WHERE l.on_hand_g <> coalesce((SELECT sum(m.grams) FROM movement m
            WHERE m.lot_id = l.id AND m.stock = 'on_hand'), 0)
    """,
    "a crate was moved out twice, or never": """
        SELECT a.id FROM allocation a
        WHERE a.state IN ('packed', 'booked', 'due', 'paid', 'confirmed')
          AND 1 <> (SELECT count(*) FROM movement m
            WHERE m.reason = 'pack' AND m.key = 'pack:' || a.id AND m.grams = -a.grams)
    """,
    "one label is on two crates": """
        SELECT crate FROM allocation WHERE crate IS NOT NULL AND state <> 'freed'
        GROUP BY crate HAVING count(*) > 1
    """,
    "an order keeps two payments": """
        SELECT order_id FROM payment WHERE kept GROUP BY order_id HAVING count(*) > 1
    """,
    "a payment that is not kept was not given back": """
        SELECT p.id FROM payment p WHERE p.state = 'succeeded' AND NOT p.kept
          AND p.amount_fen <> coalesce((SELECT sum(r.amount_fen) FROM refund r
            WHERE r.payment_id = p.id), 0)
    """,
    "a confirmed order is not paid": """
        SELECT o.code FROM orders o WHERE o.state IN ('confirmed', 'completed')
          AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id AND p.kept)
    """,
    "a payment was booked twice, or never": """
        SELECT p.id FROM payment p WHERE p.state = 'succeeded' AND p.amount_fen <> coalesce((
            SELECT sum(g.fen) FROM entry e JOIN posting g ON g.entry_id = e.id
            WHERE e.kind = 'payment' AND e.source = 'payment:' || p.id
              AND g.account = 'provider'), 0)
    """,
    "the provider took money we know nothing of": """
        SELECT s.reference FROM pretend_session s WHERE s.state = 'paid' AND 1 <> (
            SELECT count(*) FROM payment p WHERE p.reference = s.reference
              AND p.state = 'succeeded' AND p.amount_fen = s.amount_fen)
    """,
    "we know of money the provider did not take": """
        SELECT p.id FROM payment p WHERE p.state = 'succeeded' AND NOT EXISTS (
            SELECT 1 FROM pretend_session s WHERE s.reference = p.reference AND s.state = 'paid')
    """,
    "the provider gave back more or less than we asked": """
        SELECT r.id FROM refund r WHERE r.amount_fen <> coalesce((SELECT sum(t.amount_fen)
            FROM pretend_refund t WHERE t.key = r.key), 0)
    """,
    "the books do not stand at what the provider holds": """
        SELECT 'provider' WHERE coalesce((SELECT sum(fen) FROM posting
            WHERE account = 'provider'), 0) <> coalesce((SELECT sum(amount_fen - refunded_fen)
            FROM pretend_session WHERE state = 'paid'), 0)
    """,
    "a parcel was booked twice, or never": """
        SELECT p.code FROM parcel p WHERE p.dispatched_at IS NOT NULL AND 1 <> (
            SELECT count(*) FROM entry e
            WHERE e.kind = 'dispatch' AND e.source = 'parcel:' || p.id)
    """,
    "an entry does not sum to zero": """
        SELECT entry_id FROM posting GROUP BY entry_id HAVING sum(fen) <> 0
    """,
    "a chore failed for good": "SELECT name FROM chore_run WHERE fault IS NOT NULL",
}
# What was acknowledged, each looked up by its key: it must be there once and say the same.
KEPT = {
    "order": "SELECT key, token FROM orders",
    "payment": """
        SELECT p.reference, o.token FROM payment p JOIN orders o ON o.id = p.order_id
        WHERE p.state = 'succeeded'
    """,
    "cancelled": "SELECT token, '' FROM orders WHERE state = 'cancelled'",
    "crate": """
        SELECT a.crate, p.code FROM allocation a JOIN parcel p ON p.id = a.parcel_id
        WHERE a.state <> 'freed' AND a.crate IS NOT NULL
    """,
    "dispatch": "SELECT code, number FROM parcel WHERE dispatched_at IS NOT NULL",
    "delivered": "SELECT code, '' FROM parcel WHERE delivered_at IS NOT NULL",
    "slip": "SELECT key, code FROM slip",
}
KEYS = "SELECT key FROM movement"


def faults(settings: Settings, diary: Diary) -> list[str]:
    """Return everything that is not as it must be; the shop is closed by now."""
    app = create_app(settings)
    with app.app_context():
        found = [*_never(), *_lost(diary.promised), *_out_of_nowhere(diary), *_laws()]
        db.session.remove()
        db.sa.engine.dispose()
    return found


def _never() -> Iterator[str]:
    for says, query in NEVER.items():
        for row in db.session.execute(text(query)):
            yield f"{says}: {row[0]}"


def _lost(promised: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for kind, query in KEPT.items():
        rows = [(str(key), str(said)) for key, said in db.session.execute(text(query))]
        kept = dict(rows)
        if len(kept) != len(rows):
            yield f"{kind}: one key, two rows"
        for key, said in promised.get(kind, {}).items():
            if kept.get(key) != said:
                yield f"{kind} {key} was acknowledged as {said}, kept as {kept.get(key)}"
    moved = {key.removesuffix(":on-hand") for key in db.session.scalars(text(KEYS))}
    yield from (
        f"movement {key} was lost" for key in promised.get("movement", {}) if key not in moved
    )


def _out_of_nowhere(diary: Diary) -> Iterator[str]:
    """Orders and slips nobody sent: an intention that was counted under another key."""
    since = {"order": "SELECT key FROM orders", "slip": "SELECT key FROM slip"}
    tried = {"order": diary.tried["order"], "slip": diary.tried["key"]}
    before = diary.tried["before"]
    for kind, query in since.items():
        for key in db.session.scalars(text(query)):
            if key not in tried[kind] and key not in before:
                yield f"{kind} {key}: nobody sent it"


def _laws() -> Iterator[str]:
    for finding in check.check():
        if finding.broken:
            yield f"law {finding.law}, {finding.claim}: {finding.broken}"
