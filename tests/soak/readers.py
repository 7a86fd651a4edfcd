"""Readers: the county's pages and a household's own, while everything moves."""

from dataclasses import dataclass

from tests.soak.browser import Browser

OFFICE = ("/county/", "/county/income", "/county/households")
HOME = ("/producers/", "/producers/lots", "/producers/income", "/producers/slips")


@dataclass
class Reader:
    """Somebody who only looks; every page that is linked to once."""

    browser: Browser
    pages: tuple[str, ...]

    def live(self) -> None:
        """Read until the soak is over."""
        while not self.browser.over.is_set():
            address = self.browser.chance.choice(self.pages)
            self.browser.get(f"reading {address}", address)
            self.browser.pause()
