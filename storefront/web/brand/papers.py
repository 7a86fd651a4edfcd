"""Photographs of signed slips, as the brand office may see them."""

from flask.typing import ResponseReturnValue

from storefront.supply import confirming
from storefront.web import private_papers
from storefront.web.brand.blueprint import door
from storefront.web.guards import operator


@door.get("/papers/<int:paper>")
@operator
def paper(paper: str) -> ResponseReturnValue:
    """Show the photograph of a signed slip."""
    return private_papers.send(confirming.paper(int(paper)))
