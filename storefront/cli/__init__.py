"""The commands: ``flask <subject> <verb>``, one file per subject."""

from flask import Flask

from storefront.cli import assets, books, demo, serve, worker


def init_app(app: Flask) -> None:
    """Register every command."""
    app.cli.add_command(assets.assets)
    app.cli.add_command(books.books)
    app.cli.add_command(demo.demo)
    app.cli.add_command(serve.serve)
    app.cli.add_command(worker.worker)
