"""The sign-in door's addresses."""

from flask import Blueprint

door = Blueprint("sign_in", __name__)
