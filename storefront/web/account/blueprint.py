"""The addresses of shoppers' accounts."""

from flask import Blueprint

from storefront.web.shopping import cart_count

door = Blueprint("account", __name__, url_prefix="/account")
door.context_processor(cart_count)
