"""Who may come in: owners read, strangers find nothing, nobody is asked to sign in."""

from collections.abc import Collection, Iterable

from flask import Flask

from tests.people import Cast
from tests.visits import come_in

EVERYBODY = ("lin", "mei", "zhao", "yang", "sun", "gao", "he", "wu", "qiao", "bai", "chu")


def only(app: Flask, cast: Cast, owners: Collection[str], addresses: Iterable[str]) -> None:
    """Look at each address as everybody: 200 for its owners, 404 for all others, sign-in first."""
    wanted = list(addresses)
    nobody = app.test_client()
    for address in wanted:
        answer = nobody.get(address)
        assert (address, answer.status_code) == (address, 303)
        assert answer.location.startswith("/sign-in")
    for name in EVERYBODY:
        client = app.test_client()
        come_in(client, getattr(cast, name))
        seen = {address: client.get(address).status_code for address in wanted}
        assert seen == dict.fromkeys(wanted, 200 if name in owners else 404), name


def only_post(app: Flask, cast: Cast, owners: Collection[str], addresses: Iterable[str]) -> None:
    """Send an empty form to each address as everybody else: 404 for strangers, sign-in first."""
    wanted = list(addresses)
    nobody = app.test_client()
    assert {nobody.post(address).status_code for address in wanted} == {303}
    for name in set(EVERYBODY) - set(owners):
        client = app.test_client()
        come_in(client, getattr(cast, name))
        assert {client.post(address).status_code for address in wanted} == {404}, name
