"""flask serve: the web server and the worker beside it, stopped together."""

import signal
import subprocess
import sys
import time
from types import FrameType

import click
from flask.cli import with_appcontext

from storefront.config import ROOT
from storefront.web.site import settings

SERVER = ("granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "1")
WORKER = ("flask", "--app", "wsgi", "worker")
GRACE = 10  # seconds between asking a process to stop and making it


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@with_appcontext
def serve(host: str) -> None:
    """Serve the shop with two workers, and run the chores beside it."""
    address = ("--host", host, "--port", str(settings().port))
    server = _start(*SERVER, *address, "wsgi:app")
    worker = _start(*WORKER)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while server.poll() is None and worker.poll() is None:
            time.sleep(0.2)
    except KeyboardInterrupt:
        return
    finally:
        _stop(server, worker)
    stopped = "server" if worker.poll() is None else "worker"
    message = f"The {stopped} stopped by itself."
    raise click.ClickException(message)


def _start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT)  # noqa: S603  ours


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
