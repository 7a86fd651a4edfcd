"""Photographs of signed slips: sent to who may see them, kept by no browser and no proxy."""

from flask import Response, send_file

from storefront.catalogue import imaging
from storefront.errors import NotFound
from storefront.web import site


def send(digest: str) -> Response:
    """Send one picture; the caller has looked at who asks. Raises NotFound."""
    path = imaging.private_file(site.settings().uploads, digest)
    if not path.is_file():
        raise NotFound
    answer = send_file(path, mimetype="image/jpeg", etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
