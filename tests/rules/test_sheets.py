"""Files that people send: read as they mean them, or refused with a sentence."""

import time
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.errors import Refusal
from storefront.supply import identity, sheets
from storefront.supply.filing import cells
from storefront.supply.filing.household_file import HouseholdFile
from storefront.supply.filing.household_rows import Place, Places
from tests.filed import BOOK, CARD, HEADINGS, ID_1900, LINKS, csv_of, household, xlsx_of, zipped

TODAY = date(2026, 9, 20)
XILI, OTHER = "141031101200", "141031101201"
PLACES = Places(
    {
        XILI: Place(1, None),
        OTHER: Place(2, None),
        "141031202202": Place(3, None, has_ended=True),
    },
    {("午城镇", "习礼村"): Place(1, None), ("", "习礼村"): Place(1, None), ("", "上庄村"): None},
)


def read(content):
    rule = HouseholdFile(PLACES, as_of=TODAY, today=TODAY)
    for sheet in sheets.read(content):
        for _rows in rule.take(sheet):
            pass
    return rule, list(rule.households())


def faults(content):
    rule, homes = read(content)
    assert homes or rule.faults.count
    return [(fault.row, fault.column, fault.code) for fault in rule.faults.kept]


def changed(rows, row, heading, text):
    rows[row - 2][HEADINGS.index(heading)] = text
    return rows


def refused(content):
    with pytest.raises(Refusal) as why:
        looked_through(content)
    return why.value.code


def looked_through(content):
    sheets.look(content)
    for sheet in sheets.read(content):
        list(sheet.rows)


def outcome(content):
    try:
        read(content)
    except Refusal as refusal:
        return refusal.code
    return "file_read"


ONE = household("140001", id=ID_1900)


@pytest.mark.parametrize(
    "content",
    [
        xlsx_of([HEADINGS, *ONE]),
        csv_of([HEADINGS, *ONE]),
        csv_of([HEADINGS, *ONE], "utf-8-sig"),
        csv_of([HEADINGS, *ONE], "gbk"),
        csv_of([HEADINGS, *ONE], "utf-16", "\t"),
        csv_of([HEADINGS, *ONE], separator=";"),
        xlsx_of([["隰县农户信息表"], [], HEADINGS, *ONE]),
    ],
    ids=["xlsx", "utf-8", "bom", "gbk", "utf-16", "semicolons", "a title above"],
)
def test_the_same_table_is_read_from_any_file(content):
    rule, homes = read(content)
    assert rule.faults.kept == []
    (home,) = homes
    assert (home.code, home.head, home.members) == ("140001", "样户001", 2)
    assert (home.village_id, home.orchard_tenth_mu, home.status) == (1, 45, "lifted")
    assert (home.from_day, home.bank_account, home.id_number) == (date(2021, 1, 1), CARD, ID_1900)


@pytest.mark.parametrize(
    ("heading", "text", "code"),
    [
        ("户编号", "3.51E+16", "digits_lost"),
        ("户编号", "", "code_missing"),
        ("户编号", "户一", "code_unreadable"),
        ("家庭住址/行政区划", "141031999999", "village_unknown"),
        ("家庭住址/行政区划", "141031202202", "village_ended"),
        ("家庭住址/行政区划", "", "village_missing"),
        ("联系电话", "1380000003", "phone_wrong"),
        ("户类型", "好人家", "kind_unknown"),
        ("户类型", "", "kind_missing"),
        ("银行账号", "6212345678901234567", "account_wrong"),
        ("银行账号", "6.21626E+18", "digits_lost"),
        ("林果面积(亩)", "很多", "area_unreadable"),
        ("户类型起始日期", "去年", "day_unreadable"),
        ("户类型起始日期", "2021-02-30", "day_unreadable"),
        ("户类型起始日期", "2026-09-21", "day_in_future"),
        ("姓名", "=A1", "formula"),
        ("姓名", "", "name_missing"),
        ("证件号码", "142635190001010013", "id_wrong"),
        ("证件号码", "142635190002290036", "id_wrong"),
        ("证件号码", "1.42635E+17", "digits_lost"),
        ("与户主关系", "之子", "head_missing"),
    ],
)
@pytest.mark.parametrize("kind", [xlsx_of, csv_of])
def test_a_wrong_cell_is_named_by_its_place(kind, heading, text, code):
    rows = changed(household("140001", people=1, id=ID_1900), 2, heading, text)
    column = "ABCDEFGHIJK"[HEADINGS.index(heading)]
    assert faults(kind([HEADINGS, *rows])) == [(2, column, code)]


def test_merged_cells_are_named():
    content = xlsx_of([HEADINGS, *household("140001", people=3)], merged="A2:A4")
    assert (2, "A", "merged") in faults(content)


def test_a_merged_title_above_the_headings_is_nothing():
    assert faults(xlsx_of([["表"], HEADINGS, *ONE], merged="A1:K1")) == []


def test_a_second_line_of_headings_is_a_fault():
    assert faults(csv_of([HEADINGS, HEADINGS, *ONE])) == [(2, "", "headings_twice")]


def test_a_household_in_two_villages_is_a_fault():
    rows = changed(household("140001"), 3, "家庭住址/行政区划", OTHER)
    assert faults(csv_of([HEADINGS, *rows])) == [(3, "B", "villages_two")]


