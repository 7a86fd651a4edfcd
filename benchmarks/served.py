"""A server under measurement: started as in production, and what Linux says it used."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import perf_counter, sleep
from typing import IO

from storefront.cli import lean
from storefront.cli.serve import SERVER
from storefront.config import ROOT

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds to answer for the first time
TICK = os.sysconf("SC_CLK_TCK")
USED = slice(11, 15)  # utime, stime and those of children waited for, counted after the name


@dataclass(frozen=True)
class Served:
    """A running server: its port, its master process, how long it took to answer."""

    port: int
    process: subprocess.Popen[bytes]
    cold_start: float

    @property
    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return [pid for pid in _tree(self.process.pid) if pid != self.process.pid]

    def cpu(self) -> float:
        """Return the seconds of CPU the process tree has used since it began."""
        return sum(_ticks(pid) for pid in _tree(self.process.pid)) / TICK

    def memory(self) -> list[tuple[float, float]]:
        """Return (resident, proportional) MiB of each worker."""
        return [_memory(pid) for pid in self.workers]


@contextmanager
def serve(target: str, port: int, environ: Mapping[str, str], log: IO[str]) -> Iterator[Served]:
    """Serve ``target`` while inside; time runs from the start to the first page with status 200."""
    command = [sys.executable, "-m", *SERVER, "--host", HOST, "--port", str(port), target]
    var = ROOT / environ["VAR_DIR"]
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603  the command above
        command, cwd=ROOT, env={**lean.environ(var), **environ}, stdout=log, stderr=log
    )
    try:
        _wait(port, process)
        yield Served(port, process, perf_counter() - began)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    path = "/"
    until = perf_counter() + PATIENCE
    while perf_counter() < until and process.poll() is None:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", path)
            status = connection.getresponse().status
            connection.close()
            if status < 500:  # noqa: PLR2004  it answers
                return
        sleep(0.01)
    message = f"nothing answers on port {port}; see var/bench/server.log"
    raise RuntimeError(message)


def _stat(pid: int) -> list[str]:
    """Return the fields of a process after its name, which may hold blanks; none if it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _tree(root: int) -> list[int]:
    """Return a process and its children, and theirs."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(path.name))
        if fields:
            parents[int(path.name)] = int(fields[1])
    tree = [root]
    for pid in tree:
        tree += [child for child, parent in parents.items() if parent == pid]
    return tree


def _ticks(pid: int) -> int:
    return sum(int(ticks) for ticks in _stat(pid)[USED])


def _memory(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines}
    return sizes["Rss:"], sizes["Pss:"]
