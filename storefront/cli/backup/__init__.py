"""flask backup and flask restore: a copy of everything, and the way back (docs/running.md)."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
import flask_migrate
from alembic.script import ScriptDirectory
from flask.cli import with_appcontext
from sqlalchemy import select, text

from storefront import chores, clock, db
from storefront.catalogue import imaging, photos
from storefront.cli.backup import manifest, photographs, postgres, sqlite
from storefront.cli.backup.manifest import Manifest
from storefront.config import ROOT, Settings
from storefront.reports.check import check
from storefront.supply import confirming
from storefront.web.site import settings

UNFINISHED = ".unfinished"


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Default: var/backups.")
@with_appcontext
def backup(folder: Path | None) -> None:
    """Copy the whole database as it is at one moment, while the shop sells on."""
    here = folder or settings().var / "backups"
    here.mkdir(parents=True, exist_ok=True)
    now = clock.now()
    made = _copy(settings(), here, now)
    click.echo(
        f"{made.file}: {made.rows_in_all} rows of {len(made.rows)} tables, {made.size} bytes."
    )
    if made.photographs:
        click.echo(f"{len(made.photographs)} photographs are in {here / photographs.FOLDER}.")
    click.echo("It opens only with FIELD_KEYS as they are now: keep those in another place.")


def _copy(known: Settings, folder: Path, now: datetime) -> Manifest:
    """Make the copy under another name, look at it, and only then let it be called a backup."""
    room = sqlite if db.sa.engine.dialect.name == "sqlite" else postgres
    name = f"shop-{now:%Y%m%d-%H%M%S}{room.SUFFIX}"
    unfinished = folder / f"{name}{UNFINISHED}"
    unfinished.unlink(missing_ok=True)
    try:
        rows = room.copy(db.sa.engine, unfinished)
    except room.FAULTS as fault:
        unfinished.unlink(missing_ok=True)
        message = f"No backup was made: {str(fault) or 'the disk takes no more.'}"
        raise click.ClickException(message) from fault
    made = manifest.of(unfinished, name, rows, keys=known.field_keys, revision=_revision(), now=now)
    kept = _photographs_copied(known, folder, unfinished)
    unfinished.replace(folder / name)
    made = replace(made, photographs=kept)
    manifest.write(made, folder)
    return made


def _photographs_copied(known: Settings, folder: Path, unfinished: Path) -> list[str]:
    """Copy the photographs after the database: whatever it speaks of is there already."""
    try:
        kept, lost = photographs.copy(photos.originals(), known.uploads, folder)
        lost += photographs.copy_papers(_papers(), known.uploads, folder)
    except OSError as fault:
        unfinished.unlink(missing_ok=True)
        message = f"No backup was made: a photograph could not be copied ({fault.strerror})."
        raise click.ClickException(message) from fault
    for name in lost:
        click.echo(f"The file of photograph {name} is lost or damaged; the backup is without it.")
    return kept


def _papers() -> list[str]:
    """Return the file of every photograph of a signed slip."""
    return [f"{digest}.jpg" for digest in confirming.digests()]


def _revision() -> str:
    return str(db.session.scalar(text("SELECT version_num FROM alembic_version")))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the database, bring it up, and check its books.

    The shop must be closed. On SQLite the database that was there is kept beside;
    PostgreSQL wants an empty one.
    """
    made = _looked_at(file)
    room = sqlite if db.sa.engine.dialect.name == "sqlite" else postgres
    try:
        _make_sure_nobody_works(clock.now())
        kept = room.put_back(db.sa.engine, file, clock.now())
    except room.FAULTS as fault:
        message = f"Nothing was restored: {fault}"
        raise click.ClickException(message) from fault
    if kept is not None:
        click.echo(f"What was there is kept as {kept}.")
    _compare(made)
    flask_migrate.upgrade()
    _put_photographs_back(made, file.parent)
    _check_books()


def _put_photographs_back(made: Manifest, folder: Path) -> None:
    """Put photographs back where they are missing; the worker makes anew what the shop shows."""
    uploads = settings().uploads
    there, lost = photographs.put_back(made.photographs, folder, uploads)
    lost += photographs.put_papers_back(_papers(), folder, uploads)
    for name in lost:
        click.echo(f"Photograph {name} is not beside the backup, or damaged: send it again.")
    with db.transaction():
        again = photos.prepare_again(lambda digest: not imaging.is_shown(uploads, digest))
    if made.photographs:
        click.echo(f"{len(there)} photographs are there; the worker prepares {again} of them anew.")


def _looked_at(file: Path) -> Manifest:
    """Return what the backup says of itself, once it is known to be whole and readable here."""
    try:
        made = manifest.read(file)
        manifest.check(made, file, keys=settings().field_keys)
    except manifest.NotABackup as fault:
        message = f"Nothing was restored: {fault}"
        raise click.ClickException(message) from fault
    if made.database != db.sa.engine.dialect.name:
        message = f"Nothing was restored: it is a backup of {made.database}."
        raise click.ClickException(message)
    if made.revision not in _revisions():
        message = "Nothing was restored: it was made by a newer version of the shop than this one."
        raise click.ClickException(message)
    return made


def _revisions() -> set[str]:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return {script.revision for script in scripts.walk_revisions()}


def _make_sure_nobody_works(now: datetime) -> None:
    """Refuse while a worker holds the lease: where it works, the server does too."""
    if not db.sa.inspect(db.sa.engine).has_table(chores.Lease.__tablename__):
        return
    until = db.session.scalar(select(chores.Lease.until).where(chores.Lease.until > now))
    db.session.remove()
    if until is not None:
        message = (
            "Nothing was restored: a worker is at work. Stop the shop first;"
            f" after a crash wait until {until:%H:%M:%S} UTC."
        )
        raise click.ClickException(message)


def _compare(made: Manifest) -> None:
    with db.sa.engine.connect() as connection:
        rows = manifest.count(connection)
    if rows != made.rows:
        wrong = sorted(name for name in made.rows if rows.get(name) != made.rows[name])
        message = f"The restored rows are not those of the backup: {', '.join(wrong)}."
        raise click.ClickException(message)
    click.echo(f"Restored: {made.rows_in_all} rows of {len(made.rows)} tables, as backed up.")


def _check_books() -> None:
    broken = [finding for finding in check() if not finding.ok]
    for finding in broken:
        click.echo(f"law {finding.law} is broken: {finding.claim}: {finding.broken}")
    if broken:
        message = "The books of the restored database do not hold; do not open the shop."
        raise click.ClickException(message)
    click.echo("Every law holds; the shop may open.")
