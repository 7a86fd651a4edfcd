"""How often one address may do what costs us dear (docs/adr/0015).

All limits stand in one table, by endpoint; every other page pays nothing for them. What
is posted is counted, of pages that are looked at only those of ``LOOKED_AT``. They are
counted in Redis where ``REDIS_URL`` is set, so that all processes count together,
otherwise by each process for itself. While Redis does not answer each process counts for
itself too, and the shop sells on.
"""

import logging
import math
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from flask import Flask, Response, request, session
from flask_babel import gettext as _

from storefront import clock, ids
from storefront.accounts.people import identifier
from storefront.crypto import keyring
from storefront.web import errors, site

if TYPE_CHECKING:
    from limits.storage import Storage

log = logging.getLogger("storefront.limits")
MINUTE, HOUR = 60, 3_600  # seconds
REMEMBERED: Final = 20_000  # addresses; whose time is over is forgotten from there on
NETWORK = 64  # bits of an IPv6 address that one customer of a provider is given
PATIENCE = 0.25  # seconds that Redis may take to answer
AGAIN = 5.0  # seconds until a Redis that did not answer is asked again
LONG: Final = 120  # seconds that people would rather read in minutes
OFTEN: Final = 60  # a minute; an office or a village shares one address


def by_address() -> str:
    """Return who asks, by address; behind proxies PROXY_HOPS says which (web/__init__.py)."""
    return keyring.digest(_network(request.remote_addr or ""))


def _network(address: str) -> str:
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(int(read) >> NETWORK) if isinstance(read, IPv6Address) else address


def by_session() -> str:
    """Return whose session it is, whole or half signed in, unreadable."""
    half: dict[str, object] = session.get("half") or {}
    return keyring.digest(str(session.get("_user_id") or half.get("id") or ""))


def by_identifier() -> str:
    """Return as whom somebody signs in, unreadable."""
    return keyring.digest(identifier(request.form.get("identifier", "")[:200]))


def by_order() -> str:
    """Return which order somebody looks for, unreadable."""
    return keyring.digest(ids.read_code(request.form.get("code", "")[:40]))


def by_email() -> str:
    """Return to whom a letter is asked for, unreadable."""
    return keyring.digest(identifier(request.form.get("email", "")[:200]))


Who = Callable[[], str]


class Limit(NamedTuple):
    """How often somebody may do it, in a minute unless it says otherwise."""

    most: int
    who: Who
    seconds: int = MINUTE


