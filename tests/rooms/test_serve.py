"""What `flask serve` keeps: tests/soak/test_serve.py tries the shop itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from storefront.cli import lean
from storefront.cli.serve import Kept


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


WORDS = "import wsgi, flask; print(wsgi.create_app.__doc__, flask.Flask.__doc__)"


def test_a_web_process_carries_no_docstring_and_reads_what_was_compiled(tmp_path: Path) -> None:
    lean.prepare(tmp_path)
    assert list(tmp_path.rglob("storefront/__init__.*.opt-2.pyc"))
    assert list(tmp_path.rglob("flask/app.*.opt-2.pyc")), "the libraries' too"
    said = subprocess.check_output([sys.executable, "-c", WORDS], env=lean.environ(tmp_path))
    assert said.split() == [b"None", b"None"]
