"""What of a request can be read at all: a form, text a database keeps, a number that can be a key.

Nobody types these by mistake; whoever sends them gets a page that says so, and
no room ever sees them.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask, Request, abort, current_app, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter

NUL, NUL_IN_QUERY = "\0", b"%00"  # PostgreSQL keeps no text with it
LARGEST_KEY = 2**63 - 1
MACHINES = frozenset({"hooks"})  # the door whose bodies are not forms
LARGEST_FILE_FORM: Final = 40_000_000  # what is too large for its field gets a sentence there
View = TypeVar("View", bound=Callable[..., object])
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class KeyConverter(IntegerConverter):
    """A row's key in an address; a number no row can have is no such address."""

    def __init__(self, *args: object, **others: object) -> None:
        """Bound the number by what a key column holds."""
        super().__init__(*args, **{"max": LARGEST_KEY, **others})  # type: ignore[arg-type]  # Werkzeug's own


def takes_file(view: View) -> View:
    """Let ``view`` be sent a file, by whoever is signed in."""
    view.takes_file = True  # type: ignore[attr-defined]  # read back below
    return view


def _awaits_file() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "takes_file", False) and "_user_id" in session


def refuse_unreadable() -> None:
    """Answer 404 to an address with a NUL in it, 400 to a form with one, or with a file.

    People send forms; another kind of body is for machines (415), and few pages take a file.
    """
    if request.method == "POST" and _awaits_file():
        request.max_content_length = LARGEST_FILE_FORM  # before anything reads the form
    if NUL in request.path:
        abort(404)
    if NUL_IN_QUERY in request.query_string:
        abort(400)
    if request.content_type:
        _refuse_body(request)


def _refuse_body(sent: Request) -> None:
    if sent.is_json and sent.blueprint not in MACHINES:
        abort(415)
    if sent.mimetype in FORMS and _is_odd(sent):
        abort(400)


def _is_odd(sent: Request) -> bool:
    return (bool(sent.files) and not _awaits_file()) or _has_nul(sent.form)


def _has_nul(typed: MultiDict[str, str]) -> bool:
    return any(NUL in text for pair in typed.items(multi=True) for text in pair)


def init_app(app: Flask) -> None:
    """Look at every request of ``app`` before anything else does."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(refuse_unreadable)
