"""The taking of pictures: each page opened once a language, then every width, light and dark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Error

from storefront.web.i18n import LANGUAGES
from tests.gallery.states import State

WIDTHS: Final = {390: 844, 768: 1024, 1440: 900}
SCHEMES: Final = ("light", "dark")
PAPER: Final = 690  # pixels between the margins of A4
TALLEST: Final = 6_000  # pixels: what is below is more of the same rows
AGENT: Final = "gallery"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that was taken, or why it was not."""

    name: str
    who: str
    address: str
    language: str
    width: int = 0
    scheme: str = ""
    file: str = ""
    fault: str = ""

    @property
    def said(self) -> str:
        """What tells it from its neighbours."""
        return f"{self.language} {self.width} {self.scheme}"


class Camera:
    """A browser before the shop, with one session for each person and language."""

    def __init__(self, browser: Browser, base: str, sessions: dict[str, str], folder: Path) -> None:
        self._browser, self._base, self._sessions, self._folder = browser, base, sessions, folder

    def take(self, state: State, address: str) -> Iterator[Shot]:
        """Take a page or state in both languages, at each width, light and dark."""
        for language in LANGUAGES:
            page = self._come_in(state.who, language)
            try:
                yield from self._look(page, state, address, language)
            except Error as fault:
                said = str(fault).splitlines()[0]
                yield Shot(state.name, state.who, address, language, fault=said)
            finally:
                page.context.close()

    def _come_in(self, who: str, language: str) -> Any:
        context = self._browser.new_context(
            base_url=self._base,
            viewport={"width": 390, "height": 844},
            user_agent=AGENT,
            reduced_motion="reduce",
        )
        context.set_default_timeout(40_000)
        cookies = {"lang": language} | ({"session": self._sessions[who]} if who != "nobody" else {})
        context.add_cookies(
            [{"name": name, "value": value, "url": self._base} for name, value in cookies.items()]
        )
        return context.new_page()

    def _look(self, page: Any, state: State, address: str, language: str) -> Iterator[Shot]:
        page.goto(address)
        if state.act is not None:
            state.act(page)
        for width, height in WIDTHS.items():
            self._fit(page, width, height)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                yield self._shot(
                    page, Shot(state.name, state.who, address, language, width, scheme)
                )
        page.emulate_media(media="print", color_scheme="dark")  # paper is white all the same
        self._fit(page, PAPER, PAPER)
        yield self._shot(page, Shot(state.name, state.who, address, language, PAPER, "paper"))

    def _shot(self, page: Any, shot: Shot) -> Shot:
        """Take the picture, and say where it is."""
        name = f"{shot.who}-{shot.name}-{shot.language}-{shot.width}-{shot.scheme}.png"
        page.screenshot(path=self._folder / name)
        return replace(shot, file=name)

    @staticmethod
    def _fit(page: Any, width: int, height: int) -> None:
        """Open the window as far as the page goes: what sticks to its foot is at the foot."""
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(
            "document.querySelectorAll('[loading=lazy]').forEach(i => i.loading = 'eager')"
        )
        page.wait_for_load_state("networkidle")
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, min(tall, TALLEST))})


def called(rule: str) -> str:
    """Return the name of an address' picture: /producers/lots/<code> is producers-lots-code."""
    return re.sub(r"[^a-z]+", "-", rule.lower()).strip("-") or "home"
