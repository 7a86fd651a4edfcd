import gc

import click

gc.disable()  # what is imported stays: to look through it for garbage took a fifth of a start
from storefront import create_app  # noqa: E402

app = create_app(serving=click.get_current_context(silent=True) is None)  # else a command asks
gc.freeze()
gc.enable()
