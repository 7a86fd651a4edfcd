"""Tables out of files that people send: .xlsx and .csv, looked at first and read row by row (pure).

What stands in a file is data and nothing else: no formula is worked out, no name of the file
is believed, and a file that would fill the memory is refused before it does (docs/adr/0030).
"""

from collections.abc import Iterator

from storefront.errors import Refusal
from storefront.supply.sheets import text, xlsx
from storefront.supply.sheets.grid import MOST_BYTES, Sheet

ZIP, OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<div", b"mime-version")
LOCKED = "EncryptedPackage".encode("utf-16-le")


def look(content: bytes) -> None:
    """Refuse at a glance what is no table, or is more than one file may hold.

    Raises:
        Refusal: ``file_empty``, ``file_too_big``, ``file_locked``, ``file_old_excel``,
            ``file_web_page``, ``file_broken``, ``file_no_text``, ``file_too_many_rows``,
            ``file_unpacks_too_big``.
    """
    if not content.strip():
        raise Refusal("file_empty", field="file")
    if len(content) > MOST_BYTES:
        raise Refusal("file_too_big", field="file", most=MOST_BYTES // 1_000_000)
    if content.startswith(OLE2):
        locked = LOCKED in content
        raise Refusal("file_locked" if locked else "file_old_excel", field="file")
    if content.startswith(ZIP):
        xlsx.look(content)
        return
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower().startswith(MARKUP):
        raise Refusal("file_web_page", field="file")
    text.look(content)


def read(content: bytes) -> Iterator[Sheet]:
    """Yield the visible sheets of a file, each to be read to its end before the next.

    Raises:
        Refusal: as ``look``; also while rows are read.
    """
    look(content)
    if content.startswith(ZIP):
        yield from xlsx.read(content)
    else:
        yield text.read(content)
