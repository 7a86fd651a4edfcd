"""A shop on a disk that is full, or cannot be written: run in a mount namespace of its own.

`python -m tests.bad_disk full|readonly FOLDER DATABASE` lays a disk over FOLDER, opens the shop
there, and prints what it answered: {"full": {"read": 200, "write": 503}, ...}.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from storefront import create_app, db
from tests import factories as make
from tests.conftest import Client, settings_for
from tests.doors.shopping import put_in

Answers = dict[str, dict[str, int]]


def full(folder: Path, database: Path, visit: Callable[[], dict[str, int]]) -> Answers:
    """Fill the disk to the last byte, then make room again."""
    _mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder))
    shutil.copyfile(database, folder / "shop.db")
    before = visit()
    _fill(folder / "junk")
    at_worst = visit()
    (folder / "junk").unlink()
    return {"before": before, "at_worst": at_worst, "after": visit()}


def _fill(junk: Path) -> None:
    with junk.open("wb", buffering=0) as growing:
        try:
            while True:
                growing.write(b"0" * 512)
        except OSError:
            return


def readonly(folder: Path, database: Path, visit: Callable[[], dict[str, int]]) -> Answers:
    """Let nobody write to the disk, then let them again."""
    _mount("--bind", str(folder), str(folder))
    shutil.copyfile(database, folder / "shop.db")
    before = visit()
    db.sa.engine.dispose()
    _mount("-o", "remount,ro,bind", str(folder))
    at_worst = visit()
    db.sa.engine.dispose()
    _mount("-o", "remount,rw,bind", str(folder))
    return {"before": before, "at_worst": at_worst, "after": visit()}


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True)


def visits(client: Client) -> Iterator[dict[str, int]]:
    """Open a page and press a button, again and again."""
    while True:
        read = client.get("/products").status_code
        yield {"read": read, "write": put_in(client, make.PASTE).status_code}


def main() -> None:
    """Open the shop on the disk named, and say what it answered."""
    how, folder, database = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    app = create_app(settings_for(folder.parent, f"sqlite:///{folder}/shop.db"))
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    shop = visits(client)
    with app.app_context():
        answers = {"full": full, "readonly": readonly}[how](folder, database, lambda: next(shop))
        db.session.remove()
        db.sa.engine.dispose()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
