"""flask books: do the books hold."""

import sys

import click
from flask.cli import AppGroup

from storefront.reports import check as laws

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
