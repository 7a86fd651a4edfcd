"""flask serve: the web processes and the worker beside them, kept alive, stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import click
from flask.cli import with_appcontext

from storefront import ids
from storefront.cli.lean import environ
from storefront.config import ROOT
from storefront.web.site import settings

WEB_PROCESSES = 2
# One web process to a granian: it closes itself, and every other process it has, when one of
# them dies twice in 5.5 seconds. They share the port; the kernel deals requests out.
SERVER = (
    *("granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1"),
    *("--respawn-failed-workers", "--no-ws", "--log-level", "warning"),
)
WORKER = ("flask", "--app", "wsgi", "worker", "--holder")
TELLER = ("flask", "--app", "wsgi", "demo", "--beside")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
GRACE = 20  # seconds between asking a process to stop and making it
HEARD = 5.0  # seconds after which whoever was asked to stop and heard it has finished
LOOK = 0.1  # seconds between looks at whether everybody is alive
YOUNG = 10.0  # seconds: whoever ends by itself before that could not start
TRIES = 3  # starts in a row that may come to nothing
FREED = 5.0  # seconds a port may take to be free after the shop before us


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--tell", is_flag=True, help="Tell the demonstration's whole season beside it.")
@with_appcontext
def serve(host: str, *, tell: bool) -> None:
    """Serve the shop with two web processes, and run the chores beside them."""
    port = settings().port
    _wait_for_port(host, port)
    listening = (*SERVER, "--host", host, "--port", str(port), "wsgi:app")
    lean = environ(settings().var)
    web = [Kept(listening, deaf_at_first=True, environ=lean) for _ in range(WEB_PROCESSES)]
    teller = [Kept(TELLER, once=True)] if tell else []
    kept = [*web, Kept((*WORKER, ids.new_key())), *teller]
    _on_being_asked(_interrupt)
    try:
        for each in kept:
            each.start()
        click.echo(f"The shop is open at {settings().public_url} (Ctrl-C closes it).")
        while all(each.keep() for each in kept):
            time.sleep(LOOK)
    except KeyboardInterrupt:
        return
    finally:
        _stop(kept)
    message = "The server or the worker cannot start; what it said stands above."
    raise click.ClickException(message)


@dataclass
class Kept:
    """A process that is started again when it dies: killed by the kernel, by hand, by a fault.

    ``deaf_at_first``: a web process that is still starting does not hear that it should stop,
    and granian, which says it once, waits for it for ever. ``once``: a process that may come
    to an end, and is only started again when it was killed.
    """

    command: tuple[str, ...]
    deaf_at_first: bool = False
    once: bool = False
    environ: Mapping[str, str] | None = None
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    born: float = 0.0
    failed: int = TRIES - 1  # the very first start must come to something

    def start(self) -> None:
        """Start it in a group of its own, so that its children can be stopped with it."""
        process = subprocess.Popen(  # noqa: S603  the commands above
            [sys.executable, "-m", *self.command],
            cwd=ROOT,
            env=self.environ,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no threads here
        )
        self.running, self.born = [process], time.monotonic()

    def keep(self) -> bool:
        """Start it again if it died; False when it cannot start."""
        status = self.running[0].poll()
        by_itself = status is not None and status >= 0
        if status is None or (self.once and by_itself):
            return True
        self.end()
        stillborn = by_itself and time.monotonic() - self.born < YOUNG
        self.failed = self.failed + 1 if stillborn else 0
        if self.failed >= TRIES:
            return False
        self.start()
        return True

    def ask(self) -> None:
        """Ask it to finish what it does and end."""
        for process in self.running:
            process.terminate()

    def ask_again(self) -> None:
        """Ask those again who may not have heard; those who have drop what they have at hand."""
        if self.deaf_at_first:
            self._tell(signal.SIGTERM)

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return all(process.poll() is not None for process in self.running)

    def end(self) -> None:
        """End whatever is left of it."""
        self._tell(signal.SIGKILL)
        for process in self.running:
            process.wait()

    def _tell(self, what: signal.Signals) -> None:
        """Tell it and all that it started."""
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, what)


def _wait_for_port(host: str, port: int) -> None:
    """Make sure nobody else listens: the kernel would deal half of our requests out to them.

    Raises:
        ClickException: somebody does.
    """
    end = time.monotonic() + FREED
    while not _is_free(host, port):
        if time.monotonic() > end:
            message = f"Port {port} is taken: another program listens there."
            raise click.ClickException(message)
        time.sleep(LOOK)


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def _end_with_parent() -> None:
    """Let the kernel ask this process to finish when the one that started it is gone.

    Being killed outright leaves no time to stop anybody.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _on_being_asked(answer: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Say what being asked to stop does."""
    for asked in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(asked, answer)


def _stop(kept: list[Kept]) -> None:
    """Ask everybody to finish, then end whoever does not; being asked twice hurries nobody."""
    _on_being_asked(signal.SIG_IGN)
    end = time.monotonic() + GRACE
    for each in kept:
        each.ask()
    asked = time.monotonic()
    while time.monotonic() < end and not all(each.has_ended for each in kept):
        time.sleep(LOOK)
        if time.monotonic() > asked + HEARD:
            asked = time.monotonic()
            for each in kept:
                each.ask_again()
    for each in kept:
        each.end()
