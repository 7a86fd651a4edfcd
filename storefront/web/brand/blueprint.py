"""The brand office's door."""

from flask import Blueprint

door = Blueprint("brand", __name__, url_prefix="/brand")
