"""The folder that one test run shares between its workers, and what runs in it.

The first worker that needs a service starts it under a lock and leaves its address in a file; the others read it.
The controlling process stops what was left there when all workers are done.
"""

from __future__ import annotations

import fcntl
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = pytest.StashKey[Path]()


def prepare(config: pytest.Config) -> None:
    """Make the folder in the controlling process, or take over its name in a worker."""
    given = getattr(config, "workerinput", {}).get("services_folder")
    if given is None:
        folder = Path(tempfile.mkdtemp(prefix="trinh-tests-"))
        folder.chmod(0o755)  # a database server that may not run as root reads below it
    else:
        folder = Path(given)
    config.stash[FOLDER] = folder


def is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def remove(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """One worker at a time."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def started_once(folder: Path, name: str, start: Callable[[], str]) -> str:
    """What `start` returned, the first time any worker asked; the same text for all who ask later."""
    answer = folder / f"{name}.txt"
    with locked(folder, name):
        if not answer.exists():
            answer.write_text(start(), "utf-8")
        return answer.read_text("utf-8")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
