"""`trinh worker --once --at <after the due date>` on the demo's dossiers: told once, though several work and one dies.

Many small dossiers, with mail, are in `tests/races/test_working.py`; here are the real diagrams.
"""

from __future__ import annotations

import signal
from datetime import datetime, timedelta
from subprocess import Popen

from tests.shows.town import Town

WORKED = "select count(*) from history where kind = 'fired'"


def test_an_overdue_task_is_escalated_once_in_however_many_processes(town: Town) -> None:
    waiting = town.rows("select id, element, root_id, due_at from task where state = 'open'")
    assert len(waiting) == 4
    after = max(datetime.fromisoformat(str(row.due_at)) for row in waiting) + timedelta(hours=1)
    command = ("worker", "--once", "--at", f"{after:%Y-%m-%dT%H:%M:%S}+00:00")

    victim, survivor = (town.installation.start(*command) for _ in range(2))
    wait_until_begun(town, victim)
    victim.send_signal(signal.SIGKILL)
    victim.wait(60)
    together = [survivor, *(town.installation.start(*command) for _ in range(2))]
    assert [each.wait(120) for each in together] == [0, 0, 0]
    assert "Đã xử lý 0 việc" in town.installation.run(*command)

    fired = "select element, count(*) as times from history where kind = 'fired' group by element order by element"
    assert [tuple(row) for row in town.rows(fired)] == [
        ("escalate_consult", 1),  # on the consultation as a whole: both agencies are told by one
        ("escalate_prepare", 2),
        ("warn_consult", 1),
        ("warn_prepare", 2),
    ]
    told = (
        "select count(*) from notice join account on account.id = notice.account_id "
        "where username = :name and subject like 'Quá hạn:%'"
    )
    assert town.one(told, name="giamsat") == 4
    assert town.one(told, name="vanthu.cuanam") == 1
    assert town.one(told, name="vanthu.hoankiem") == 0
    again = "select account_id, body from notice group by account_id, body having count(*) > 1"
    assert town.rows(again) == []
    agency = "select count(*) from notice where body like '%Còn chờ: thủ trưởng đơn vị%, Thanh tra Thành phố.'"
    assert town.one(agency) == 2, "the supervisor and the head of division read which agency is late"
    assert town.one("select count(*) from job where state <> 'done'") == 0
    assert town.one("select count(*) from external_task") == 0
    assert town.one("select count(*) from incident") == 0
    still_open = town.rows("select id, element, root_id, due_at from task where state = 'open'")
    assert sorted(map(tuple, still_open)) == sorted(map(tuple, waiting))


def wait_until_begun(town: Town, process: Popen[bytes]) -> None:
    """Look until the first timer has fired, or the worker has ended by itself."""
    while process.poll() is None and town.one(WORKED) == 0:
        pass
