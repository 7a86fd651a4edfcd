"""A person at a browser: comes in, presses, fills in and reads, in either language."""

from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from storefront.config import ROOT
from tests.people import PASSWORD, Person

CATALOGUE = ROOT / "storefront" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"


@cache
def chinese() -> dict[str, str]:
    """Return the Chinese of every English sentence."""
    with CATALOGUE.open("rb") as file:
        return {
            str(message.id): str(message.string)
            for message in read_po(file, locale="zh")
            if isinstance(message.id, str)
        }


def sign_in(page: Any, person: Person) -> None:
    """Sign in as ``person`` and wait for their own door."""
    page.goto("/sign-in")
    page.locator("#identifier").fill(person.identifier)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    if person.phone is not None:
        page.locator("#one_time_code").fill(person.phone.code())
        page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


class Visitor:
    """Someone with a browser of their own; sentences are named by their English."""

    def __init__(self, page: Any, language: str) -> None:
        self.page = page
        self._language = language

    def said(self, sentence: str, **facts: str) -> str:
        """Return ``sentence`` as this visitor reads it."""
        words = chinese()[sentence] if self._language == "zh" else sentence
        return words % facts if facts else words

    def opens(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)

    @property
    def path(self) -> str:
        """The address the visitor is at."""
        return "/" + str(self.page.url).split("/", 3)[3]

    def reads(self, selector: str = "main") -> str:
        """Return what a part of the page says."""
        return str(self.page.locator(selector).first.inner_text())

    def button(self, sentence: str, within: Any = None, **facts: str) -> Any:
        """Return the button with this sentence on it."""
        place = self.page if within is None else within
        return place.get_by_role("button", name=self.said(sentence, **facts), exact=True)

    def presses(self, sentence: str, within: Any = None, **facts: str) -> None:
        """Press the button with this sentence on it."""
        self.button(sentence, within, **facts).click()

    def field(self, label: str, within: Any = None) -> Any:
        """Return the field with this label, which may say more after it: that it is optional."""
        place = self.page if within is None else within
        named = place.get_by_label(self.said(label), exact=True)
        return named if named.count() else place.get_by_label(self.said(label))

    def row(self, words: str) -> Any:
        """Return the rows of tables that hold these words."""
        return self.page.get_by_role("row").filter(has_text=words)
