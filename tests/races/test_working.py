"""Workers in several processes, one of them killed with -9 half-way: an overdue task escalates exactly once."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from service.database.unit import Database
from service.engine.commands.start import StartProcess, start
from service.engine.tables import external_task, history, job, notice, timer
from tests.support.diagrams import boundary, diagram, end, sequence, user
from tests.support.diagrams import start as start_event
from tests.support.diagrams import timer as timer_definition
from tests.support.processes import trinh
from tests.support.smtp import MailServer
from tests.support.world import World

DOSSIERS = 24


def overdue_process() -> bytes:
    """A step of three days; when they are over, the supervisors are told by the product's own topic."""
    body = sequence("start", user("step", due="${workdays(3)}"), "end", before=start_event(), after=end())
    late = boundary("late", "step", timer_definition("timeDate", "${deadline(100)}"), interrupting=False)
    told = (
        '<bpmn:messageEventDefinition messageRef="escalated" camunda:type="external" camunda:topic="notify:escalate">'
        "</bpmn:messageEventDefinition>"
    )
    inputs = (
        '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="element">step'
        "</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements>"
    )
    thrown = f'<bpmn:endEvent id="tell" name="tell">{inputs}{told}</bpmn:endEvent>'
    return diagram(
        "overdue",
        body + late + sequence("late", "tell", after=thrown),
        outside='<bpmn:message id="escalated" name="escalated"/>',
    )


def test_an_escalation_happens_once_though_a_worker_dies(database_url: str, mail_server: MailServer) -> None:
    from service.wiring import build_registry

    database = Database(database_url)
    world = World.on(database)
    registry = build_registry()
    world.topics.update(registry.topics)  # type: ignore[arg-type]
    world.deploy(overdue=overdue_process())
    clerk = world.actor("clerk")
    for number in range(DOSSIERS):
        start(world.engine, StartProcess(key="overdue", business_key=f"HS-{number}"), clerk)
    at = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    settings = {"TRINH_SMTP_URL": mail_server.url}
    command = ("worker", "--once", "--at", at)

    for share in (4, 2):  # a worker dies in the middle, twice, while another works
        victim, survivor = (trinh(database_url, *command, **settings) for _ in range(2))
        _wait_until_fired(world, DOSSIERS // share, victim)
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=60)
        if share == 4:
            survivor.send_signal(signal.SIGKILL)
        survivor.communicate(timeout=120)
    last = trinh(database_url, *command, **settings)
    said, failed = last.communicate(timeout=120)
    assert last.returncode == 0, failed.decode()

    assert world.rows(select(timer)) == []
    assert world.rows(select(external_task)) == []
    assert {row.state for row in world.rows(select(job))} == {"done"}
    fired = Counter(row.root_id for row in world.rows(select(history.c.root_id).where(history.c.kind == "fired")))
    assert set(fired.values()) == {1}
    assert len(fired) == DOSSIERS
    told = world.rows(select(notice).where(notice.c.account_id == world.actor("supervisor").account_id))
    assert len(told) == DOSSIERS
    sent = Counter(str(each["Message-ID"]) for each in mail_server.messages)
    mails = world.rows(select(job.c.id).where(job.c.kind == "mail"))
    assert len(sent) == len(mails)
    again = trinh(database_url, *command, **settings)
    said, _ = again.communicate(timeout=120)
    assert "Đã xử lý 0 việc" in said.decode()
    assert len(world.open_tasks()) == DOSSIERS
    database.dispose()


def _wait_until_fired(world: World, count: int, process: subprocess.Popen[bytes]) -> None:
    """Look until so many timers have fired, or the worker has ended by itself."""
    query = select(func.count()).select_from(history).where(history.c.kind == "fired")
    while process.poll() is None and world.rows(query)[0][0] < count:
        pass
