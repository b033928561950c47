"""The worker: timers, start timers and jobs, in the order they fall due, until nothing is due.

Any number of workers may run at once, in threads, processes or machines, and any of them may be killed: a timer fires
in one transaction under the lock of its dossier, a job commits together with the mark that it is done.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from service.engine.commands.fire import fire, start_by_timer
from service.engine.commands.lease_jobs import free_leases_of_the_dead, lease, worker_name
from service.engine.commands.run_job import run_job
from service.engine.context import Engine
from service.engine.due import Due, next_due
from service.errors import Unavailable

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE_SECONDS = 60
"""A timer that fails for a reason nobody foresaw is left alone for so long."""
PAUSE_WITHOUT_DATABASE_SECONDS = 5


class Worker:
    """One worker's name, and what it has put aside."""

    def __init__(self, engine: Engine, at: datetime | None = None) -> None:
        self.engine = engine
        self.name = worker_name()
        self._fixed = at
        self._aside: dict[tuple[str, str], datetime] = {}

    @property
    def at(self) -> datetime:
        return self._fixed if self._fixed is not None else datetime.now(UTC)

    def work(self, stop: threading.Event | None = None) -> int:
        """Do everything that is due, what falls due because of it included; returns how much it was.

        Raises Unavailable.
        """
        free_leases_of_the_dead(self.engine)
        done = 0
        while stop is None or not stop.is_set():
            at = self.at
            due = next_due(self.engine, at, aside=self._put_aside())
            if due is None:
                return done
            done += self._do(due, at)
        return done

    def _do(self, due: Due, at: datetime) -> bool:
        if due.kind == "job":
            leased = lease(self.engine, self.name, at)
            if leased is None:
                return False
            run_job(self.engine, leased, self.name, at)
            return True
        try:
            if due.kind == "timer":
                return fire(self.engine, due.id, at=at)
            return start_by_timer(self.engine, int(due.id), at=at)
        except Unavailable:
            raise
        except Exception:
            log.exception("%s %s, due %s, is put aside", due.kind, due.id, due.due_at)
            self._aside[due.kind, due.id] = datetime.now(UTC)
            return False

    def _put_aside(self) -> frozenset[tuple[str, str]]:
        now = datetime.now(UTC)
        for key, since in list(self._aside.items()):
            if (now - since).total_seconds() > PAUSE_AFTER_FAILURE_SECONDS:
                del self._aside[key]
        return frozenset(self._aside)


def run_once(engine: Engine, at: datetime | None = None) -> int:
    """Do everything due at `at` (now when None); returns how much it was. Raises Unavailable."""
    return Worker(engine, at).work()


def run(engine: Engine, stop: threading.Event) -> None:
    """Work until told to stop; a database that is away is waited for."""
    worker = Worker(engine)
    while not stop.is_set():
        pause: float = engine.settings.worker_poll_seconds
        try:
            worker.work(stop)
        except Unavailable:
            log.warning("the database does not answer; trying again in %s s", PAUSE_WITHOUT_DATABASE_SECONDS)
            pause = PAUSE_WITHOUT_DATABASE_SECONDS
        except Exception:
            log.exception("the worker goes on after a failure")
        stop.wait(pause)
