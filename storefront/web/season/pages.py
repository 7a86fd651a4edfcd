"""The demonstration's own page: how far the season is told; and the word that opens the whole."""

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from storefront.errors import NotFound
from storefront.web.guards import public
from storefront.web.htmx import page, see_other, toast
from storefront.web.season import beside
from storefront.web.security import no_store
from storefront.web.site import settings

door = Blueprint("season", __name__, url_prefix="/demo")


@door.get("/season")
@public
@no_store
def show() -> Response:
    """Say how far the season is told."""
    return page("season/page.html", "season/_telling.html")


@door.post("/season")
@public
def open_whole() -> AnyResponse:
    """Open the whole season: what was tried until now stays behind."""
    path = beside.path_of(settings())
    if path is None or not beside.put_in_place(path):
        raise NotFound
    toast(_("The whole season is open."))
    return see_other("shop.home")
