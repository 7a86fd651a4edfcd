"""What of a request can be read at all: text a database can keep, numbers that can be a key.

Nobody types these by mistake; whoever sends them gets a page that says so, and
no room ever sees them.
"""

from flask import Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter

NUL = "\0"  # PostgreSQL keeps no text with it
LARGEST_KEY = 2**63 - 1
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class KeyConverter(IntegerConverter):
    """A row's key in an address; a number no row can have is no such address."""

    def __init__(self, *args: object, **others: object) -> None:
        """Bound the number by what a key column holds."""
        super().__init__(*args, **{"max": LARGEST_KEY, **others})  # type: ignore[arg-type]  # Werkzeug's own


def refuse_unreadable() -> None:
    """Answer 404 to an address, and 400 to a form, with a NUL in it."""
    if NUL in request.path:
        abort(404)
    if _has_nul(request.args) or (request.mimetype in FORMS and _has_nul(request.form)):
        abort(400)


def _has_nul(typed: MultiDict[str, str]) -> bool:
    return any(NUL in text for pair in typed.items(multi=True) for text in pair)


def init_app(app: Flask) -> None:
    """Look at every request of ``app`` before anything else does."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(refuse_unreadable)
