"""Photographs as the shop shows them: files that never change, kept by browsers for a year."""

import re
from typing import Final

from flask import Response, send_from_directory

from storefront.catalogue import imaging
from storefront.errors import NotFound
from storefront.web import site
from storefront.web.guards import public
from storefront.web.shop.scope import door

YEAR: Final = 365 * 24 * 3600
NAME: Final = re.compile(r"[0-9a-f]{24}-[0-9]{1,4}\.(avif|webp|jpg)")
KINDS: Final = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


@door.get("/photos/<file>")
@public
def photo(file: str) -> Response:
    """Send one picture; its name says what is in it, so it need never be asked for again."""
    found = NAME.fullmatch(file)
    if found is None:
        raise NotFound
    folder = imaging.shown_in(site.settings().uploads)
    answer = send_from_directory(folder, file, mimetype=KINDS[found[1]], max_age=YEAR)
    answer.cache_control.immutable = True
    return answer
