"""A browser as a person uses it: cookies, forms with their tokens, patience, pressing again."""

import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from random import Random
from threading import Event
from urllib.parse import urlencode, urlsplit

from tests.soak.diary import TRY_AGAIN, Diary

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
INPUT = re.compile(r"<(?:input|select)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
LINK = re.compile(r'href="([^"]+)"')
REFUSAL = re.compile(
    r'(?:"(?:field__error|form-errors__list|empty__text)"[^>]*>|toast--bad"[^>]*>)(.*?)</(?:p|ul|span)>',
    re.DOTALL,
)
TAG = re.compile(r"<svg.*?</svg>|<[^>]+>", re.DOTALL)
TIRED = 30.0  # seconds after which nobody answers is a finding
PAUSE = 0.3  # seconds until a person presses again
STUCK = 30.0  # seconds until a socket gives up: far above anything that may happen


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the page shows it: where it goes, and what is filled in."""

    action: str
    fields: Mapping[str, str]
    inside: str


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: status, where it was found, its text, and where it sends the reader."""

    address: str
    status: int
    text: str
    location: str

    def forms(self) -> Iterator[Form]:
        """Yield the forms of the page, those that post."""
        for found in FORM.finditer(self.text):
            attributes = dict(ATTRIBUTE.findall(found[1]))
            if attributes.get("method") == "post":
                action = unescape(attributes.get("action", self.address))
                yield Form(action, dict(_fields(found[2])), found[2])

    def form(self, action: str) -> Form | None:
        """Return the first form that goes to an address with ``action`` in it."""
        return next((form for form in self.forms() if action in form.action), None)

    @property
    def refusal(self) -> str:
        """The sentence with which the page says no, if it does."""
        found = REFUSAL.search(self.text)
        return unescape(TAG.sub("", found[1])).strip() if found else f"status {self.status}"

    def links(self, like: str) -> list[str]:
        """Return the addresses the page links to that match ``like``, each once."""
        found = (unescape(link) for link in LINK.findall(self.text))
        return list(dict.fromkeys(link for link in found if re.fullmatch(like, link)))


def _fields(inside: str) -> Iterator[tuple[str, str]]:
    for found in INPUT.finditer(inside):
        attributes = dict(ATTRIBUTE.findall(found[1]))
        idle = attributes.get("type") in {"submit", "radio", "checkbox"}
        if "name" in attributes and not idle:
            yield attributes["name"], unescape(attributes.get("value", ""))


@dataclass
class Browser:
    """One visitor. ``over`` is set when the soak is over: nobody starts anything new then."""

    port: int
    diary: Diary
    chance: Random
    over: Event
    think: float = 0.5
    cookies: dict[str, str] = field(default_factory=dict)

    def pause(self) -> None:
        """Think, as long as a person does."""
        self.over.wait(self.chance.uniform(0.3, 1.7) * self.think)

    def get(self, kind: str, address: str) -> Page:
        """Open an address."""
        return self._ask(f"GET {kind}", "GET", address, None)

    def send(self, kind: str, form: Form, **typed: object) -> Page:
        """Send a form, once; where nobody answers, or all are busy, the same form again."""
        fields = {**form.fields, **{name: str(value) for name, value in typed.items()}}
        return self._ask(f"POST {kind}", "POST", form.action, fields)

    def send_twice(self, kind: str, form: Form, **typed: object) -> list[Page]:
        """Press the button twice, faster than the page answers."""
        with ThreadPoolExecutor(2) as hands:
            pressed = [hands.submit(self.send, kind, form, **typed) for _ in range(2)]
            return [press.result() for press in pressed]

    def follow(self, kind: str, page: Page) -> Page:
        """Go where ``page`` sends the reader, if it does."""
        return self.get(kind, page.location) if page.location else page

    def _ask(self, kind: str, method: str, address: str, fields: Mapping[str, str] | None) -> Page:
        end = time.monotonic() + TIRED
        while True:
            page = self.once(kind, method, address, fields)
            if page is not None and page.status != TRY_AGAIN:
                return page
            if time.monotonic() > end:
                self.diary.went_wrong(f"{kind}: nobody answered for {TIRED:.0f} s")
                return page or Page(address, 0, "", "")
            time.sleep(PAUSE * self.chance.uniform(0.5, 1.5))

    def once(
        self, kind: str, method: str, address: str, fields: Mapping[str, str] | None
    ) -> Page | None:
        """Ask once; None when no whole answer came."""
        body = None if fields is None else urlencode(fields)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=STUCK)
        began = time.perf_counter()
        try:
            connection.request(method, address, body, self._headers(body))
            answer = connection.getresponse()
            raw = answer.read()
        except (HTTPException, OSError):
            self.diary.note_cut_off()
            return None
        finally:
            connection.close()
        self.diary.note_answer(kind, answer.status, time.perf_counter() - began)
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        self._look(kind, answer.status)
        location = _path(answer.headers.get("Location") or "")
        return Page(address, answer.status, raw.decode(), location)

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {"User-Agent": "a person", "Accept-Language": "zh"}
        headers["Origin"] = f"http://127.0.0.1:{self.port}"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    def _look(self, kind: str, status: int) -> None:
        """Note an answer nobody may ever get: broken, lost, expired, not allowed."""
        if (status >= 500 and status != TRY_AGAIN) or status in {400, 401, 403, 405, 429}:
            self.diary.went_wrong(f"{kind}: {status}")


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
