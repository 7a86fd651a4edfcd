"""The county door's address."""

from flask import Blueprint

door = Blueprint("county", __name__, url_prefix="/county")
