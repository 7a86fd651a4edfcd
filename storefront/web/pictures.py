"""Where the browser finds a photograph: every kind and width it was made in."""

from typing import Final

from flask import Flask

from storefront.catalogue.imaging import name_of
from storefront.catalogue.photos import Shown

PREFIX: Final = "/photos/"
KINDS: Final = (("image/avif", "avif"), ("image/webp", "webp"), ("image/jpeg", "jpg"))


def photo_sources(photo: Shown) -> list[tuple[str, str]]:
    """Return the type and the ``srcset`` of each kind, the smallest files first."""
    return [(kind, _widths(photo, ending)) for kind, ending in KINDS]


def photo_source(photo: Shown) -> str:
    """Return the address of the largest, for browsers that know no other kind."""
    return PREFIX + name_of(photo.digest, photo.widths[-1], KINDS[-1][1])


def _widths(photo: Shown, ending: str) -> str:
    return ", ".join(
        f"{PREFIX}{name_of(photo.digest, width, ending)} {width}w" for width in photo.widths
    )


def init_app(app: Flask) -> None:
    """Give every template the filters ``photo_sources`` and ``photo_source``."""
    app.jinja_env.filters.update({each.__name__: each for each in (photo_sources, photo_source)})
