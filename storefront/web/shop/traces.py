"""The page behind the QR code in the box: whose harvest it is. Open to whoever has the code."""

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from storefront import ids
from storefront.accounts.codes import in_groups
from storefront.errors import NotFound
from storefront.orders import traces
from storefront.web.guards import public
from storefront.web.htmx import see_other
from storefront.web.shop.scope import door


@door.get("/t/<code>")
@public
def trace(code: str) -> AnyResponse | str:
    """Show a parcel without its buyer; a code that was typed another way leads to its address."""
    read = ids.read_code(code[:40])
    if not ids.is_code(read):
        raise NotFound
    if read != code:
        return see_other("shop.trace", code=read)
    found = traces.trace(code)
    return render_template("shop/trace.html", trace=found, spoken=in_groups(code, 4))
