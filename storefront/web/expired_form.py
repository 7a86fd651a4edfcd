"""An expired form: what was typed comes back, to be looked at and sent again."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Response, make_response, render_template
from flask_babel import LazyString
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import BooleanField
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField

from storefront.web.htmx import request, retarget

# typed again by the person, never sent back to them
SECRET_FIELDS = ("password", "pin", "secret", "one_time")


def answer(_fault: CSRFError) -> Response:
    """Give back what was typed, with a fresh token.

    Only to our own pages: a form that another site sent is given nothing to send.
    """
    typed = [pair for pair in request.form.items(multi=True) if _goes_back(pair[0])]
    left_out = any(_is_secret(name) for name in request.form)
    facts = {"typed": typed, "left_out": left_out, "labels": dict(_labels(FlaskForm))}
    facts["cookies"] = bool(request.cookies)  # without them the next form would expire as well
    own = _from_our_own_page()
    page = render_template("errors/form_expired.html", **(facts if own else {}))
    response = make_response(page, 400)
    return retarget(response, "body", "innerHTML") if request.wants_fragment else response


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRET_FIELDS)


def _goes_back(name: str) -> bool:
    return name != "csrf_token" and not _is_secret(name)


def _from_our_own_page() -> bool:
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(urlsplit(source).netloc == request.host)


def _is_typed(field: UnboundField) -> bool:
    """Whether what is in the field reads as text: a choice is sent as a code, a hidden one too."""
    chosen = issubclass(field.field_class, SelectFieldBase | BooleanField)
    return bool(field.args) and not chosen


def _labels(form: type[FlaskForm]) -> Iterator[tuple[str, LazyString]]:
    """Yield the name and the label of every field of every form that people type into."""
    for kind in form.__subclasses__():
        for name, field in vars(kind).items():
            if isinstance(field, UnboundField) and _is_typed(field):
                yield name, field.args[0]
        yield from _labels(kind)
