"""Photographs as they were sent: each is kept once beside the backups, which only name it.

A file never changes and is named by what is in it, so every backup of a folder may name the
same one. What the shop shows of a photograph is not copied: the worker makes it anew.
"""

import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from storefront.catalogue import imaging

FOLDER, PAPERS = "photographs", "papers"


def copy(names: Iterable[str], uploads: Path, backups: Path) -> tuple[list[str], list[str]]:
    """Copy the photographs that are not beside the backups yet.

    Returns the names of all that are there now, and of those whose file is lost.

    Raises:
        OSError: the disk takes no more.
    """
    return _put(names, uploads / imaging.ORIGINALS, backups / FOLDER)


def copy_papers(names: Iterable[str], uploads: Path, backups: Path) -> list[str]:
    """Copy the photographs of signed slips that are not beside the backups; returns lost ones.

    Raises:
        OSError: the disk takes no more.
    """
    return _put(names, uploads / imaging.PAPERS, backups / PAPERS)[1]


def put_papers_back(names: Iterable[str], backups: Path, uploads: Path) -> list[str]:
    """Copy the photographs of signed slips back; returns the names of those that are lost.

    Raises:
        OSError: the disk takes no more.
    """
    return _put(names, backups / PAPERS, uploads / imaging.PAPERS)[1]


def put_back(names: Iterable[str], backups: Path, uploads: Path) -> tuple[list[str], list[str]]:
    """Copy photographs back; returns the names of those that are there, and of those that are not.

    Raises:
        OSError: the disk takes no more.
    """
    return _put(names, backups / FOLDER, uploads / imaging.ORIGINALS)


def _put(names: Iterable[str], source: Path, target: Path) -> tuple[list[str], list[str]]:
    there, lost = [], []
    for name in names:
        if not _is_whole(target / name) and not _copied(source / name, target / name):
            lost.append(name)
        else:
            there.append(name)
    return there, lost


def _copied(source: Path, target: Path) -> bool:
    if not _is_whole(source):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def _is_whole(path: Path) -> bool:
    """Whether a photograph is there, and is what its name says."""
    return path.is_file() and sha256(path.read_bytes()).hexdigest().startswith(path.stem)
