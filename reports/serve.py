"""A built site in, a web server on this machine alone out."""

from __future__ import annotations

import contextlib
import errno
import functools
import shlex
from difflib import get_close_matches
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from survey.faults import Fault, Refusal, list_few

HOST = "127.0.0.1"


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files fresh, without a line on the screen for each."""

    extensions_map = {  # noqa: RUF012 the base class has it so
        **SimpleHTTPRequestHandler.extensions_map,
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
        ".html": "text/html; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def find_site(build: Path, study: str) -> Path:
    """Return the built site of a study, given by name or folder; a Refusal where there is none."""
    site = build / Path(study).resolve().name / "site"
    if (site / "index.html").is_file():
        return site
    built = sorted(one.parent.name for one in build.glob("*/site"))
    todo = f"run `make report STUDY={shlex.quote(study)}` first"
    if close := get_close_matches(site.parent.name, built, n=1):
        todo += f"; or say STUDY={shlex.quote(close[0])}, if it is that"
    raise Refusal(Fault(str(site), "no site", f"a built study: {list_few(built)}", todo))


def open_server(site: Path, port: int = 8000) -> ThreadingHTTPServer:
    """Return a server of `site` that listens on `port`, or on a free one where that is taken."""
    handler = functools.partial(QuietHandler, directory=str(site))
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        return ThreadingHTTPServer((HOST, 0), handler)


def serve_until_stopped(server: ThreadingHTTPServer) -> None:
    """Serve until Ctrl-C, which is the ordinary end."""
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def tell_address(server: ThreadingHTTPServer) -> str:
    """Return the address to open in a browser."""
    return f"http://{HOST}:{server.server_port}/"
