"""Files of households and lists of carriers, made for tests and spoiled on purpose."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape

from sqlalchemy import select

from storefront import clock, db, ids
from storefront.actors import Actor
from storefront.orders import carrier_file
from storefront.settlement import sending_off
from storefront.supply import certificates, price_files
from storefront.supply.models import Lot
from storefront.supply.sheets.grid import letters
from tests import factories as make

# 1900 births only: nobody who lives has such a number
ID_1900 = "142635190001010012"
CARD = "6216261000000000018"
BOOK = """<workbook xmlns:r="r"><sheets><sheet name="户" r:id="rId1"/></sheets></workbook>"""
LINKS = (
    """<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"""
)
HEADINGS = (
    "户编号",
    "家庭住址/行政区划",
    "联系电话",
    "户类型",
    "银行账号",
    "林果面积(亩)",
    "户类型起始日期",
    "人口编号",
    "姓名",
    "证件号码",
    "与户主关系",
)


def household(code: str, people: int = 2, **others: str) -> list[list[str]]:
    """Return the rows of a household: the head first, household columns repeated."""
    known = {
        "village": "141031101200",
        "phone": "13800000031",
        "kind": "脱贫户",
        "account": CARD,
        "orchard": "4.5",
        "since": "2021-01-01",
        "head": f"样户{code[-3:]}",
        "id": "",
        **others,
    }
    names = ("village", "phone", "kind", "account", "orchard", "since")
    repeated = [code, *(known[name] for name in names)]
    rows = [[*repeated, f"{code}-1", known["head"], known["id"], "户主"]]
    rows += [[*repeated, f"{code}-{n}", "例人口", "", "之子"] for n in range(2, people + 1)]
    return rows


def csv_of(rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Return the rows as text."""
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def xlsx_of(
    rows: Sequence[Sequence[str]],
    *,
    merged: str = "",
    raw: dict[str, str] | None = None,
    dimension: str = "",
) -> bytes:
    """Return the rows as a workbook; ``raw`` has the XML of single cells by their names."""
    cells = "".join(
        f'<row r="{number}">'
        + "".join(_cell(number, at, text, raw or {}) for at, text in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    said = f'<dimension ref="{dimension}"/>' if dimension else ""
    merges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    sheet = f"<worksheet>{said}<sheetData>{cells}</sheetData>{merges}</worksheet>"
    return zipped(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": LINKS,
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _cell(number: int, at: int, text: str, raw: dict[str, str]) -> str:
    name = f"{letters(at)}{number}"
    return raw.get(name) or f'<c r="{name}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def zipped(parts: dict[str, str]) -> bytes:
    """Return a zip of these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return file.getvalue()


def listed(parcel: str, number: str, *, actor: Actor) -> str:
    """Keep a carrier's list of one row; returns the list's code."""
    content = csv_of([["包裹号", "运单号"], [parcel, number]])
    rows = carrier_file.read(content, "SF")
    with db.transaction():
        return sending_off.keep(content, rows, actor=actor, now=make.NOW)


def certified(county: make.County, code: str = "") -> str:
    """Let the agent certify a lot of Lin's, or the lot with a code; returns the certificate's."""
    own = select(Lot.id).where(Lot.household_id == county.lin, Lot.net_g.is_not(None))
    lot = db.session.scalars(own.where(Lot.code == code) if code else own.order_by(Lot.id)).first()
    sun = county.cast.sun.actor
    with db.transaction():
        issued = certificates.issue_for_lot(
            lot or 0, ["controlled"], key=ids.new_key(), actor=sun, now=make.NOW
        )
        return issued.code


def price_file(door: str, actor: Actor, now: datetime) -> str:
    """Send a file of one price of an office, inside the caller's transaction; returns its code."""
    role, name = {"brand": ("operator", "收购价"), "county": ("officer", "地头价")}[door]
    today = clock.china_day(now)
    content = csv_of([["等级", "日期", name], ["YL-1", today.isoformat(), "4.80"]])
    sheet = price_files.read(content, role, today=today)
    return price_files.send(sheet, actor=actor, now=now)
