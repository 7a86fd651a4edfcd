"""What every answer tells the browser to refuse (docs/adr: headers are ours, 40 lines)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, make_response
from flask.typing import ResponseReturnValue

from storefront.web import site
from storefront.web.leaving import Headed

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
ONE_YEAR = 31_536_000


def policy(pay_origins: tuple[str, ...]) -> str:
    """Return the content security policy.

    ``form-action`` names the payment pages: without them Chromium blocks the
    redirect that answers the checkout form.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            " ".join(("form-action 'self'", *pay_origins)),
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


def no_store(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Keep the page out of every cache: it shows money, a household or a buyer."""

    @wraps(view)
    def unstored(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return unstored


def init_app(app: Flask) -> None:
    """Set the headers on every answer of ``app``."""
    settings = site.of(app)
    headers = {
        "Content-Security-Policy": policy(settings.pay_origins),
        "X-Content-Type-Options": "nosniff",
        # order pages live behind unguessable links: never tell another site the address
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    app.wsgi_app = Headed(app.wsgi_app, list(headers.items()))  # type: ignore[method-assign]  # as Flask's documentation does
