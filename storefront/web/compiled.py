"""Compiled templates are kept on disk: a new web process reads them instead of compiling.

A web process that was killed is back sooner, and grows less: compiling leaves memory behind.
"""

from contextlib import suppress
from hashlib import sha1
from pathlib import Path
from typing import Final

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from storefront.config import ROOT

FOLDER: Final = "templates"
# besides a template's own text, what Jinja folds into it: sentences, and what filters say
PARTS: Final = ("storefront/**/*.py", "storefront/translations/**/*.mo")


class Kept(FileSystemBytecodeCache):
    """Compiled templates in ``folder``, made anew when anything they were made of has changed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder))
        self._parts = _state_of_the_parts()

    def get_source_checksum(self, source: str) -> str:
        """Return what a template was made of, as a checksum."""
        return sha1(f"{self._parts}{source}".encode(), usedforsecurity=False).hexdigest()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template where there is room; the page does not need it kept."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _state_of_the_parts() -> str:
    found = sorted(path for pattern in PARTS for path in ROOT.glob(pattern))
    return "".join(f"{path}{path.stat().st_mtime_ns}{path.stat().st_size}" for path in found)


def keep(app: Flask, var: Path) -> None:
    """Keep the shop's compiled templates under ``var``; a disk that is full is no fault."""
    with suppress(OSError):
        app.jinja_env.bytecode_cache = Kept(var / FOLDER)
