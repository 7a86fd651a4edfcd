"""Static files as the browser meets them: served by WhiteNoise, cached for ever."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from storefront.config import Settings
from storefront.web import site

PREFIX = "/static/"
DRAWING = re.compile(r"img/([a-z0-9-]+)\.svg")
NO_GOODS = frozenset({"chevron", "hero", "symbol"})  # drawn for pages, not for products
HASHED = r"^.+\.[0-9a-f]{12}\.[a-z0-9.]+$"


class AssetError(RuntimeError):
    """A static file is not there; the message says what to do."""


def manifest_path(folder: Path) -> Path:
    """Return where the list of names for ``folder`` is kept."""
    return folder.with_suffix(".json")


def target(var: Path) -> Path:
    """Return the folder that is served, in the installation's ``var``."""
    return var / "static"


def asset(name: str) -> str:
    """Return the address of the static file ``name`` (``css/app.css``).

    Raises:
        AssetError: the build has not run, or it knows no such file.
    """
    known = site.settings()
    return (_kept_address if known.production else _address)(known, name)


def _address(known: Settings, name: str) -> str:
    return PREFIX + _hashed_name(target(known.var), name)


_kept_address = cache(_address)  # what is served is listed once, at the start


def _hashed_name(folder: Path, name: str) -> str:
    path = manifest_path(folder)
    try:
        return _manifest(path, path.stat().st_mtime_ns)[name]
    except FileNotFoundError:
        message = "the static files are not built; run `make assets` (flask assets build)"
        raise AssetError(message) from None
    except KeyError:
        message = f"static/{name} was not there when the static files were built"
        raise AssetError(message) from None


def drawings() -> tuple[str, ...]:
    """Return the keys of the drawings that a product may have (``pear`` is ``img/pear.svg``)."""
    path = manifest_path(target(site.settings().var))
    names = _manifest(path, path.stat().st_mtime_ns)
    keys = (DRAWING.fullmatch(name) for name in names)
    return tuple(sorted(key[1] for key in keys if key and key[1] not in NO_GOODS))


@cache
def _manifest(path: Path, _changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(path.read_text())
    return names


def _headers(headers: Any, _path: str, url: str) -> None:  # noqa: ANN401  whitenoise is untyped
    if url.startswith(f"{PREFIX}js/worker."):
        headers["Service-Worker-Allowed"] = "/producers/"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_app(app: Flask) -> None:
    """Serve what is built, and give templates ``asset()``.

    Files are listed once, here; in development they are looked up anew each time.
    """
    settings = site.of(app)
    folder = target(settings.var)
    folder.mkdir(parents=True, exist_ok=True)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # as Flask's documentation does
        app.wsgi_app,
        root=folder,
        prefix=PREFIX,
        max_age=60,
        immutable_file_test=HASHED,
        allow_all_origins=False,
        add_headers_function=_headers,
        autorefresh=not settings.production,
    )
    app.jinja_env.globals["asset"] = asset
