"""Open a small demonstration behind nginx, ask Lighthouse, write docs/lighthouse.md."""

import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.lighthouse import asking, paper
from benchmarks.lighthouse.front import compressed
from benchmarks.served import HOST, serve
from benchmarks.visitor import Visitor
from storefront.config import ROOT

PORT = int(os.environ.get("PORT", "8190"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
VAR = ROOT / "var" / "lighthouse"
PRODUCT = "/products/yulu-first-grade"
PAGES = {"home": "/", "product": PRODUCT, "checkout": "/checkout"}
FRONT = f"http://{HOST}:{PORT + 1}"
ENVIRON = {
    "ENVIRONMENT": "development",
    "PRETEND_PAYMENTS": "yes",
    "PUBLIC_URL": FRONT,
    "DATABASE_URL": f"sqlite:///{VAR}/demo.db",
    "VAR_DIR": str(VAR),
}
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


def main() -> int:
    """Measure each page in both languages; return 0 when every score is reached."""
    missing = asking.missing()
    if missing:
        print("make lighthouse needs " + "; ".join(missing))
        return 2
    VAR.mkdir(parents=True, exist_ok=True)
    for verb in (("assets", "build"), ("demo", "--opening")):
        command = [*FLASK, *verb]
        subprocess.run(  # noqa: S603  our own verbs
            command, cwd=ROOT, env={**os.environ, **ENVIRON}, check=True, stdout=subprocess.DEVNULL
        )
    began, load = datetime.now(UTC), os.getloadavg()[0]
    asked = _ask_all(VAR)
    told = paper.write(asked, began=began, load=load, rounds=ROUNDS)
    print(told)
    return 0 if paper.is_reached(asked) else 1


def _ask_all(folder: Path) -> dict[tuple[str, str], list[asking.Report]]:
    """Return the reports of each page and language, a round after the other."""
    asked: dict[tuple[str, str], list[asking.Report]] = {}
    with ExitStack() as stack:
        log = stack.enter_context((folder / "server.log").open("w"))
        stack.enter_context(serve("wsgi:app", PORT, ENVIRON, log))
        stack.enter_context(compressed(PORT, PORT + 1, folder))
        cookie = _basket()
        for _round in range(ROUNDS):
            for language in ("zh", "en"):
                for page, path in PAGES.items():
                    asked.setdefault((page, language), []).append(
                        asking.ask(f"{FRONT}{path}?lang={language}", cookie, folder)
                    )
    return asked


def _basket() -> str:
    """Put a box into a basket; return the cookie that holds it."""
    visitor = Visitor(PORT)
    page = visitor.get(PRODUCT)
    names = ("csrf_token", "sku")
    form = {name: page.hidden(name) for name in names}
    visitor.post(PRODUCT, {**form, "quantity": "1"})
    visitor.close()
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


if __name__ == "__main__":
    sys.exit(main())
