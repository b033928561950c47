"""Do one leased job. Each kind commits with the mark that the job is done; a mail leaves first, under a fixed id."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from service.database.unit import Unit, again_after_deadlock
from service.engine.commands.deliver import Message, broadcast, deliver_in, note_missed, reach_by_signal
from service.engine.commands.external import fail_external, work_off
from service.engine.commands.lease_jobs import Leased, give_up, mark_done, put_off
from service.engine.context import Engine
from service.engine.errors import AmbiguousMessage, Undelivered
from service.engine.mail import send_mail
from service.engine.rows import read_instance
from service.errors import ServiceError, Unavailable
from workflows.errors import WorkflowError

log = logging.getLogger(__name__)


class UnknownJob(ServiceError):
    """A job of a kind that this version does not know."""

    code = "job_unknown"
    message = "Phiên bản này không biết loại việc nền “{kind}”."


def run_job(engine: Engine, leased: Leased, worker: str, at: datetime) -> None:
    """Do it, or note why not: put off, and after the last try an incident.

    A job whose worker died in the last try too is not tried again: it may be what kills them.

    Raises Unavailable; the lease then ends by itself.
    """
    if leased.attempts > leased.max_attempts:
        reason = f"Việc nền dừng giữa chừng {leased.max_attempts} lần, tiến trình xử lý không báo lỗi."
        _failed(engine, leased, worker, at, f"{leased.kind}_interrupted", reason)
        return
    try:
        if leased.kind not in _KINDS:
            raise UnknownJob(kind=leased.kind)
        if leased.kind == "mail":
            send_mail(engine.settings, leased.id, leased.payload)
        _do(engine, leased, worker, at)
    except Unavailable:
        raise
    except AmbiguousMessage as error:
        with engine.database.unit_of_work(at) as unit:
            give_up(unit, leased, worker, code=error.code, reason=error.message)
    except (ServiceError, WorkflowError) as error:
        _failed(engine, leased, worker, at, error.code, error.message)
    except Exception as error:
        log.exception("job %s (%s), try %s of %s", leased.id, leased.kind, leased.attempts, leased.max_attempts)
        _failed(engine, leased, worker, at, f"{leased.kind}_failed", _words(leased, error))


@again_after_deadlock
def _do(engine: Engine, leased: Leased, worker: str, at: datetime) -> None:
    with engine.database.unit_of_work(at) as unit:
        if mark_done(unit, leased, worker):
            _KINDS[leased.kind](engine, unit, leased)


def _failed(engine: Engine, leased: Leased, worker: str, at: datetime, code: str, reason: str) -> None:
    with engine.database.unit_of_work(at) as unit:
        if not leased.last_try:
            put_off(unit, leased, worker, reason)
        elif leased.kind == "external":
            if mark_done(unit, leased, worker):
                fail_external(engine, unit, leased.payload["task_id"], code=code, message=reason)
        else:
            give_up(unit, leased, worker, code=code, reason=reason)


def _words(leased: Leased, error: Exception) -> str:
    what = {"mail": "Chưa gửi được thư điện tử", "external": "Bước tự động chưa chạy được"}
    return f"{what.get(leased.kind, 'Việc nền chưa chạy được')}: {type(error).__name__}: {error}"


def _deliver(engine: Engine, unit: Unit, leased: Leased) -> None:
    payload = leased.payload
    message = Message(
        name=payload["name"],
        business_key=payload["business_key"],
        correlation=payload["correlation"],
        variables=payload["variables"],
    )
    try:
        deliver_in(engine, unit, message)
    except Undelivered:
        if not note_missed(unit, message, _told(engine, unit, leased)):
            raise


def _told(engine: Engine, unit: Unit, leased: Leased) -> str:
    """The sending element as it is drawn, else the message's name."""
    sender = read_instance(unit, leased.instance_id) if leased.instance_id is not None else None
    name, element = str(leased.payload["name"]), leased.payload["element"]
    if sender is None or element is None:
        return name
    return engine.library(unit).definition(sender.definition_id).elements.get(element) or name


def _broadcast(_engine: Engine, unit: Unit, leased: Leased) -> None:
    broadcast(unit, leased.payload["name"], leased.payload["variables"], thrower=leased.instance_id)


def _reach(engine: Engine, unit: Unit, leased: Leased) -> None:
    reach_by_signal(engine, unit, leased.payload)


def _work_off(engine: Engine, unit: Unit, leased: Leased) -> None:
    work_off(engine, unit, leased.payload["task_id"])


def _sent(_engine: Engine, _unit: Unit, _leased: Leased) -> None:
    """The mail has left already."""


_KINDS: dict[str, Callable[[Engine, Unit, Leased], None]] = {
    "message": _deliver,
    "signal": _broadcast,
    "signal_to": _reach,
    "external": _work_off,
    "mail": _sent,
}
