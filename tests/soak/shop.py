"""The shop as it is run: `flask serve` with its processes, which can be killed one by one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Self

from storefront.cli.serve import WEB_PROCESSES
from storefront.config import ROOT

PATIENCE = 30.0
STOPPING = 45.0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def until(said: Callable[[], object], patience: float = PATIENCE) -> bool:
    """Wait until ``said`` says yes; whether it did in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if said():
            return True
        time.sleep(0.1)
    return False


class Shop:
    """`flask serve` on a database, with its log in a file."""

    def __init__(self, url: str, var: Path, **settings: str) -> None:
        """Be ready to serve the database at ``url``; ``settings`` are those of the environment."""
        self.port = free_port()
        self.log = var / f"shop-{self.port}.log"
        self._environment = {**environment(url, var, self.port), **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Open the shop, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        if not until(lambda: self.is_whole and self.answers("/readyz")):
            self.stop()
            message = f"the shop does not open:\n{self.log.read_text()[-3000:]}"
            raise RuntimeError(message)
        return self

    def __exit__(self, *_fault: object) -> None:
        """Close the shop, however the test ended."""
        self.stop()

    def stop(self) -> int | None:
        """Ask the shop to close, and wait for it; return its exit status."""
        if self._process is None:
            return None
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return None

    def ask_to_stop(self) -> None:
        """Ask the shop to close, and do not wait."""
        assert self._process is not None
        self._process.terminate()

    @property
    def is_whole(self) -> bool:
        """Whether all three processes run."""
        return len(self.web()) == WEB_PROCESSES and len(self.workers()) == 1

    @property
    def is_open(self) -> bool:
        """Whether `flask serve` itself still runs."""
        return self._process is not None and self._process.poll() is None

    def answers(self, address: str = "/healthz") -> bool:
        """Whether the shop answers there with 200."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", address)
            return connection.getresponse().status == 200
        except (HTTPException, OSError):
            return False
        finally:
            connection.close()

    def servers(self) -> list[int]:
        """Return the processes that start the web processes."""
        return [pid for pid, said in self._children() if "granian" in said]

    def web(self) -> list[int]:
        """Return the processes that answer requests."""
        found = [child for server in self.servers() for child in children(server)]
        return [pid for pid, said in found if "resource_tracker" not in said]

    def workers(self) -> list[int]:
        """Return the process that does the chores, if it lives."""
        return [pid for pid, said in self._children() if " worker " in said]

    def _children(self) -> list[tuple[int, str]]:
        return children(self._process.pid) if self._process is not None else []

    def requests(self) -> Iterator[Mapping[str, Any]]:
        """Yield the request log: one fact sheet for each answered request."""
        return (line for line in self.lines() if line.get("message") == "request")

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Yield the lines of the log that the shop itself wrote."""
        for line in self.log.read_text("utf-8", "replace").splitlines():
            with suppress(ValueError):
                read = json.loads(line)
                if isinstance(read, dict):
                    yield read


def environment(url: str, var: Path, port: int) -> dict[str, str]:
    """Return the settings of a process that works on the database at ``url``."""
    own = {"DATABASE_URL": url, "VAR_DIR": str(var), "PORT": str(port)}
    own["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    own["LIMIT_FACTOR"] = "100000"  # everybody comes from one address
    return {**os.environ, **own}


def kill(pid: int) -> bool:
    """End a process the way a power cut does; False when it is gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def children(pid: int) -> list[tuple[int, str]]:
    """Return the child processes of ``pid`` with their command lines (Linux)."""
    found = []
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            with suppress(OSError):
                said = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ")
                found.append((int(child), said.decode(errors="replace").strip()))
    return found
