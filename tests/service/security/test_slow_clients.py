"""Who sends half a request and waits keeps nobody else waiting."""

from __future__ import annotations

import socket
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from service.server import THREADS
from tests.support.installation import Installation


def test_half_a_request_does_not_keep_a_thread(sqlite_url: str, tmp_path: Path) -> None:
    installation = Installation(database_url=sqlite_url, folder=tmp_path)
    installation.run("init")
    with installation.serving() as address, ExitStack() as opened:
        where = urlsplit(address)
        for _ in range(THREADS + 2):
            client = opened.enter_context(socket.create_connection((where.hostname, where.port)))
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: ")
        with urllib.request.urlopen(f"{address}/dang-nhap", timeout=30) as page:
            assert page.status == 200
