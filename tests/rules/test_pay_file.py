"""The file the bank is handed."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.money import Fen
from storefront.settlement.payfile import PayLine, pay_file, yuan

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
LINES = st.lists(
    st.builds(
        PayLine,
        household_code=st.from_regex(r"H-[0-9]{3}", fullmatch=True),
        payee=NAMES,
        bank_account=st.from_regex(r"[0-9]{0,19}", fullmatch=True),
        amount=st.integers(1, 10**9).map(Fen),
    ),
    max_size=8,
)


def rows(file):
    return list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"), newline="")))


@given(LINES)
def test_the_same_lines_give_the_same_file(lines):
    assert pay_file("RUN1", lines) == pay_file("RUN1", list(lines))


@given(LINES)
def test_every_household_stands_in_the_file_with_its_amount(lines):
    _, *found = rows(pay_file("RUN1", lines))
    assert [row[1] for row in found] == [line.household_code for line in lines]
    assert [row[4] for row in found] == [yuan(line.amount) for line in lines]


def test_a_spreadsheet_reads_an_account_as_text():
    line = PayLine("H-LIN", "林果甲", "6216261000000000018", Fen(4_364))
    assert rows(pay_file("RUN1", [line]))[1] == [
        "1",
        "H-LIN",
        "林果甲",
        "\t6216261000000000018",
        "43.64",
        "RUN1",
    ]


@pytest.mark.parametrize("payee", ["=1+1", "+8613800000001", "-2", "@SUM(A1)"])
def test_a_name_never_becomes_a_formula(payee):
    line = PayLine("H-LIN", payee, "1", Fen(1))
    assert rows(pay_file("RUN1", [line]))[1][2] == f"\t{payee}"


def test_an_amount_is_written_in_yuan_with_two_places():
    assert [yuan(Fen(fen)) for fen in (5, 100, 4_364, 123_456_789)] == [
        "0.05",
        "1.00",
        "43.64",
        "1234567.89",
    ]
