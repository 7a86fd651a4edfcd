"""The pay file: what the bank is handed, one row per household (pure)."""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from storefront.money import Fen

# What the bank's and the county's spreadsheet read; the file goes to China's banks only.
HEADER = ("序号", "户编号", "收款人", "收款账号", "金额（元）", "备注")
BOM = "\ufeff"  # without it Excel takes UTF-8 for another alphabet
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True)
class PayLine:
    """One transfer."""

    household_code: str
    payee: str
    bank_account: str
    amount: Fen


@dataclass(frozen=True, slots=True)
class PayFile:
    """A file for the bank: its name, its bytes, their SHA-256 (hex)."""

    name: str
    body: bytes
    sha256: str


def pay_file(run_code: str, lines: Iterable[PayLine]) -> PayFile:
    """Return the CSV file of a run: the same lines always give the same bytes."""
    text = io.StringIO()
    text.write(BOM)
    write = csv.writer(text, lineterminator="\r\n").writerow
    write(HEADER)
    for number, line in enumerate(lines, start=1):
        write(
            (
                number,
                _as_text(line.household_code),
                _as_text(line.payee),
                _as_text(line.bank_account),
                yuan(line.amount),
                run_code,
            )
        )
    body = text.getvalue().encode()
    return PayFile(f"pay-run-{run_code}.csv", body, hashlib.sha256(body).hexdigest())


def yuan(amount: Fen) -> str:
    """Return an amount, not negative, as a plain number of yuan with two places."""
    whole, rest = divmod(int(amount), FEN_PER_YUAN)
    return f"{whole}.{rest:02d}"


def _as_text(value: str) -> str:
    """Keep a spreadsheet from reading a long number as 6.2E+18, or a name as a formula."""
    return f"\t{value}" if value.isdigit() or value.startswith(FORMULA_STARTS) else value
