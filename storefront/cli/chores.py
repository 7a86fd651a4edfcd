"""The one list of chores: what the worker does by itself, and how often.

Each is safe to repeat and works in small transactions: a full batch is followed
by the next one, so a long queue never holds the database.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from storefront import clock, county, db, outbox
from storefront.catalogue import imaging, photos, search
from storefront.orders import cart, lifecycle, parcels, retention
from storefront.payments import refunds, sessions
from storefront.payments.gateway import GatewayUnreachable
from storefront.settlement import sales, sending_off
from storefront.supply import finding, importing
from storefront.web import gateway_steps, letters
from storefront.web.site import settings

Row = TypeVar("Row")
log = logging.getLogger("storefront.worker")
BATCH = 20  # a transaction this size stays well under half a second
MOST = 400  # rows in one run; the rest waits for the next
MOST_PHOTOS = 2  # a photograph takes seconds, and other chores wait
CART_KEPT = timedelta(days=30)
FILES_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something the shop does by itself; ``run`` returns how many rows it dealt with."""

    name: str
    every: timedelta
    run: Callable[[], int]


def _batches(verb: Callable[[int], int], size: int = BATCH) -> int:
    """Run ``verb`` for ``size`` rows a transaction, until a batch is not full."""
    done = 0
    for _batch in range(MOST // size):
        with db.transaction():
            count = verb(size)
        done += count
        if count < size:
            break
    return done


def _one_by_one(verb: Callable[[int], int]) -> int:
    """Run ``verb`` for one row at a time: rows of several orders are never locked together."""
    return _batches(verb, size=1)


def _each(waiting: Sequence[Row], call: Callable[[Row], None]) -> int:
    """Make one provider call for each row; a provider that does not answer stops no other one."""
    done = 0
    for row in waiting:
        try:
            call(row)
            done += 1
        except GatewayUnreachable:
            log.warning("no answer from the provider, asked again later")
    return done


def lapse_holds() -> int:
    """Give back the pears of orders nobody paid in time."""
    return _batches(lambda size: lifecycle.lapse_holds(now=clock.now(), limit=size))


def settle_sessions() -> int:
    """Close payment pages whose time is over, and take in what was paid unheard."""
    return _each(sessions.stale(now=clock.now()), gateway_steps.settle)


def send_refunds() -> int:
    """Send refunds that wait, and ask again for answers that are overdue."""
    return _each(refunds.to_send(now=clock.now()), gateway_steps.send_refund)


def deliver() -> int:
    """Count parcels as delivered that left long enough ago."""
    days = county.rules().delivery_days
    return _one_by_one(
        lambda size: parcels.deliver_by_elapsed(now=clock.now(), days=days, limit=size)
    )


def close_parcels() -> int:
    """Close parcels whose window has passed, so that shares fall due; and lots that are empty."""
    window = county.rules().after_sale
    closed = _one_by_one(
        lambda size: sales.close_due(now=clock.now(), after_sale=window, limit=size)
    )
    return closed + _batches(lambda size: parcels.close_empty_lots(now=clock.now(), limit=size))


def send_off_lists() -> int:
    """Send off the parcels of carriers' lists that were confirmed, each by itself."""
    return _one_by_one(lambda _one: sending_off.send_next(now=clock.now()))


def spell_products() -> int:
    """Write down how new products are typed in pinyin: the readings are loaded here, not there."""
    return _batches(lambda size: search.spell_names(now=clock.now(), limit=size))


def spell_households() -> int:
    """Write down how the heads of households are typed in pinyin, for who looks for one."""
    return _batches(lambda size: finding.spell_households(limit=size))


def prepare_photos() -> int:
    """Make what the shop shows of new photographs; no transaction is open while that is done."""
    folder, done = settings().uploads, 0
    for photo_id, digest, kind in photos.waiting(limit=MOST_PHOTOS):
        good = _is_prepared(folder, digest, kind)
        with db.transaction():
            photos.settle(photo_id, good=good, now=clock.now())
        done += 1
    return done


def _is_prepared(folder: Path, digest: str, kind: str) -> bool:
    try:
        imaging.prepare(folder, digest, kind)
    except imaging.Unreadable:
        log.warning("a photograph cannot be shown", extra={"facts": {"photo": digest}})
        return False
    return True


def forget_photos() -> int:
    """Delete what was removed a day ago, and files that belong to no photograph."""
    before = clock.now() - photos.KEPT
    done = _batches(lambda size: photos.forget(before, limit=size))
    known, old = photos.digests(), before.timestamp()
    for digest, path in imaging.files_of(settings().uploads):
        if digest not in known and path.stat().st_mtime < old:
            path.unlink()
            done += 1
    return done


def read_files() -> int:
    """Read a file that was sent for the registry; its own transactions are short."""
    file_id = importing.waiting()
    if file_id is None:
        return 0
    importing.read(file_id, now=clock.now())
    return 1


def forget_files() -> int:
    """Delete what was staged of files that were decided on, or waited for a week."""
    before = clock.now() - FILES_KEPT
    return _batches(lambda size: importing.forget(before, limit=size), size=200)


def forget_carts() -> int:
    """Delete carts nobody has touched for a month."""
    with db.transaction():
        return cart.forget_old(clock.now() - CART_KEPT)


def forget_people() -> int:
    """Cut addresses and buyers whose time is over."""
    rules, now = county.rules(), clock.now()
    cuts: tuple[Callable[[int], int], ...] = (
        lambda size: retention.forget_asked(now=now, limit=size),
        lambda size: retention.cut_addresses(now - rules.address_kept, now=now, limit=size),
        lambda size: retention.cut_buyers(now - rules.buyer_kept, now=now, limit=size),
        lambda size: outbox.forget_recipients(now - rules.address_kept, limit=size),
    )
    return sum(_batches(cut) for cut in cuts)


CHORES = (
    Chore("lapse-holds", timedelta(seconds=20), lapse_holds),
    Chore("send-letters", timedelta(seconds=10), letters.send_waiting),
    Chore("send-refunds", timedelta(seconds=10), send_refunds),
    Chore("settle-sessions", timedelta(minutes=1), settle_sessions),
    Chore("deliver", timedelta(minutes=10), deliver),
    Chore("close-parcels", timedelta(minutes=10), close_parcels),
    Chore("send-off-lists", timedelta(seconds=2), send_off_lists),
    Chore("prepare-photos", timedelta(seconds=5), prepare_photos),
    Chore("forget-photos", timedelta(hours=1), forget_photos),
    Chore("spell-products", timedelta(minutes=1), spell_products),
    Chore("spell-households", timedelta(minutes=1), spell_households),
    Chore("read-files", timedelta(seconds=2), read_files),
    Chore("forget-files", timedelta(minutes=10), forget_files),
    Chore("forget-carts", timedelta(days=1), forget_carts),
    Chore("forget-people", timedelta(days=1), forget_people),
)
