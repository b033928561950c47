"""Serving pages and API with gunicorn, started from the program itself; with the job worker inside when asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from service.app import create_app
from service.config import Settings
from service.worker import run

THREADS = 8
"""Requests one process works on at a time."""
WORKERS = 2
"""Processes on PostgreSQL. On SQLite one: its writers would only wait for one another."""
HEAD_SECONDS = 10
"""A request's head arrives in one piece; who sends it byte by byte wants to keep a thread."""
WHOLE_SECONDS = 90
"""Enough for the largest paper over a slow line."""


class TimedWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, none of which waits for a client for ever: eight half requests would stop the service.

    After its time nothing more is read from a connection; what is being worked on is still answered.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._until: dict[Any, float] = {}
        """Connections that a thread reads from, and when that ends."""

    def handle(self, conn: Any) -> Any:
        self._until[conn] = monotonic() + HEAD_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self._until[conn] = monotonic() + WHOLE_SECONDS
        return super().handle_request(req, conn)

    def notify(self) -> None:
        """gunicorn calls this about once a second, in the thread that hands out connections."""
        super().notify()
        now = monotonic()
        for conn, until in list(self._until.items()):
            if until < now:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn without a command line or a configuration file of its own."""

    def __init__(
        self,
        settings: Settings,
        *,
        host: str,
        port: int,
        workers: int | None,
        with_worker: bool,
        ready: Callable[[], None],
    ) -> None:
        self.settings = settings
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.processes = processes(settings, workers)
        self.with_worker = with_worker
        self.ready = ready
        self.stop = threading.Event()
        self.job_worker: threading.Thread | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self.address,
            "workers": self.processes,
            "worker_class": TimedWorker,
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            "loglevel": "warning",
            "proc_name": "trinh",
            "control_socket_disable": True,
            "when_ready": lambda _: self.ready(),
            "post_worker_init": self._start_job_worker,
            "worker_exit": self._stop_job_worker,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Runs in each process after the fork, so that none shares a database connection."""
        return create_app(self.settings)

    def _start_job_worker(self, process: Any) -> None:
        """A thread in every process: the lease on a job's row keeps two from doing the same one."""
        if self.with_worker:
            engine = process.wsgi.extensions["trinh"]
            self.job_worker = threading.Thread(target=run, args=(engine, self.stop), name="job-worker", daemon=True)
            self.job_worker.start()

    def _stop_job_worker(self, _arbiter: Any, _process: Any) -> None:
        """Let the job in hand come to its end."""
        self.stop.set()
        if self.job_worker is not None:
            self.job_worker.join(timeout=10)


def processes(settings: Settings, asked: int | None) -> int:
    """How many processes serve: on SQLite always one."""
    if settings.database_url.startswith("sqlite"):
        return 1
    return asked or WORKERS


def port_taken(host: str, port: int) -> bool:
    """True if something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
