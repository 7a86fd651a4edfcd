"""A visitor over real HTTP: one kept connection, cookies, and the hidden fields of forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlencode

from benchmarks.served import HOST

DOOR = {
    "recipient": "安娜",
    "phone": "13800000010",
    "province": "140000",
    "city": "太原市",
    "district": "小店区",
    "address": "示例路 1 号",
    "email": "",
}
_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str

    def hidden(self, name: str) -> str:
        """Return the value of a hidden field on the page."""
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', self.text)
        value = re.search(r'value="([^"]*)"', field[0]) if field else None
        return value[1] if value else ""


class Visitor:
    """A shopper at an address of their own, as the reverse proxy would name it."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=30)
        self.cookies = dict(cookies or {})
        number = next(_numbers)
        self._address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.sent = 0

    def get(self, path: str) -> Answer:
        """Read an address."""
        return self._send("GET", path, None, {})

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(form), kind)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None, others: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"X-Forwarded-For": self._address, "Accept": "text/html", **others}
        self._connection.request(method, path, body, {**headers, "Cookie": cookie})
        reply = self._connection.getresponse()
        text = reply.read().decode()
        for line in reply.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.sent += 1
        return Answer(reply.status, text, reply.headers.get("Location") or "")
