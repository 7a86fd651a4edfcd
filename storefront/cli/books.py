"""flask books: do the books hold."""

import sys

import click
from flask.cli import AppGroup

from storefront import clock, db
from storefront.actors import Actor
from storefront.reports import check as laws
from storefront.reports.recomputation import Recomputed, recompute
from storefront.settlement import mending

SHOWN = 10  # differences printed of each shelf
SUMMARY = 10  # the law of the kept figures

books = AppGroup("books", help="The books and the laws they keep (docs/books.md).")


@books.command("check")
def check() -> None:
    """Look at every row each law speaks of; name the first that breaks one, and fail."""
    findings = laws.check()
    for finding in findings:
        said = "ok    " if finding.ok else "BROKEN"
        click.echo(f"law {finding.law:>2}  {said}  {finding.looked:>7} rows  {finding.claim}")
        if not finding.ok:
            click.echo(f"        first row that breaks it: {finding.broken}")
    broken = sum(not finding.ok for finding in findings)
    click.echo(f"{len(findings)} claims looked at, {broken} broken.")
    sys.exit(1 if broken else 0)


@books.command("recompute")
@click.option("--write", is_flag=True, help="Put the recomputed figures in place of the kept ones.")
def recompute_summary(*, write: bool) -> None:
    """Work the kept summary out anew from the books; name what differs, and fail."""
    if write:
        _refuse_while_books_are_broken()
    compared = _mended() if write else recompute()
    for shelf in compared:
        _tell(shelf)
    differ = sum(len(shelf.differences) for shelf in compared)
    if write:
        click.echo(f"{differ} rows put right.")
    sys.exit(1 if differ and not write else 0)


def _refuse_while_books_are_broken() -> None:
    broken = [one for one in laws.check() if not one.ok and one.law != SUMMARY]
    if broken:
        message = f"law {broken[0].law} is broken ({broken[0].claim}): nothing was written"
        raise click.ClickException(message)


def _mended() -> tuple[Recomputed, ...]:
    """Compare and put right in one transaction; return what was found."""
    with db.transaction():
        mending.hold_shelves()
        compared = recompute()
        for shelf in compared:
            rows = [(one.key, one.said) for one in shelf.differences]
            mending.put_right(shelf.shelf, rows, actor=Actor.shop(), now=clock.now())
    return compared


def _tell(shelf: Recomputed) -> None:
    differ = len(shelf.differences)
    click.echo(f"{shelf.shelf:<16}{shelf.agree:>7} rows agree{differ:>7} differ")
    for one in shelf.differences[:SHOWN]:
        click.echo(f"        {one}")
    if differ > SHOWN:
        click.echo(f"        and {differ - SHOWN} more")
