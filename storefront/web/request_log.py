"""One line of JSON for every request, with nothing in it about a person.

The address is logged as its route rule: the address itself may hold the token
of an order page, a phone or a name that was searched for.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, request

from storefront.web import guards

log = logging.getLogger("storefront.request")
AS_IT_IS = json.JSONEncoder(ensure_ascii=False)  # dumps() would make one for every line
QUIET = frozenset({"/healthz", "/readyz"})


class StandardError(logging.Handler):
    """Write to whatever standard error is now (a test may have swapped it)."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record`` as one line."""
        sys.stderr.write(self.format(record) + "\n")


class JsonLines(logging.Formatter):
    """Write a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return ``record`` as JSON: when, how bad, by whom, what, and its facts."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return AS_IT_IS.encode(line)


def _begin() -> None:
    g.began = perf_counter()


def _end(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "(no route)"
    if rule not in QUIET:
        facts = {
            "method": request.method,
            "route": rule,
            "status": response.status_code,
            "ms": round((perf_counter() - g.began) * 1000, 1),
            "role": guards.role_in_the_log(),
            "htmx": bool(request.headers.get("HX-Request")),
        }
        log.info("request", extra={"facts": facts})
    return response


def init_app(app: Flask) -> None:
    """Log every request of ``app`` to standard error."""
    ours = logging.getLogger("storefront")
    if not ours.handlers:
        handler = StandardError()
        handler.setFormatter(JsonLines())
        ours.addHandler(handler)
        ours.setLevel(logging.INFO)
        ours.propagate = False
    app.before_request(_begin)
    app.after_request(_end)
