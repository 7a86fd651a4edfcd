"""A table as a file that a spreadsheet opens: CSV in UTF-8, and no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

BOM = "\ufeff"  # without it Excel takes UTF-8 for another alphabet
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """Return the rows as a file to be saved as ``name``."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_cell(cell) for cell in header])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _cell(value: object) -> str:
    """Keep a long number from becoming 1.38E+10, and a name from being worked out."""
    text = "" if value is None else str(value)
    is_number = text.isdigit() and len(text) > 8  # noqa: PLR2004  a phone, a tracking number
    return f"\t{text}" if is_number or text.startswith(FORMULA_STARTS) else text
