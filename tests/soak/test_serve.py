"""`flask serve`: whoever dies is one page lost, not the shop; and closing cuts nobody off."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from storefront import db
from storefront.config import ROOT
from storefront.orders.models import Cart
from tests.soak.conftest import asked, broken
from tests.soak.shop import kill, until


def process(shop, who):
    return {"web": shop.web, "server": shop.servers, "worker": shop.workers}[who]()


@pytest.mark.parametrize("who", ["web", "server", "worker"])
def test_whoever_is_killed_is_started_again(running, who):
    shop = running.shop
    before = process(shop, who)
    for victim in before:
        kill(victim)
    assert until(lambda: shop.is_whole and not set(before) & set(process(shop, who)))
    assert until(shop.answers)
    assert shop.is_open


def test_a_port_on_which_somebody_listens_is_refused(running):
    """The kernel would deal half of the requests out to the other shop."""
    address = {"PORT": str(running.shop.port), "PATH": "/usr/bin:/bin"}
    address |= {"DATABASE_URL": running.settings.database_url, "VAR_DIR": "var/second"}
    second = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
        cwd=ROOT,
        env=address,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (second.returncode, running.shop.is_open) == (1, True)
    assert f"Port {running.shop.port} is taken" in second.stderr


def test_requests_at_hand_are_answered_though_the_shop_closes(running):
    """They wait for another's write when the shop is told to close; it lets them finish."""
    people = [running.browser() for _ in range(4)]
    forms = [one.get("product", "/products/pear-box").form("/products/pear-box") for one in people]
    with ThreadPoolExecutor(len(people)) as pool:
        with db.transaction():
            db.lock_tables(Cart)
            pressed = [
                pool.submit(one.once, "POST basket", "POST", form.action, form.fields)
                for one, form in zip(people, forms, strict=True)
            ]
            time.sleep(0.4)
            running.shop.ask_to_stop()
            time.sleep(0.2)
        answers = [press.result() for press in pressed]
    # whoever waited longer than patience lasts was told to try again: an answer all the same
    assert {answer and answer.status for answer in answers} <= {303, 503}
    assert running.shop.stop() == 0


def test_what_was_done_while_the_shop_closed_was_answered(running):
    """Everybody presses on while it closes: each request of the log was answered to somebody."""
    heard, over = [], threading.Event()

    def press() -> None:
        while not over.is_set():
            connection = HTTPConnection("127.0.0.1", running.shop.port, timeout=20)
            try:
                connection.request("GET", "/products")
                answer = connection.getresponse()
                answer.read()
                heard.append(answer.status)
            except OSError:
                over.wait(0.05)
            finally:
                connection.close()

    people = [threading.Thread(target=press) for _ in range(6)]
    for person in people:
        person.start()
    assert until(lambda: len(heard) > 20)
    status = running.shop.stop()
    over.set()
    for person in people:
        person.join()
    assert status == 0
    assert len(heard) == len(list(running.shop.requests()))
    assert set(heard) == {200}


def test_the_worker_gives_its_lease_back_when_the_shop_closes(running):
    assert until(lambda: asked("SELECT name FROM lease"))
    assert running.shop.stop() == 0
    # SQLite's clock knows no parts of a second: what ended in this one ends with it
    assert until(lambda: not asked("SELECT holder FROM lease WHERE until > CURRENT_TIMESTAMP"))
    assert broken() == []
