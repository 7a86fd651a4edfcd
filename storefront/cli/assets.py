"""flask assets: what browsers load."""

import click
from flask.cli import AppGroup

from storefront.web import asset_build
from storefront.web.assets import target
from storefront.web.site import settings

assets = AppGroup("assets", help="Static files: styles, scripts, pictures.")


@assets.command("build")
def build() -> None:
    """Hash, compress and list every static file."""
    manifest = asset_build.build(target(settings().var))
    click.echo(f"Built {len(manifest)} static files.")
