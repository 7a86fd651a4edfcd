"""flask accounts: what only the owner of the machine may do with accounts."""

import time
from collections.abc import Iterator

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from storefront import clock, db
from storefront.accounts import codes, people, second_factor
from storefront.accounts.models import SecondFactor, User
from storefront.actors import Actor
from storefront.errors import Refusal
from storefront.web.site import settings


@click.group()
def accounts() -> None:
    """Codes for a demonstration, and a way back in for who has lost everything."""


@accounts.command()
@click.argument("phone", required=False)
@with_appcontext
def code(phone: str | None) -> None:
    """Print the code that PHONE's app would show now, or everybody's (development only)."""
    if settings().production:
        message = "In production codes come from the phones of their owners only."
        raise click.ClickException(message)
    shown = list(_codes(people.identifier(phone) if phone else None))
    if not shown:
        message = "Nobody with a second factor has that phone number."
        raise click.ClickException(message)
    for line in shown:
        click.echo("  " + "  ".join(line))


def _codes(phone: str | None) -> Iterator[tuple[str, str, str]]:
    """Yield phone number, name and code of everybody with a second factor, or of one of them."""
    query = select(User.phone, User.name, SecondFactor).join(
        SecondFactor, SecondFactor.user_id == User.id
    )
    query = query.where(SecondFactor.secret.is_not(None)).order_by(User.id)
    if phone is not None:
        known = people.find(phone)
        query = query.where(User.id == (known.id if known else None))
    for number, name, factor in db.session.execute(query):
        yield number or "", name, next_code(factor)


def next_code(factor: SecondFactor) -> str:
    """Return a code that is good now and was not used; wait for it if there is none yet."""
    step = max(factor.last_step + 1, codes.step_of(clock.now()))
    while step > codes.step_of(clock.now()) + codes.TOLERATED:
        time.sleep(1)
    return codes.code_at(factor.secret or "", step)


@accounts.command("reset-factor")
@click.argument("phone")
@with_appcontext
def reset_factor(phone: str) -> None:
    """Take PHONE's lost second factor away, where nobody else is left who could."""
    user = people.find(people.identifier(phone))
    if user is None:
        message = "Nobody signs in with that phone number."
        raise click.ClickException(message)
    try:
        with db.transaction():
            second_factor.reset(user.id, actor=Actor.shop(), now=clock.now())
    except Refusal as refusal:
        message = f"{user.name} has no second factor."
        raise click.ClickException(message) from refusal
    click.echo(f"{user.name} can sign in with the password and set up a new second factor.")
