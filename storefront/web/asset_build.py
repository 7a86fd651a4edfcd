"""The static build: names that carry their hash, one style sheet, everything compressed.

``build`` reads ``static/`` and htmx (from its wheel), puts imported style
sheets and scripts in the place of their ``@import``, points each ``url(...)`` at the
hashed name, compresses, and writes the manifest beside the served folder, not
in it: what is in it is served.
"""

import json
import os
import posixpath
import re
import shutil
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path, PurePosixPath

from whitenoise.compress import Compressor

from storefront.config import ROOT
from storefront.web.assets import PREFIX, AssetError, manifest_path

SOURCE = ROOT / "static"
HTMX = "js/htmx.min.js"
_IMPORT = re.compile(r"""@import\s+["']([^"']+)["'];""")
_SCRIPT = re.compile(r"""^/\* @import "([^"]+)"; \*/$""", re.MULTILINE)
_URL = re.compile(r"""url\(\s*["']?(?![a-z]+:|/|#)([^"')#]+)(#[^"')]*)?["']?\s*\)""")


def build(folder: Path, *, compress: bool = True) -> Mapping[str, str]:
    """Build every static file into ``folder``; return name → hashed name.

    The folder and then the manifest are put in place at once, so a running
    server never meets half a build.

    Raises:
        AssetError: a style sheet names a file that does not exist.
    """
    contents = {
        path.relative_to(SOURCE).as_posix(): path.read_bytes()
        for path in sorted(SOURCE.rglob("*.*"))
        if path.is_file()
    }
    contents[HTMX] = (files("django_htmx") / "static/django_htmx/htmx-2.min.js").read_bytes()
    built = _Build(contents)
    for name in contents:
        built.place(name)
    _write(folder, built, compress=compress)
    return built.manifest


class _Build:
    """One build: ``manifest`` is name → hashed name, ``done`` is hashed name → bytes."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = contents
        self.manifest: dict[str, str] = {}
        self.done: dict[str, bytes] = {}

    def place(self, name: str) -> str:
        """Take ``name`` and whatever it names into the build; return its hashed name."""
        if name not in self.manifest:
            content = self.whole(name)
            path = PurePosixPath(name)
            stamp = sha256(content).hexdigest()[:12]
            self.manifest[name] = str(path.with_suffix(f".{stamp}{path.suffix}"))
            self.done[self.manifest[name]] = content
        return self.manifest[name]

    def whole(self, name: str) -> bytes:
        """Return what is served: a style sheet or script has its imports in place."""
        if name.endswith(".css"):
            return self.sheet(name).encode()
        if not name.endswith(".js"):
            return self.read(name)
        folder, text = posixpath.dirname(name), self.read(name).decode()
        return _SCRIPT.sub(
            lambda found: self.read(posixpath.join(folder, found[1])).decode(), text
        ).encode()

    def read(self, name: str) -> bytes:
        if name not in self.contents:
            message = f"a style sheet names {name}, which is not in static/"
            raise AssetError(message)
        return self.contents[name]

    def sheet(self, name: str) -> str:
        """Return the style sheet with its imports in place and its addresses hashed."""
        folder = posixpath.dirname(name)

        def beside(named: str) -> str:
            return posixpath.normpath(posixpath.join(folder, named))

        text = _URL.sub(
            lambda found: f'url("{PREFIX}{self.place(beside(found[1]))}{found[2] or ""}")',
            self.read(name).decode(),
        )
        return _IMPORT.sub(lambda found: self.sheet(beside(found[1])), text)


def _write(folder: Path, built: _Build, *, compress: bool) -> None:
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    for name, content in built.done.items():
        place = fresh / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if compress:
        _compress(fresh)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    manifest_path(folder).write_text(json.dumps(built.manifest, indent=1, sort_keys=True))


def _compress(folder: Path) -> None:
    compressor = Compressor(quiet=True)
    for path in [path for path in folder.rglob("*.*") if path.is_file()]:
        if compressor.should_compress(path.name):
            compressor.compress(str(path))