# An address may be a village's or a carrier's: what only costs us work is loose. Four digits
# of a phone are 10,000 tries: ten an hour for one order, from wherever, are forty days.
LIMITS: Final[dict[str, tuple[Limit, ...]]] = {
    "sign_in.sign_in": (Limit(OFTEN, by_address), Limit(OFTEN // 4, by_identifier)),
    "sign_in.send_code": (Limit(OFTEN, by_address), Limit(OFTEN // 4, by_session)),
    "account.sign_up": (Limit(OFTEN // 2, by_address),),
    "account.ask_for_letter": (Limit(OFTEN // 4, by_address), Limit(5, by_email, HOUR)),
    "account.choose": (Limit(OFTEN // 2, by_address),),
    "account.leave": (Limit(OFTEN // 4, by_session),),
    "shop.place": (Limit(OFTEN, by_address),),
    "shop.pay": (Limit(OFTEN, by_address),),
    "shop.add": (Limit(OFTEN * 5, by_address),),
    "shop.set_quantity": (Limit(OFTEN * 5, by_address),),
    "shop.order_again": (Limit(OFTEN, by_address),),
    "shop.find_order": (Limit(OFTEN, by_address), Limit(10, by_order, HOUR)),
    "shop.trace": (Limit(OFTEN * 5, by_address),),
}
LOOKED_AT: Final = frozenset({"shop.trace"})


class Here:
    """Counts in this process: so many in the time that began with the first of them."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], tuple[float, int]] = {}  # until when, how many
        self._one_at_a_time = Lock()

    def exceeds(self, limit: Limit, who: tuple[str, ...], now: float) -> int | None:
        """Count one more; return the seconds to wait if that is more than ``limit`` allows."""
        with self._one_at_a_time:
            end, count = self._seen.get(who, (now, 0))
            if end <= now:
                self._forget(now)
                end, count = now + limit.seconds, 0
            self._seen[who] = (end, count + 1)
        return max(1, math.ceil(end - now)) if count >= limit.most else None

    def _forget(self, now: float) -> None:
        if len(self._seen) > REMEMBERED:
            self._seen = {who: known for who, known in self._seen.items() if known[0] > now}


class Counter:
    """Counts in Redis, or in this process where there is none or it does not answer."""

    def __init__(self, redis_url: str) -> None:
        self._here = Here()
        self._shared = _redis(redis_url) if redis_url else None
        self._away_until = 0.0

    def exceeds(self, limit: Limit, *who: str) -> int | None:
        """Count one more; return the seconds to wait if that is more than ``limit`` allows."""
        now = clock.now().timestamp()
        if self._shared is not None and self._away_until <= now:
            try:
                return _hit(self._shared, limit, who)
            except Exception as fault:  # noqa: BLE001  whatever is wrong there, the shop sells on
                self._away_until = now + AGAIN
                kind = {"kind": type(fault).__name__}
                log.warning("Redis does not answer: counting here", extra={"facts": kind})
        return self._here.exceeds(limit, who, now)


def _redis(url: str) -> "Storage":
    """Return the store at ``url``; where it does not answer that costs a moment only."""
    from limits.storage import storage_from_string  # noqa: PLC0415  as the next
    from redis.backoff import NoBackoff  # noqa: PLC0415  a third of a second, only where it is used
    from redis.retry import Retry  # noqa: PLC0415

    options: dict[str, Any] = {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),  # by itself it would ask again for seconds
    }
    return cast("Storage", storage_from_string(url, **options))


def _hit(storage: "Storage", limit: Limit, who: tuple[str, ...]) -> int | None:
    from limits import RateLimitItemPerSecond  # noqa: PLC0415  only where Redis is used
    from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415

    item = RateLimitItemPerSecond(limit.most, limit.seconds)
    window = FixedWindowRateLimiter(storage)
    if window.hit(item, *who):
        return None
    left = window.get_window_stats(item, *who).reset_time - clock.now().timestamp()
    return max(1, math.ceil(left))


def init_app(app: Flask) -> None:
    """Limit the endpoints of the table; call it when every door is open."""
    settings = site.of(app)
    counter = Counter(settings.redis_url)
    for endpoint, limits in LIMITS.items():
        scaled = [each._replace(most=each.most * settings.limit_factor) for each in limits]
        app.view_functions[endpoint] = _limited(app.view_functions[endpoint], counter, scaled)


def _limited(view: Any, counter: Counter, limits: list[Limit]) -> Any:  # noqa: ANN401  any view
    """Let ``view`` be asked for only so often."""

    @wraps(view)
    def limited(**values: Any) -> Any:  # noqa: ANN401  URL values, any answer
        if request.method == "POST" or request.endpoint in LOOKED_AT:
            for limit in limits:
                seconds = counter.exceeds(
                    limit, request.endpoint or "", limit.who.__name__, limit.who()
                )
                if seconds is not None:
                    return _wait(seconds)
        return view(**values)

    return limited


def _wait(seconds: int) -> Response:
    """Answer 429, and say when to try again."""
    words = _("Wait %(n)s seconds, then try again. Nothing was changed.", n=seconds)
    if seconds > LONG:
        minutes = math.ceil(seconds / 60)
        words = _("Wait %(n)s minutes, then try again. Nothing was changed.", n=minutes)
    response = errors.answer(429, words)
    response.headers["Retry-After"] = str(seconds)
    return response
