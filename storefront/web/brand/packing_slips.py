"""The slip that goes into the box: for whom, what is in it, and the way to whose it is."""

from flask import render_template
from markupsafe import Markup

from storefront.accounts.codes import in_groups
from storefront.catalogue import provinces
from storefront.orders import packing_slips
from storefront.web import names, qr
from storefront.web.brand.blueprint import door
from storefront.web.guards import operator
from storefront.web.i18n import speaking


@door.get("/packing/<code>/slip")
@operator
def slip(code: str) -> str:
    """Show a parcel's slip, to print on A6; it is in the language of the order, without a price."""
    found = packing_slips.slip(code)
    with speaking(found.locale):
        shop = names.site().public_url
        drawn = render_template(
            "brand/_packing_slip.html",
            slip=found,
            province=provinces.BY_CODE.get(found.province),
            address=shop,
            spoken=in_groups(found.trace_code, 4),
            picture=qr.picture(f"{shop}/t/{found.trace_code}", border=2),
        )
    return render_template("brand/packing_slip.html", slip=found, drawn=Markup(drawn))  # noqa: S704  our own template
