"""A web process carries its code without what was written for its readers.

Docstrings are seven of its megabytes. What Python compiles so (``-OO``) is kept under ``var``,
the libraries' too: where they are installed nobody may be allowed to write.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from storefront.config import ROOT, environment_with

FOLDER: Final = "bytecode"


def environ(var: Path) -> dict[str, str]:
    """Return what a web process is started with, beside what this one was."""
    lean = {
        "PYTHONOPTIMIZE": "2",
        "PYTHONPYCACHEPREFIX": str(var.resolve() / FOLDER),
        "PYTHONDONTWRITEBYTECODE": "",  # some machines never do; compiling at each start costs more
    }
    return environment_with(lean)


def prepare(var: Path) -> None:
    """Compile what a web process needs, so that the first one starts as soon as the next."""
    subprocess.run([sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environ(var), check=True)
