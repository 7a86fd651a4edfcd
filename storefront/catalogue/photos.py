"""Photographs of products: in which order, what they show, and which are ready to be shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import delete, func, select

from storefront import audit, db
from storefront.actors import Actor
from storefront.catalogue.edition import kept
from storefront.catalogue.imaging import Taken, height_at, widths_of
from storefront.catalogue.models import Photo, Product
from storefront.errors import NotFound, Refusal

MOST: Final = 12  # of one product
KEPT: Final = timedelta(days=1)  # a page that was opened before may still ask for it
PLACES: Final = ("cover", "earlier", "later")


@dataclass(frozen=True, slots=True)
class Shown:
    """A photograph that is ready."""

    digest: str
    width: int
    height: int
    alt_zh: str
    alt_en: str

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths it was made in."""
        return widths_of(self.width)

    @property
    def largest(self) -> tuple[int, int]:
        """Width and height of the largest that is shown."""
        wide = self.widths[-1]
        return wide, height_at(wide, self.width, self.height)


@dataclass(frozen=True, slots=True)
class DeskPhoto:
    """A photograph as the office sees it: ready, being prepared, or not to be shown."""

    id: int
    state: str
    shown: Shown


_SHOWN = (Photo.digest, Photo.width, Photo.height, Photo.alt_zh, Photo.alt_en)
_THERE = Photo.removed_at.is_(None)
_READY = (_THERE, Photo.prepared_at.is_not(None))
_WAITING = (_THERE, Photo.prepared_at.is_(None), Photo.failed_at.is_(None))
_ORDER = (Photo.product_id, Photo.position, Photo.id)


@kept
def _ready() -> Mapping[int, tuple[Shown, ...]]:
    rows = db.session.execute(
        select(Photo.product_id, *_SHOWN).where(*_READY).order_by(*_ORDER)
    ).all()
    found: dict[int, list[Shown]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Shown(*row[1:]))
    return MappingProxyType({product: tuple(photos) for product, photos in found.items()})


def of_product(product_id: int) -> tuple[Shown, ...]:
    """Return a product's photographs that are ready, its cover first; read once an edition."""
    return _ready().get(product_id, ())


def cover_of(product_id: int) -> Shown | None:
    """Return the photograph that a product's card shows, if any is ready."""
    return next(iter(of_product(product_id)), None)


def at_the_desk(product_id: int) -> tuple[DeskPhoto, ...]:
    """Return all photographs of a product in their order, ready or not. One statement."""
    query = select(Photo).where(_THERE, Photo.product_id == product_id).order_by(*_ORDER)
    return tuple(DeskPhoto(row.id, _state(row), _shown(row)) for row in db.session.scalars(query))


def _state(photo: Photo) -> str:
    if photo.failed_at is not None:
        return "failed"
    return "waiting" if photo.prepared_at is None else "ready"


def _shown(photo: Photo) -> Shown:
    return Shown(photo.digest, photo.width, photo.height, photo.alt_zh, photo.alt_en)


def add(
    product_id: int, taken: Taken, alt_zh: str, alt_en: str, *, actor: Actor, now: datetime
) -> Photo:
    """Add a photograph as a product's last; one that it has already is that one.

    Raises:
        Refusal: ``alt_missing``, ``photos_enough``.
    """
    _check_alt(alt_zh, alt_en)
    product, photos = _locked(product_id)
    same = [photo for photo in photos if photo.digest == taken.digest]
    if same:
        return same[0]
    if len(photos) >= MOST:
        raise Refusal("photos_enough", field="file", most=MOST)
    photo = Photo(
        product_id=product.id,
        position=max((each.position for each in photos), default=0) + 1,
        digest=taken.digest,
        format=taken.format,
        width=taken.width,
        height=taken.height,
        alt_zh=alt_zh,
        alt_en=alt_en,
        added_at=now,
    )
    db.session.add(photo)
    db.session.flush()
    audit.record(actor, "add_photo", "product", product.slug, now=now, photo=taken.digest)
    return photo


def describe(photo_id: int, alt_zh: str, alt_en: str, *, actor: Actor, now: datetime) -> Photo:
    """Say anew what a photograph shows.

    Raises:
        Refusal: ``alt_missing``.
        NotFound: it was removed.
    """
    _check_alt(alt_zh, alt_en)
    product, photo, _photos = _one(photo_id)
    if (photo.alt_zh, photo.alt_en) != (alt_zh, alt_en):
        photo.alt_zh, photo.alt_en = alt_zh, alt_en
        facts = {"photo": photo.digest}
        audit.record(actor, "describe_photo", "product", product.slug, now=now, **facts)
        db.session.flush()
    return photo


