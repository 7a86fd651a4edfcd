"""How often one address may do what costs us dear, also while Redis is away."""

import socket
from contextlib import closing
from ipaddress import IPv4Network
from secrets import randbelow
from threading import Event, Thread

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable

from storefront import create_app, db
from tests import factories as make
from tests.conftest import Client, settings_for
from tests.doors.shopping import put_in

NOBODY = {"password": ""}  # sent back at once: the limit counts it all the same
REDIS = "redis://127.0.0.1:6379/5"


@pytest.fixture
def opened(app, database, var):
    """Open a shop with these settings on the test's database."""
    shops = []

    def open_shop(**settings):
        shops.append(create_app(settings_for(var, database.url, LIMIT_FACTOR="1", **settings)))
        shops[-1].test_client_class = Client
        return shops[-1]

    yield open_shop
    for shop in shops:
        with shop.app_context():
            db.session.remove()
            db.sa.engine.dispose()


def tries(app, times, address="203.0.113.7", identifier=None, **headers):
    """Sign in as somebody else each time, from one address; return the answers."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    answers = []
    for _ in range(times):
        form = {**NOBODY, "identifier": identifier or f"139{randbelow(10**8):08d}"}
        answers.append(
            client.post(
                "/sign-in", data=form, headers=headers, environ_base={"REMOTE_ADDR": address}
            )
        )
    return answers


def statuses(answers):
    return [answer.status_code for answer in answers]


def test_an_address_signs_in_so_often_a_minute_and_then_waits(opened):
    app = opened()
    answers = tries(app, 61)
    assert statuses(answers) == [422] * 60 + [429]
    wait = int(answers[-1].headers["Retry-After"])
    assert 1 <= wait <= 60
    assert f"Wait {wait} seconds" in answers[-1].text
    assert statuses(tries(app, 1, "203.0.113.8")) == [422]


def test_one_person_is_tried_less_often_from_wherever(opened):
    app = opened()
    seen = [
        tries(app, 1, f"203.0.113.{turn}", "139 0000 0001")[0].status_code for turn in range(16)
    ]
    assert seen == [422] * 15 + [429]


def test_all_addresses_of_one_ipv6_network_count_together(opened):
    app = opened()
    tries(app, 60, "2001:db8:1:1::1")
    assert statuses(tries(app, 1, "2001:db8:1:1:ffff::2")) == [429]
    assert statuses(tries(app, 1, "2001:db8:1:2::1")) == [422]


def test_a_stranger_cannot_make_an_address_up(opened):
    app = opened()
    tries(app, 60)
    forwarded = {"X-Forwarded-For": "198.51.100.9"}
    assert statuses(tries(app, 1, **forwarded)) == [429]


def test_behind_a_proxy_the_address_is_the_one_it_names(opened):
    app = opened(PROXY_HOPS="1")
    one, other = ({"X-Forwarded-For": f"6.6.6.6, 198.51.100.{place}"} for place in (1, 2))
    tries(app, 60, "10.0.0.1", **one)
    assert statuses(tries(app, 1, "10.0.0.1", **one)) == [429]
    assert statuses(tries(app, 1, "10.0.0.1", **other)) == [422]


def test_looking_is_never_limited(opened):
    app = opened()
    tries(app, 61)
    here = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    assert app.test_client().get("/sign-in", **here).status_code == 200


def test_who_orders_too_often_keeps_the_basket(opened):
    with db.transaction():
        make.county()
    client = opened().test_client()
    put_in(client)
    answers = [client.post("/checkout", data={}) for _ in range(61)]
    assert statuses(answers) == [422] * 60 + [429]
    assert make.BOX in client.get("/cart").text


@pytest.fixture
def redis():
    """This machine's Redis. Others may be at it: a test comes from an address of its own."""
    client = Redis.from_url(REDIS)
    try:
        client.ping()
    except Unreachable:
        pytest.skip("needs a Redis on 127.0.0.1:6379")
    yield client
    client.close()


@pytest.fixture
def address():
    """An address that nobody counted before."""
    return str(IPv4Network("198.18.0.0/15")[randbelow(1 << 17)])


def test_two_processes_count_together_in_redis(opened, redis, address):
    one, other = opened(REDIS_URL=REDIS), opened(REDIS_URL=REDIS)
    assert statuses(tries(one, 1, address, "13900000001")) == [422]
    assert statuses(tries(one, 29, address)) == [422] * 29
    assert statuses(tries(other, 31, address)) == [422] * 30 + [429]
    kept = b" ".join(redis.scan_iter())
    assert kept
    assert address.encode() not in kept
    assert b"13900000001" not in kept


def closed_port():
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_without_redis_each_process_counts_for_itself(opened, capsys):
    app = opened(REDIS_URL=f"redis://127.0.0.1:{closed_port()}/0")
    assert statuses(tries(app, 61)) == [422] * 60 + [429]
    assert "Redis does not answer" in capsys.readouterr().err


class Way:
    """A way to Redis that can be closed: everything sent on it is passed on until then."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.closed, self.ends = Event(), []
        Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.closed.is_set():
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", 6379))
            self.ends += [near, far]
            for source, target in ((near, far), (far, near)):
                Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source, target):
        try:
            while sent := source.recv(65536):
                target.sendall(sent)
        except OSError:
            return

    def close(self):
        self.closed.set()
        for end in (self.listener, *self.ends):
            end.shutdown(socket.SHUT_RDWR)  # closing alone leaves a waiting thread its socket
            end.close()


def test_a_redis_that_goes_away_costs_nobody_their_page(opened, redis, address, capsys):
    way = Way()
    app = opened(REDIS_URL=f"redis://127.0.0.1:{way.port}/5")
    assert statuses(tries(app, 3, address)) == [422] * 3
    assert redis.dbsize() > 0
    way.close()
    assert statuses(tries(app, 61, address)) == [422] * 60 + [429]
    assert capsys.readouterr().err.count("Redis does not answer") == 1
