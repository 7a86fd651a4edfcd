"""`flask serve`: a web process that dies is one page lost, not the shop."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask

from storefront.cli.serve import Kept
from storefront.config import ROOT


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as page:
            return bool(page.status == 200)
    except (URLError, OSError):
        return False


def until(said: Callable[[], object]) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if said():
            return True
        time.sleep(0.2)
    return False


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text("ascii").split()] if listed.exists() else []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_shop_stays_open_when_a_web_process_is_killed(app: Flask, var: Path) -> None:
    port, settings = free_port(), app.config["SETTINGS"]
    here = {"DATABASE_URL": settings.database_url, "VAR_DIR": str(var), "PORT": str(port)}
    shop = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
        cwd=ROOT,
        env={**os.environ, **here},
    )
    try:
        assert until(lambda: answers(port))
        server = next(child for child in children(shop.pid) if children(child))
        before = children(server)
        os.kill(before[-1], signal.SIGKILL)
        assert until(lambda: set(children(server)) - set(before))
        assert until(lambda: answers(port))
        assert shop.poll() is None
    finally:
        shop.terminate()
        shop.wait(20)


def test_what_is_done_once_is_begun_again_only_when_it_was_killed() -> None:
    teller = Kept(("timeit", "-n", "1", "-r", "1", "pass"), once=True)
    teller.start()
    assert teller.running[0].wait(30) == 0
    first = teller.running[0].pid
    assert teller.keep()
    assert teller.running[0].pid == first
    waiting = Kept(("http.server", "0", "--bind", "127.0.0.1"), once=True)
    waiting.start()
    killed = waiting.running[0].pid
    try:
        os.kill(killed, signal.SIGKILL)
        waiting.running[0].wait(30)
        assert waiting.keep()
        assert waiting.running[0].pid != killed
    finally:
        waiting.end()
