"""Picture files: whether one is a photograph, and what the shop shows of it.

The only place that knows Pillow, which is loaded where it is needed. Nothing that came with a
picture (where it was taken, by which phone) is in what the shop shows.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storefront.errors import Busy, Refusal
from storefront.exact import half_up

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES: Final = 20_000_000
MOST_PIXELS: Final = 40_000_000
LEAST_SIDE: Final = 480  # pixels of the shorter side
WIDTHS: Final = (480, 960, 1600)
ORIENTATION, ON_ITS_SIDE = 0x0112, frozenset({5, 6, 7, 8})
OPENED: Final = ("JPEG", "PNG", "WEBP")
FORMATS: Final = {
    "JPEG": "jpeg",
    "MPO": "jpeg",
    "PNG": "png",
    "WEBP": "webp",
}  # MPO: of some phones
# what browsers choose from, the smallest file first
MADE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "avif": ("AVIF", {"quality": 60, "speed": 6}),
    "webp": ("WEBP", {"quality": 80, "method": 4}),
    "jpg": ("JPEG", {"quality": 82, "optimize": True, "progressive": True}),
}
PLUGINS: Final = (
    "AvifImagePlugin",
    "JpegImagePlugin",
    "MpoImagePlugin",
    "PngImagePlugin",
    "WebPImagePlugin",
)
ORIGINALS, SHOWN, PAPERS = "originals", "shown", "papers"
DIGEST: Final = 24  # signs of it that name a file


class Unreadable(Exception):  # noqa: N818  an answer, not a fault
    """A file that was taken for a photograph cannot be shown."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A photograph as it was sent: ``digest`` names it, its size is that of it upright."""

    digest: str
    format: str
    width: int
    height: int


def widths_of(width: int) -> tuple[int, ...]:
    """Return the widths a picture is shown in: nothing is made larger than it is."""
    smaller = tuple(each for each in WIDTHS[:-1] if each < width)
    return (*smaller, min(width, WIDTHS[-1]))


def height_at(shown: int, width: int, height: int) -> int:
    """Return how high a picture is when it is shown ``shown`` wide."""
    return max(1, half_up(height * shown, width))


