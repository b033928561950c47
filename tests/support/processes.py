"""The product's own programs as real processes: `trinh serve`, `trinh worker`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.services import free_port


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """This process's environment with the product's settings replaced."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRINH_")}
    return {**kept, "TRINH_ENV": "test", "TRINH_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1", **settings}


def trinh(database_url: str, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
    """Start the command; the caller waits for it or kills it."""
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.Popen(
        command, env=environment(database_url, **settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@contextmanager
def served(database_url: str, **settings: str) -> Iterator[str]:
    """`trinh serve` with one process, ready to answer; its address.

    Raises AssertionError when it does not begin to serve.
    """
    port = free_port()
    with trinh(database_url, "serve", "--port", str(port), "--workers", "1", **settings) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        drains = [threading.Thread(target=stream.read) for stream in (process.stdout, process.stderr)]
        try:
            assert b"127.0.0.1" in said, (said, process.stderr.read())
            for each in drains:
                each.start()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            for each in drains:
                if each.ident is not None:
                    each.join(timeout=30)


def post(address: str, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """One JSON request as a program sends it: status and answer."""
    request = urllib.request.Request(
        address,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def at_once(*acts: Any) -> list[Any]:
    """Run the acts in threads that pass one barrier together; their results in order. Raises what an act raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)
    failures: list[BaseException] = []

    def run(place: int, act: Any) -> None:
        barrier.wait()
        try:
            results[place] = act()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results
