"""The addresses of shoppers' accounts."""

from flask import Blueprint

door = Blueprint("account", __name__, url_prefix="/account")
