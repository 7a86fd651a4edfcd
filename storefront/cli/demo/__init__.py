"""flask demo: a first season of Xi County, told by the same verbs the doors use."""

from dataclasses import replace

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from storefront import clock
from storefront.actors import ROLES
from storefront.cli.demo import file, telling
from storefront.cli.demo.scene import PASSWORD, WHOLE
from storefront.cli.demo.telling import Wanted
from storefront.web import site
from storefront.web.season import beside

CODES = """
  Who works here is asked for a code as well: `make code` in another window prints them.
  工作人员登录还要输入验证码：另开一个窗口运行 make code 查看。
"""
WORDS = {
    "household_member": "农户 household",
    "agent": "站长 station agent",
    "operator": "运营 brand office",
    "officer": "县办 county officer",
    "checker": "复核 checker",
    "shopper": "账户 shopper",
}


@click.command()
@click.option("--fresh", is_flag=True, help="Build the season anew, also where one stands.")
@click.option("--opening", is_flag=True, help="Only enough to open the shop with, in seconds.")
@click.option(
    "--beside", "rest", is_flag=True, help="The whole season, beside a shop that is open."
)
@click.option("--seed", default=1, show_default=True, help="Another number, another season.")
@click.option("--per-cent", default=WHOLE, show_default=True, type=click.IntRange(5, 100))
@pass_script_info
def demo(
    info: ScriptInfo, *, fresh: bool, opening: bool, rest: bool, seed: int, per_cent: int
) -> None:
    """Build a season of twelve months and print a sign-in for each role.

    On SQLite the file is built beside and then put in place: a season of this version that is
    not older than a week is kept, and a file that is not a season is never replaced.
    """
    app = info.load_app()
    settings = site.of(app)
    if not settings.pretend_payments:
        message = "The demonstration needs the pretend payment page (PRETEND_PAYMENTS=yes)."
        raise click.ClickException(message)
    path = beside.path_of(settings)
    wanted = Wanted(seed, per_cent)
    if path is None:
        _fill_empty(app, wanted)
    elif rest:
        telling.beside_a_shop(app, path, wanted)
        return
    elif fresh or not file.is_fresh(path, clock.now()):
        telling.replace(path, settings, replace(wanted, opening=opening))
    else:
        click.echo("The season stands; FRESH=1 (flask demo --fresh) tells it anew.")
    with app.app_context():
        _say(settings.public_url)


def _fill_empty(app: Flask, wanted: Wanted) -> None:
    """Tell the season into a database that is migrated and empty."""
    with app.app_context():
        if not file.is_empty():
            message = "This database is not empty: the demonstration goes into an empty one only."
            raise click.ClickException(message)
        with telling.bar("A season of pears") as passed:
            telling.tell(wanted, passed)


def _say(url: str) -> None:
    """Print where the shop is, and somebody of each role."""
    click.echo(f"\n  {url}\n\n  Password of everybody: {PASSWORD}")
    for role, (name, phone) in file.somebody_of_each(ROLES).items():
        click.echo(f"  {phone}  {name}  {WORDS[role]}")
    click.echo(CODES)
