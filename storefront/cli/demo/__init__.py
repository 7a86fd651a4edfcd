"""flask demo: a first season of Xi County, told by the same verbs the doors use."""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

import storefront
from storefront import clock
from storefront.accounts.passwords import vault
from storefront.actors import ROLES
from storefront.cli.demo import file, season
from storefront.cli.demo.scene import WHOLE
from storefront.cli.demo.till import Till
from storefront.config import Settings
from storefront.web import gateway_steps, site

PASSWORD = "pears in autumn"  # noqa: S105  of invented people, printed for everybody
WORDS = {
    "household_member": "农户 household",
    "agent": "站长 station agent",
    "operator": "运营 brand office",
    "officer": "县办 county officer",
    "checker": "复核 checker",
}


@click.command()
@click.option("--fresh", is_flag=True, help="Build the season anew, also where one stands.")
@click.option("--seed", default=1, show_default=True, help="Another number, another season.")
@click.option("--per-cent", default=WHOLE, show_default=True, type=click.IntRange(5, 100))
@pass_script_info
def demo(info: ScriptInfo, *, fresh: bool, seed: int, per_cent: int) -> None:
    """Build a first season and print a sign-in for each role.

    On SQLite the file is built beside and then put in place: a season of this version that is
    not older than a week is kept, and a file that is not a season is never replaced.
    """
    app = info.load_app()
    settings = site.of(app)
    if not settings.pretend_payments:
        message = "The demonstration needs the pretend payment page (PRETEND_PAYMENTS=yes)."
        raise click.ClickException(message)
    path = file.path_of(settings)
    if path is None:
        _fill_empty(app, seed, per_cent)
    elif fresh or not file.is_fresh(path, clock.now()):
        _replace(path, settings, seed, per_cent)
    else:
        click.echo("The season stands; FRESH=1 (flask demo --fresh) tells it anew.")
    with app.app_context():
        _say(settings.public_url)


def _fill_empty(app: Flask, seed: int, per_cent: int) -> None:
    """Tell the season into a database that is migrated and empty."""
    with app.app_context():
        if not file.is_empty():
            message = "This database is not empty: the demonstration goes into an empty one only."
            raise click.ClickException(message)
        _tell(seed, per_cent)


def _replace(path: Path, settings: Settings, seed: int, per_cent: int) -> None:
    """Tell the season into a file of its own and put it in the place of ``path``."""
    if not file.is_season(path):
        message = f"{path} is not a demonstration's database: name another in DATABASE_URL."
        raise click.ClickException(message)
    with file.replaced(path, clock.now()) as unfinished:
        beside = storefront.create_app(file.at(settings, unfinished))
        with beside.app_context(), file.in_a_hurry():
            _tell(seed, per_cent)


def _tell(seed: int, per_cent: int) -> None:
    settings = site.settings()
    secret = gateway_steps.pretend_secret(settings)
    till = Till(gateway_steps.providers()["pretend"], secret, settings.public_url)
    hashed = vault.hash(PASSWORD)
    label = "A season of pears"
    with click.progressbar(length=season.DAYS, label=label, file=sys.stderr) as bar:
        season.build(till, hashed, bar.update, now=clock.now(), seed=seed, per_cent=per_cent)


def _say(url: str) -> None:
    """Print where the shop is, and somebody of each role."""
    click.echo(f"\n  {url}\n\n  Password of everybody: {PASSWORD}")
    for role, (name, phone) in file.somebody_of_each(ROLES).items():
        click.echo(f"  {phone}  {name}  {WORDS[role]}")
    click.echo()
