"""What a phone keeps until the line is back: whose it is, and that the server has it.

The phone's script (static/js/queue.js) names the key of what it sends. It forgets it only when
an answer names that key; whatever else comes back, a sign-in page say, it keeps it.
"""

from typing import Final

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from storefront.web.htmx import request, send_to
from storefront.web.producers.blueprint import door
from storefront.web.producers.scope import owner

SENT_WITH: Final = "X-Waiting"
SENT_BY: Final = "X-Waiting-Of"


@door.before_request
def only_their_own() -> AnyResponse | None:
    """Take nothing that somebody else typed on this phone: it waits until they sign in again."""
    typed_by = request.headers.get(SENT_BY)
    return Response(status=401) if typed_by is not None and typed_by != owner() else None


def kept(address: str, key: str) -> AnyResponse:
    """Send the browser on; the phone's script is told that what it sent is here."""
    if request.headers.get(SENT_WITH) is None:
        return send_to(address)
    return Response(status=200, headers={"X-Kept": key, "X-Next": address})
