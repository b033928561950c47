"""The installed program against one database, as an operator runs it: `trinh …` in processes of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.services import free_port

PROGRAM = str(Path(sys.executable).with_name("trinh"))
START_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Installation:
    """`settings` are TRINH_ variables besides the database, the data folder and the environment `test`."""

    database_url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRINH_")}
        own = {"TRINH_DATABASE_URL": self.database_url, "TRINH_DATA_DIR": str(self.folder), "TRINH_ENV": "test"}
        return {**inherited, **own, **self.settings}

    def run(self, *arguments: str, expect: int = 0, timeout_seconds: float = 120) -> str:
        """Run `trinh` to its end; returns what it printed. Raises AssertionError for another exit code."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_seconds,
        )
        assert done.returncode == expect, f"trinh {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `trinh` and go on: for processes that a test kills. Its output goes to a log in `folder`."""
        log = self.folder / f"trinh-{arguments[0]}-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            return subprocess.Popen(
                [PROGRAM, *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def set_up_demo(self) -> None:
        """What `make run` does before it serves."""
        self.run("init")
        self.run("demo")

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[str]:
        """`trinh serve` on a free port, with more arguments such as `--workers 2` or `--worker`; yields its address."""
        port = free_port()
        server = self.start("serve", "--port", str(port), *arguments)
        try:
            self._await(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def _await(self, server: subprocess.Popen[bytes], port: int) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < give_up_at:
            with socket.socket() as connection:
                if connection.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        logs = "\n".join(log.read_text("utf-8") for log in self.folder.glob("trinh-serve-*.log"))
        raise AssertionError(f"trinh serve did not answer:\n{logs}")
