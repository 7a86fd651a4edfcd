"""The page that hangs the pictures beside one another."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from tests.gallery.film import Shot

STYLE = """body{margin:2rem;font:15px/1.5 system-ui,sans-serif;background:#8a8a86;color:#111}
h2{position:sticky;top:0;background:#8a8a86;margin:2rem 0 .5rem;padding:.25rem 0;font-size:1rem}
div{display:flex;gap:8px;overflow-x:auto;align-items:flex-start}
img{height:420px;width:auto;max-width:none;object-fit:cover;object-position:top;background:#fff}
.bad{color:#7a0019}"""


def hang(shots: Iterable[Shot], folder: Path) -> Path:
    """Write index.html beside the pictures; return where."""
    rows = []
    for (who, name, address), found in groupby(shots, lambda s: (s.who, s.name, s.address)):
        taken = list(found)
        pictures = "".join(
            f'<a href="{shot.file}"><img loading="lazy" src="{shot.file}" alt="{shot.said}"></a>'
            for shot in taken
            if shot.file
        )
        faults = "".join(
            f'<p class="bad">{escape(s.language)}: {escape(s.fault)}</p>' for s in taken if s.fault
        )
        rows.append(
            f"<h2>{escape(f'{who} · {name} · {address}')}</h2>{faults}<div>{pictures}</div>"
        )
    path = folder / "index.html"
    path.write_text(
        f'<!doctype html><meta charset="utf-8"><title>Gallery</title><style>{STYLE}</style>'
        + "".join(rows),
        "utf-8",
    )
    return path
