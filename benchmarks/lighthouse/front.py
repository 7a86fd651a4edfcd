"""nginx before the shop, compressing pages as docs/running.md has it do."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.served import HOST

SETTINGS = """pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{
    listen {host}:{front};
    gzip on;
    gzip_proxied any;
    location / {{
      proxy_pass http://{host}:{shop};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""


def nginx() -> str | None:
    """Return where nginx is; outside the search path of most accounts."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def compressed(shop: int, front: int, folder: Path) -> Iterator[None]:
    """Stand before the shop while inside."""
    path = folder / "nginx.conf"
    path.write_text(SETTINGS.format(folder=folder, host=HOST, front=front, shop=shop), "utf-8")
    process = subprocess.Popen([str(nginx()), "-c", str(path)])  # noqa: S603  the one found
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
