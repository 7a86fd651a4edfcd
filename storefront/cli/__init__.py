"""The commands: ``flask <subject> <verb>``, one file per subject."""

from flask import Flask

from storefront.cli import accounts, assets, backup, books, demo, keys, serve, worker


def init_app(app: Flask) -> None:
    """Register every command."""
    app.cli.add_command(accounts.accounts)
    app.cli.add_command(assets.assets)
    app.cli.add_command(backup.backup)
    app.cli.add_command(backup.restore)
    app.cli.add_command(books.books)
    app.cli.add_command(demo.demo)
    app.cli.add_command(keys.keys)
    app.cli.add_command(serve.serve)
    app.cli.add_command(worker.worker)
