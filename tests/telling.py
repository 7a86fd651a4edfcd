"""The demonstration's season, small, in the database of a test."""

from datetime import UTC, datetime

from storefront.accounts.passwords import vault
from storefront.cli.demo import season
from storefront.cli.demo.telling import PASSWORD
from storefront.cli.demo.till import Till
from storefront.web import gateway_steps
from storefront.web.site import settings

NOW = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # an afternoon in China, after the last harvest


def tell(per_cent: int = 6) -> None:
    """Tell so much of the season up to ``NOW``."""
    till = Till(
        gateway_steps.providers()["pretend"],
        gateway_steps.pretend_secret(settings()),
        settings().public_url,
    )
    season.build(till, vault.hash(PASSWORD), lambda _days: None, now=NOW, per_cent=per_cent)
