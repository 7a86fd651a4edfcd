"""What every answer says in its headers, put on as it leaves: once, not hook by hook.

Each hook would look its header up, read it and write it anew; together they took a quarter of
what a small answer costs.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
# the language and the size of a page; what is typed in a form, or in the basket, is in the cookie
VARY: Final = "Accept-Language, Cookie, HX-Request, HX-Boosted, HX-History-Restore-Request"
# a page holds form tokens: a shared cache must not keep it
UNLESS_SAID: Final = ("Cache-Control", "private, no-cache")


class Headed:
    """A WSGI app whose every answer has these headers besides its own."""

    def __init__(self, app: "WSGIApplication", headers: Headers) -> None:
        self._app = app
        self._headers = [*headers, ("Vary", VARY)]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""

        def start(status: str, own: Headers, *fault: Any) -> Callable[[bytes], object]:  # noqa: ANN401  WSGI's
            said = [pair for pair in own if pair[0] != "Vary"]
            if all(name != UNLESS_SAID[0] for name, _ in said):
                said.append(UNLESS_SAID)
            return start_response(status, said + self._headers, *fault)

        return self._app(environ, start)
