"""Files of prices: sent, looked at, and taken in at once or put away."""

from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from storefront.web import price_pages
from storefront.web.brand.blueprint import door
from storefront.web.guards import operator
from storefront.web.readable import takes_file


@door.route("/price-files", methods=["GET", "POST"], endpoint="price_files")
@operator
@takes_file
def price_files() -> ResponseReturnValue:
    """Show the files that were sent, and where to send one."""
    return price_pages.sending("brand")


@door.get("/price-files/<code>")
@operator
def price_file(code: str) -> str:
    """Show what a file would change, or what is wrong in it."""
    return price_pages.file("brand", code)


@door.post("/price-files/<code>/take-in")
@operator
def take_in_price_file(code: str) -> AnyResponse:
    """Take in what the page showed."""
    return price_pages.take_in("brand", code)


@door.post("/price-files/<code>/put-away")
@operator
def put_price_file_away(code: str) -> AnyResponse:
    """Put a file away without taking it in."""
    return price_pages.put_away("brand", code)