def move(photo_id: int, place: str, *, actor: Actor, now: datetime) -> Photo:
    """Make a photograph the cover, or let it change places with the one before or after it.

    Raises:
        Refusal: ``unknown_place``.
        NotFound: it was removed.
    """
    if place not in PLACES:
        raise Refusal("unknown_place")
    product, photo, photos = _one(photo_id)
    at = photos.index(photo)
    to = {"cover": 0, "earlier": max(at - 1, 0), "later": min(at + 1, len(photos) - 1)}[place]
    if to != at:
        photos.insert(to, photos.pop(at))
        for position, each in enumerate(photos, start=1):
            each.position = position
        facts = {"photo": photo.digest, "to": to + 1}
        audit.record(actor, "move_photo", "product", product.slug, now=now, **facts)
        db.session.flush()
    return photo


def remove(photo_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a photograph away; one that is gone stays so. Its files go a day later."""
    photo = db.lock_one(Photo, photo_id)
    if photo.removed_at is None:
        photo.removed_at = now
        slug = db.get(Product, photo.product_id).slug
        audit.record(actor, "remove_photo", "product", slug, now=now, photo=photo.digest)
        db.session.flush()


def waiting(*, limit: int) -> Sequence[tuple[int, str, str]]:
    """Return id, digest and format of photographs to be prepared, those added first before."""
    query = select(Photo.id, Photo.digest, Photo.format).where(*_WAITING).order_by(Photo.id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.limit(limit))]


def settle(photo_id: int, *, good: bool, now: datetime) -> None:
    """Write down that a photograph is ready, or cannot be shown; said twice it was said once."""
    photo = db.lock_one(Photo, photo_id)
    if photo.prepared_at is None and photo.failed_at is None:
        photo.prepared_at, photo.failed_at = (now, None) if good else (None, now)
        db.session.flush()


def originals() -> tuple[str, ...]:
    """Return the name of every photograph's file as it was sent."""
    query = select(Photo.digest, Photo.format).distinct().order_by(Photo.digest)
    return tuple(f"{digest}.{kind}" for digest, kind in db.session.execute(query))


def prepare_again(is_missing: Callable[[str], bool]) -> int:
    """Let the worker prepare again what is missing of the shop's files; returns how many."""
    ready = select(Photo).where(*_READY).order_by(Photo.id)
    missing = [photo for photo in db.session.scalars(ready) if is_missing(photo.digest)]
    for photo in missing:
        photo.prepared_at = None
    db.session.flush()
    return len(missing)


def forget(before: datetime, *, limit: int) -> int:
    """Delete up to ``limit`` photographs that were removed before; returns how many."""
    old = select(Photo.id).where(Photo.removed_at < before).order_by(Photo.id).limit(limit)
    ids = db.session.scalars(old).all()
    db.session.execute(delete(Photo).where(Photo.id.in_(ids)))
    return len(ids)


def digests() -> frozenset[str]:
    """Return the digests of every photograph there is, removed ones among them."""
    return frozenset(db.session.scalars(select(Photo.digest).distinct()))


def counted() -> int:
    """Return how many photographs wait to be prepared."""
    return int(db.session.scalar(select(func.count()).select_from(Photo).where(*_WAITING)) or 0)


def _check_alt(alt_zh: str, alt_en: str) -> None:
    for name, text in (("alt_zh", alt_zh), ("alt_en", alt_en)):
        if not text.strip():
            raise Refusal("alt_missing", field=name)


def _locked(product_id: int) -> tuple[Product, list[Photo]]:
    """Lock a product, so that the order of its photographs is one writer's, and read them."""
    product = db.lock_one(Product, product_id)
    query = select(Photo).where(_THERE, Photo.product_id == product_id).order_by(*_ORDER)
    fresh = query.execution_options(populate_existing=True)
    return product, list(db.session.scalars(fresh))


def _one(photo_id: int) -> tuple[Product, Photo, list[Photo]]:
    product, photos = _locked(db.get(Photo, photo_id).product_id)
    found = [photo for photo in photos if photo.id == photo_id]
    if not found:
        raise NotFound
    return product, found[0], photos
