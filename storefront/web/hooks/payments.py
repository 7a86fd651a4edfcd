"""Payment events: verified, then taken in once. Any answer but 200 is sent again by the caller."""

from flask import Blueprint, Response, request

from storefront.web import gateway_steps
from storefront.web.guards import public

door = Blueprint("hooks", __name__, url_prefix="/hooks")


@door.post("/pretend")
@public
def pretend() -> Response:
    """Take in one event of the pretend provider."""
    signature = request.headers.get("Pretend-Signature", "")
    try:
        gateway_steps.take_in("pretend", request.get_data(), signature)
    except gateway_steps.BadSignature:
        return Response("bad signature\n", 400, content_type="text/plain")
    return Response(status=204)
