"""flask serve: the web server and the worker beside it, stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

import click
from flask.cli import with_appcontext

from storefront.config import ROOT
from storefront.web.site import settings

SERVER = (
    *("granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "1"),
    *("--respawn-failed-workers", "--no-ws", "--log-level", "warning"),
)
WORKER = ("flask", "--app", "wsgi", "worker")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
GRACE = 10  # seconds between asking a process to stop and making it


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@with_appcontext
def serve(host: str) -> None:
    """Serve the shop with two workers, and run the chores beside it."""
    address = ("--host", host, "--port", str(settings().port))
    running: list[subprocess.Popen[bytes]] = []
    for asked in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, _interrupt)
    try:
        running.append(_start(*SERVER, *address, "wsgi:app"))
        running.append(_start(*WORKER))
        click.echo(f"The shop is open at {settings().public_url} (Ctrl-C closes it).")
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
    except KeyboardInterrupt:
        return
    finally:
        _stop(*running)
    message = "The server or the worker stopped by itself."
    raise click.ClickException(message)


def _start(*command: str) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that its children can be stopped with it."""
    return subprocess.Popen(  # noqa: S603  the commands above
        [sys.executable, "-m", *command],
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no threads here
    )


def _end_with_parent() -> None:
    """Let the kernel ask this process to finish when the one that started it is gone.

    Being killed outright leaves no time to stop anybody.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop(*processes: subprocess.Popen[bytes]) -> None:
    """Ask each process to finish, then end whatever it left behind."""
    for process in processes:
        process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
