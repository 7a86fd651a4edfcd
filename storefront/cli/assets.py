"""flask assets: what browsers load, and what a web process reads when it starts."""

import click
from flask.cli import AppGroup

from storefront.cli import lean
from storefront.web import asset_build
from storefront.web.assets import target
from storefront.web.site import settings

assets = AppGroup("assets", help="Static files: styles, scripts, pictures.")


@assets.command("build")
def build() -> None:
    """Hash, compress and list every static file; compile the shop for its web processes."""
    var = settings().var
    manifest = asset_build.build(target(var))
    lean.prepare(var)
    click.echo(f"Built {len(manifest)} static files.")
