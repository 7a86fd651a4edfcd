import click

from storefront import create_app

app = create_app(serving=click.get_current_context(silent=True) is None)  # else a command asks
