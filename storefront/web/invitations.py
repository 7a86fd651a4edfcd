"""The way into an account that a letter carries: signed, so that the database alone opens none."""

from typing import Final

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

WAY: Final = "/account/by-letter"


def path(code: str) -> str:
    """Return the path that a letter leads to."""
    return f"{WAY}/{_signer().dumps(code)}"


def read(token: str) -> str | None:
    """Return the code that was signed, or None where this shop signed none."""
    try:
        return str(_signer().loads(token))
    except BadSignature:
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="invitation")