def test_two_heads_are_a_fault():
    rows = changed(household("140001"), 3, "与户主关系", "户主")
    assert faults(csv_of([HEADINGS, *rows])) == [(3, "K", "heads_two")]


def test_a_person_who_stands_there_twice_is_a_fault():
    assert faults(csv_of([HEADINGS, *ONE, ONE[1]])) == [(4, "H", "person_twice")]


def test_a_formula_behind_a_value_is_seen():
    cell = '<c r="I2" t="str"><f>B2&amp;C2</f><v>样户001</v></c>'
    content = xlsx_of([HEADINGS, *household("140001", people=1)], raw={"I2": cell})
    assert faults(content) == [(2, "I", "formula")]


def test_an_id_kept_as_a_number_has_lost_its_digits():
    cell = '<c r="J2"><v>1.4263519000101001E+17</v></c>'
    content = xlsx_of([HEADINGS, *household("140001", people=1)], raw={"J2": cell})
    assert faults(content) == [(2, "J", "digits_lost")]


def test_a_phone_kept_as_a_number_is_a_phone():
    cell = '<c r="C2"><v>1.3800000031E10</v></c>'
    _rule, homes = read(xlsx_of([HEADINGS, *household("140001", people=1)], raw={"C2": cell}))
    assert homes[0].phone == "13800000031"


def test_missing_columns_are_named():
    rule, _homes = read(csv_of([["户编号", "户类型"], ["140001", "脱贫户"]]))
    missing = [f.facts["wanted"] for f in rule.faults.kept if f.code == "column_missing"]
    assert missing == ["家庭住址/行政区划", "与户主关系", "户主姓名"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_old_excel"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "file_locked",
        ),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_web_page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "file_no_table"),
        (b"\xff\xff\x80\x81,\xfa", "file_no_text"),
        (b"PK\x03\x04 cut short", "file_broken"),
        (zipped({"word/document.xml": "<a/>"}), "file_no_table"),
        (b"x" * 20_000_001, "file_too_big"),
        (b"a,b\n" * 200_000, "file_too_many_rows"),
        (xlsx_of([HEADINGS], dimension="A1:K200001"), "file_too_many_rows"),
        (csv_of([["x"] * 400]), "file_too_many_columns"),
        (b"a,b\r\n" + b'"' + b"x" * 40_000, "file_row_unreadable"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content, code):
    assert refused(content) == code


def test_two_hundred_thousand_rows_are_refused_soon():
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 200_001))
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    content = book_of(sheet)
    began = time.process_time()
    assert refused(content) == "file_too_many_rows"
    assert time.process_time() - began < 5


def book_of(sheet, **others):
    parts = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS}
    return zipped({**parts, "xl/worksheets/sheet1.xml": sheet, **others})


def test_a_zip_that_grows_without_end_is_refused_before_it_does():
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", BOOK)
        made.writestr("xl/_rels/workbook.xml.rels", LINKS)
        with made.open("xl/worksheets/sheet1.xml", "w") as part:
            for _piece in range(200):
                part.write(b" " * 1_000_000)
    assert len(file.getvalue()) < 1_000_000
    assert refused(file.getvalue()) == "file_unpacks_too_big"
    lying = file.getvalue().replace((200_000_000).to_bytes(4, "little"), b"\x10\0\0\0")
    assert refused(lying) in {"file_unpacks_too_big", "file_broken"}


def test_a_document_that_defines_entities_is_refused():
    lol = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert refused(book_of(lol)) == "file_broken"


def test_a_cell_without_end_is_refused():
    sheet = f"<worksheet><row><c><v>{'9' * 40_000}</v></c></row></worksheet>"
    assert refused(book_of(sheet)) == "file_broken"


WORDS = st.sampled_from((*HEADINGS, "户主", "3.51E+16", "=1", XILI, "脱贫户", "", "2021-01-01"))
CELLS = st.one_of(WORDS, st.text(max_size=12))


@settings(max_examples=150)
@given(st.lists(st.lists(CELLS, max_size=12), max_size=12), st.booleans())
def test_any_table_is_read_or_refused_and_never_raises(rows, headed):
    table = [list(HEADINGS), *rows] if headed else rows
    made = csv_of(table).replace(b"\0", b"")
    try:
        rule, homes = read(made)
    except Refusal:
        return
    assert rule.faults.count or homes or not rule.rows


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(content, start):
    assert outcome(start + content).startswith("file_")


@settings(max_examples=100)
@given(st.binary(max_size=60), st.integers(0, 10_000))
def test_a_damaged_workbook_is_read_or_refused(noise, at):
    content = xlsx_of([HEADINGS, *ONE])
    at %= len(content)
    spoiled = content[:at] + noise + content[at + len(noise) :]
    assert outcome(spoiled).startswith("file_")


@pytest.mark.parametrize("text", ["2020-05-01", "2020/5/1", "2020.5.1", "2020年5月1日", "20200501"])
def test_a_day_is_written_in_many_ways(text):
    assert cells.day(text) == date(2020, 5, 1)


def test_numbers_are_checked_by_their_last_digit():
    assert identity.id_number("14263519000101001 2") == ID_1900
    assert identity.id_number(f"{ID_1900}43") == ID_1900  # a disability certificate
    assert identity.bank_account("6216 2610 0000 0000 018") == CARD
    assert identity.bank_account("0123456789") == "0123456789"  # a passbook has no check digit
    assert identity.phone("0357-1234567") == "0357-1234567"
