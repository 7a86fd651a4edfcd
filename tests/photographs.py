"""Pictures as people send them, made here: good ones, and such as are none."""

import struct
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image

from storefront import db
from storefront.actors import Actor
from storefront.catalogue import desk, photos
from storefront.catalogue.imaging import Taken
from storefront.catalogue.models import Photo
from tests import factories as make

ALT: dict[str, Any] = {"alt_zh": "一箱梨", "alt_en": "A box of pears"}
GPS = {1: "N", 2: (36.0, 41.0, 30.0), 3: "E", 4: (110.0, 56.0, 10.0)}
MAKER, ORIENTATION, ON_ITS_SIDE, GPS_INFO = 0x010F, 0x0112, 6, 0x8825


def picture(width=1200, height=900, colour=(200, 180, 90)):
    """A picture with something in it: a band of another colour at its left."""
    made = Image.new("RGB", (width, height), colour)
    made.paste((20, 90, 60), (0, 0, width // 4, height))
    return made


def saved(made, kind="JPEG", **others):
    file = BytesIO()
    made.save(file, kind, **others)
    return file.getvalue()


def jpeg(width=1200, height=900, **others):
    return saved(picture(width, height), **others)


def with_place(width=1200, height=900):
    """A phone's JPEG, held upright: it says where it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[MAKER] = "Phone"
    exif[ORIENTATION] = ON_ITS_SIDE
    exif.get_ifd(GPS_INFO).update(GPS)
    return saved(picture(width, height), exif=exif)


def zipped():
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("pear.jpg", b"not a pear")
    return file.getvalue()


def bomb(width=10_000, height=6_000):
    """A PNG of a few bytes that claims sixty million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1_000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def truncated(content=None):
    whole = content or jpeg()
    return whole[: len(whole) * 2 // 3]


def turned(content):
    """A file with one byte in its middle turned."""
    at = len(content) // 2
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


# what is no photograph, and what is said of it
BAD = {
    "a zip called jpg": (zipped, "photo_unknown"),
    "a page": (lambda: b"<html><script>alert(1)</script></html>", "photo_unknown"),
    "a drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo_unknown"),
    "a gif": (lambda: saved(picture(), "GIF"), "photo_unknown"),
    "a tiff": (lambda: saved(picture(), "TIFF"), "photo_unknown"),
    "sixty megapixels": (bomb, "photo_too_many_pixels"),
    "two hundred megapixels": (lambda: bomb(20_000, 10_000), "photo_too_many_pixels"),
    "a jpeg cut short": (truncated, "photo_broken"),
    "a png cut short": (lambda: truncated(saved(picture(), "PNG")), "photo_broken"),
    "a png with a wrong sum": (lambda: turned(saved(picture(), "PNG")), "photo_broken"),
    "a webp cut short": (lambda: truncated(saved(picture(), "WEBP")), "photo_unknown"),
    "a stamp": (lambda: jpeg(300, 200), "photo_too_small"),
    "nothing": (lambda: b"", "photo_missing"),
}


def photographed(slug: str, digest: str = "0" * 24, *, ready: bool = False) -> Photo:
    """A photograph of a product as the database has it, whatever files there are."""
    taken = Taken(digest, "jpeg", 1200, 900)
    told: dict[str, Any] = {"actor": Actor.shop(), "now": make.NOW}
    with db.transaction():
        photo = photos.add(desk.written(slug).id, taken, **ALT, **told)
        if ready:
            photos.settle(photo.id, good=True, now=make.NOW)
    return photo
