"""`make bench`: what the Modeler waits for, which gives up after five seconds: a deployment over HTTP.

The floor is reading the same file with lxml. No limit is asserted; `tests/workflows/engine/test_costs.py` holds that
the check takes time in step with the number of nodes.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from service.database.unit import Database
from service.people.tokens import create_token
from tests.support import databases, postgres
from tests.support.deployments import deploy, largest_diagram
from tests.support.processes import at_once, served
from tests.support.world import World

TIMES, AT_ONCE = 5, 20
ORDINARY = Path(__file__).parents[2] / "bpmn" / "awards" / "council_session.bpmn"


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="trinh-bench-"))
    folder.chmod(0o755)
    drawings = {"ordinary": ORDINARY.read_bytes(), "largest": largest_diagram()}
    print(f"Deployments over HTTP, one process: {TIMES} one by one, then {AT_ONCE} of the ordinary one at once.")
    print(f"{'database':<12}{'drawing':<16}{'kB':>8}{'ms':>9}{'x lxml':>9}")
    try:
        for dialect in databases.DIALECTS:
            with databases.database(folder, dialect, migrated=True) as url, served(url) as address:
                _measure(dialect, address, _owner(url), drawings)
    finally:
        databases.drop_templates(folder)
        postgres.stop(folder)


def _owner(url: str) -> str:
    database = Database(url)
    world = World.on(database)
    with database.unit_of_work() as unit:
        token = create_token(unit, world.actor("owner").account_id)
    database.dispose()
    return f"Bearer {token}"


def _measure(dialect: str, address: str, known: str, drawings: dict[str, bytes]) -> None:
    for name, drawing in drawings.items():
        took = _milliseconds(partial(_deploy, address, known), _versions(drawing, TIMES))
        floor = _milliseconds(etree.fromstring, [drawing] * TIMES)
        print(f"{dialect:<12}{name:<16}{len(drawing) / 1024:>8.0f}{took:>9.0f}{took / floor:>9.1f}")
    acts = [partial(_deploy, address, known, each) for each in _versions(drawings["ordinary"], TIMES + AT_ONCE)[TIMES:]]
    began = time.perf_counter()
    at_once(*acts)
    print(f"{dialect:<12}{'20 at once':<16}{'':>8}{(time.perf_counter() - began) * 1000:>9.0f}\n")


def _deploy(address: str, known: str, drawing: bytes) -> None:
    """Raises RuntimeError for any answer but 200."""
    status, answer = deploy(address, known, {"bench.bpmn": drawing})
    if status != 200:
        raise RuntimeError(f"{status} {answer}")


def _versions(drawing: bytes, number: int) -> list[bytes]:
    """The drawing so many times, each time another file, so that each becomes a version."""
    return [drawing + b"\n" * more for more in range(1, number + 1)]


def _milliseconds(act: Callable[[bytes], Any], files: Sequence[bytes]) -> float:
    """The median over the files."""
    taken = []
    for each in files:
        began = time.perf_counter()
        act(each)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