def look(content: bytes) -> Taken:
    """Return what ``content`` is, whatever it was called.

    Raises:
        Refusal: ``photo_missing``, ``photo_too_big``, ``photo_unknown`` (no JPEG, PNG or
            WebP), ``photo_too_many_pixels``, ``photo_too_small``, ``photo_broken``.
    """
    if not content:
        raise Refusal("photo_missing", field="file")
    if len(content) > MOST_BYTES:
        raise Refusal("photo_too_big", field="file", most=MOST_BYTES // 1_000_000)
    kind, width, height = _measured(content)
    if min(width, height) < LEAST_SIDE:
        raise Refusal("photo_too_small", field="file", least=LEAST_SIDE)
    _check_whole(content)
    digest = sha256(content).hexdigest()[:24]
    return Taken(digest, FORMATS[kind], *_upright(content, width, height))


def _measured(content: bytes) -> tuple[str, int, int]:
    """Read a picture's head only: its size is known before anything is unpacked."""
    pillow = _pillow()
    try:
        with pillow.open(BytesIO(content), formats=OPENED) as opened:
            kind, width, height = str(opened.format), opened.width, opened.height
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        raise _too_many() from None
    except Exception:  # noqa: BLE001  whatever it is, it is no photograph
        raise Refusal("photo_unknown", field="file") from None
    if width * height > MOST_PIXELS:
        raise _too_many()
    return kind, width, height


def _too_many() -> Refusal:
    return Refusal("photo_too_many_pixels", field="file", most=MOST_PIXELS // 1_000_000)


def _check_whole(content: bytes) -> None:
    """Refuse a picture that was cut short: its sums are checked, or it is read small to its end."""
    try:
        with _pillow().open(BytesIO(content), formats=OPENED) as opened:
            if FORMATS[str(opened.format)] == "jpeg":
                opened.draft("RGB", (opened.width // 8, opened.height // 8))
                opened.load()
            else:
                opened.verify()
    except Exception:  # noqa: BLE001  Pillow has many words for a broken file
        raise Refusal("photo_broken", field="file") from None


def _upright(content: bytes, width: int, height: int) -> tuple[int, int]:
    try:
        with _pillow().open(BytesIO(content), formats=OPENED) as opened:
            turned = opened.getexif().get(ORIENTATION) in ON_ITS_SIDE
    except Exception:  # noqa: BLE001  what a camera wrote beside the picture may be nonsense
        turned = False
    return (height, width) if turned else (width, height)


def keep(folder: Path, taken: Taken, content: bytes) -> None:
    """Put the file that was sent where the worker finds it; the same one again is one file.

    Raises:
        Busy: the disk takes no more.
    """
    try:
        _put(original_of(folder, taken.digest, taken.format), content)
    except OSError as fault:
        raise Busy from fault


def original_of(folder: Path, digest: str, kind: str) -> Path:
    """Return where a photograph is as it was sent."""
    return folder / ORIGINALS / f"{digest}.{kind}"


def shown_in(folder: Path) -> Path:
    """Return the folder of what the shop shows."""
    return folder / SHOWN


def name_of(digest: str, width: int, ending: str) -> str:
    """Return the name of what is shown; it says what is in it, so it never changes."""
    return f"{digest}-{width}.{ending}"


def is_shown(folder: Path, digest: str) -> bool:
    """Whether anything that the shop shows of a photograph is there."""
    return any(shown_in(folder).glob(f"{digest}-*"))


def prepare(folder: Path, digest: str, kind: str) -> None:
    """Make what the shop shows of a photograph: each width as AVIF, WebP and JPEG.

    Whoever is interrupted does it again: a file is put in its place whole.

    Raises:
        Unreadable: it is gone, or its content cannot be decoded.
        OSError: the disk takes no more.
    """
    try:
        content = original_of(folder, digest, kind).read_bytes()
    except FileNotFoundError:
        raise Unreadable from None
    try:
        made = list(_made(content, digest))
    except Exception as fault:  # a broken file may be anything
        raise Unreadable from fault
    for name, data in made:
        _put(shown_in(folder) / name, data)


def plain_jpeg(content: bytes) -> bytes:
    """Return a picture that ``look`` took, upright and no larger than is read, without its past.

    Where and by which phone it was taken is not in it.

    Raises:
        Refusal: ``photo_broken``: its content cannot be decoded.
    """
    pillow = _pillow()
    try:
        picture = _plain(content)
    except Exception as fault:  # a broken file may be anything
        raise Refusal("photo_broken", field="file") from fault
    picture.thumbnail((WIDTHS[-1], WIDTHS[-1]), pillow.Resampling.LANCZOS, reducing_gap=3.0)
    file, (written_as, options) = BytesIO(), MADE["jpg"]
    picture.save(file, written_as, **options)
    return file.getvalue()


def keep_private(folder: Path, content: bytes) -> str:
    """Put a JPEG where no page of the shop reaches; returns the digest that names it.

    Raises:
        Busy: the disk takes no more.
    """
    digest = sha256(content).hexdigest()[:DIGEST]
    try:
        _put(private_file(folder, digest), content)
    except OSError as fault:
        raise Busy from fault
    return digest


def private_file(folder: Path, digest: str) -> Path:
    """Return where such a JPEG is."""
    return folder / PAPERS / f"{digest}.jpg"


def _made(content: bytes, digest: str) -> Iterator[tuple[str, bytes]]:
    pillow = _pillow()
    picture = _plain(content)
    for width in widths_of(picture.width):
        size = (width, height_at(width, picture.width, picture.height))
        smaller = picture.resize(size, pillow.Resampling.LANCZOS, reducing_gap=3.0)
        for ending, (written_as, options) in MADE.items():
            file = BytesIO()
            smaller.save(file, written_as, **options)
            yield name_of(digest, width, ending), file.getvalue()


def _plain(content: bytes) -> "Picture":
    """Return a picture upright, in sRGB on white, with nothing beside its pixels."""
    from PIL import ImageOps  # noqa: PLC0415  see _pillow

    pillow = _pillow()
    with pillow.open(BytesIO(content), formats=OPENED) as opened:
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    coloured = _in_srgb(upright)
    if coloured.mode in {"RGBA", "LA", "PA"} or "transparency" in coloured.info:
        coloured = coloured.convert("RGBA")
        ground = pillow.new("RGBA", coloured.size, "white")
        coloured = pillow.alpha_composite(ground, coloured)
    plain = coloured.convert("RGB")
    plain.info = {}
    return plain


def _in_srgb(picture: "Picture") -> "Picture":
    """Turn a phone's own colours into those that every screen knows; odd profiles are left out."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return picture
    from PIL import ImageCms  # noqa: PLC0415  see _pillow

    try:
        own, wanted = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, own, wanted, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError):
        return picture


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file there is, each with the digest of the photograph it belongs to."""
    for inner in (ORIGINALS, SHOWN):
        for path in sorted((folder / inner).glob("*")):
            yield path.name.lstrip(".")[:24], path


def _put(place: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _pillow() -> Any:  # noqa: ANN401  a module
    """Return Pillow with the formats we read; ten megabytes, only where pictures are handled."""
    for plugin in PLUGINS:
        import_module(f"PIL.{plugin}")
    image: Any = import_module("PIL.Image")
    image.MAX_IMAGE_PIXELS = MOST_PIXELS
    return image
