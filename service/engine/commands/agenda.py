"""What follows within the same command: service steps of the transaction, called processes, errors on their way up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError

from service.database.unit import Unit
from service.engine.commands.ledger import Ended, Item, Ledger, Live, Told, Work
from service.engine.correlate import ON_BEHALF_OF
from service.engine.handlers import TopicContext, TopicHandler
from service.errors import ServiceError, Unavailable
from workflows import run
from workflows.errors import NotWaiting, UnknownDefinition, WorkflowError
from workflows.model import (
    Advance,
    CallProcess,
    CancelCall,
    SendMessage,
    SendSignal,
    ThrowUp,
    Value,
)

log = logging.getLogger(__name__)

MAX_STEPS = 2_000
"""Calls and service steps of one command, across all its instances."""
MAX_WAITING = 20_000
"""Items of the agenda at once: a process that calls itself for every item of a long list soon asks for millions."""
MAX_NESTED = 50
"""Calls of one command within one another: a process that calls itself would never end."""


NO_END = "Các quy trình được gọi hoặc các bước tự động nối nhau không dừng; hãy sửa sơ đồ rồi thử lại."


class WithoutEnd(WorkflowError):
    """Processes that call one another, or service steps in a circle, without ever reaching a wait state.

    It refuses nothing: `settle` takes back what went on so, and the step where it began waits as an incident.
    """

    code = "endless_calls"


def settle(ledger: Ledger) -> None:
    """Work off the agenda, then write everything. What has no end is taken back; the act before it stands.

    Raises Unavailable; nothing is written then.
    """
    _tell_what_waits_for_nobody(ledger)
    if ledger.agenda:
        before = ledger.mark()
        try:
            with ledger.unit.savepoint():
                _work_off(ledger)
        except WithoutEnd as endless:
            ledger.go_back(before)
            _work_off(ledger, endless)
    ledger.write()


def _tell_what_waits_for_nobody(ledger: Ledger) -> None:
    """Messages and signals are jobs of the same commit: nothing in this command comes of them."""
    while ledger.agenda and isinstance(item := ledger.agenda[0], Told):
        if not isinstance(item.effect, SendMessage | SendSignal):
            return
        ledger.agenda.popleft()
        _tell(ledger, item)


def _work_off(ledger: Ledger, endless: WithoutEnd | None = None) -> None:
    """Until nothing is left. With `endless`, no process is called and no service step done: each is an incident.

    Raises WithoutEnd, Unavailable.
    """
    steps = 0
    while ledger.agenda:
        item = ledger.agenda.popleft()
        token_id = _begun_at(item)
        steps += token_id is not None
        if token_id is not None and endless is not None:
            place = {"task_id": token_id, "code": endless.code, "message": endless.message}
            _resume(ledger, item.live, run.fail_external, **place)
        elif steps > MAX_STEPS or len(ledger.agenda) > MAX_WAITING:
            raise WithoutEnd(NO_END)
        elif isinstance(item, Work):
            _work(ledger, item)
        elif isinstance(item, Ended):
            _return_to_caller(ledger, item.live)
        else:
            _tell(ledger, item)


def _begun_at(item: Item) -> str | None:
    """The token of the service step or call that the item begins; None for what begins neither."""
    if isinstance(item, Work):
        return item.task.id
    if isinstance(item, Told) and isinstance(item.effect, CallProcess):
        return item.effect.token_id
    return None


# -- service steps


def _work(ledger: Ledger, item: Work) -> None:
    """Let the topic's handler do its part now; its refusal becomes an incident at the step."""
    live, task = item.live, item.task
    handler = ledger.engine.registry.topics[task.topic]
    context = TopicContext(
        task_id=task.id,
        instance_id=live.id,
        root_id=live.row.root_id,
        element=task.element,
        topic=task.topic,
        unit_id=live.row.unit_id,
        business_key=live.row.business_key,
        variables=task.variables,
        at=ledger.unit.at,
        calendar=ledger.calendar,
    )
    outcome = attempt(ledger, handler, context)
    try:
        if isinstance(outcome, ServiceError):
            advance = run.fail_external(
                ledger.library,
                live.snapshot,
                task_id=task.id,
                code=outcome.code,
                message=outcome.message,
                at=ledger.unit.at,
                calendar=ledger.calendar,
            )
        else:
            advance = run.finish_external(
                ledger.library,
                live.snapshot,
                task_id=task.id,
                variables=outcome,
                at=ledger.unit.at,
                calendar=ledger.calendar,
            )
    except NotWaiting:
        return  # an earlier item of this agenda has cancelled the step
    ledger.take(live, advance)


@contextmanager
def on_behalf_of(unit: Unit, instance_id: str) -> Iterator[None]:
    """Effects a handler asks for meanwhile belong to this instance."""
    before = unit.memo.get(ON_BEHALF_OF)
    unit.memo[ON_BEHALF_OF] = instance_id
    try:
        yield
    finally:
        unit.memo[ON_BEHALF_OF] = before


class HandlerFailed(ServiceError):
    """A handler broke in a way nobody foresaw: the log has the trace."""

    code = "handler_failed"
    message = "Bước tự động “{topic}” chưa chạy được; quản trị hệ thống xem nhật ký để biết chi tiết."


def attempt(ledger: Ledger, handler: TopicHandler, context: TopicContext) -> Mapping[str, Value] | ServiceError:
    """The handler's variables, or why it refused; what it wrote is undone then, the command goes on.

    Raises Unavailable.
    """
    try:
        with ledger.unit.savepoint(), on_behalf_of(ledger.unit, context.instance_id):
            return handler.apply(ledger.unit, context)
    except Unavailable:
        raise
    except ServiceError as refusal:
        return refusal
    except IntegrityError as error:
        known = ledger.engine.refusal_of(error)
        if known is not None:
            return known
        log.exception("topic %s at %s of %s", context.topic, context.element, context.instance_id)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        log.exception("topic %s at %s of %s", context.topic, context.element, context.instance_id)
    except Exception:
        log.exception("topic %s at %s of %s", context.topic, context.element, context.instance_id)
    return HandlerFailed(topic=context.topic)


# -- messages, calls, errors


def _tell(ledger: Ledger, item: Told) -> None:
    live, effect = item.live, item.effect
    if isinstance(effect, SendMessage):
        ledger.add_job("message", _message(effect), live.id)
    elif isinstance(effect, SendSignal):
        payload = {"name": effect.name, "variables": effect.variables, "element": effect.element}
        ledger.add_job("signal", payload, live.id)
    elif isinstance(effect, CallProcess):
        _call(ledger, live, effect)
    elif isinstance(effect, CancelCall):
        cancel_called(ledger, live, effect.token_id)
    else:
        _throw_up(ledger, item, effect)


def _message(effect: SendMessage) -> dict[str, Any]:
    return {
        "name": effect.name,
        "business_key": effect.business_key,
        "correlation": effect.correlation,
        "variables": effect.variables,
        "element": effect.element,
    }


def _call(ledger: Ledger, live: Live, call: CallProcess) -> None:
    """Start the called process as an instance of its own. What stops it is an incident at the call activity.

    Raises WithoutEnd.
    """
    if live.nested >= MAX_NESTED:
        raise WithoutEnd(NO_END)
    caller = ledger.library.definition(live.row.definition_id)
    try:
        definition = ledger.library.process(
            call.key, binding=call.binding, version=call.version, deployment_id=caller.deployment_id
        )
        unit_id = call.variables.get("unit_id", live.row.unit_id)
        if unit_id is not None and not ledger.known_unit(unit_id):
            raise UnknownDefinition(f"Không có đơn vị “{unit_id}” trong danh mục đơn vị.", code="unit_unknown")
        advance = run.start(
            ledger.library,
            definition=definition,
            business_key=call.business_key,
            variables=call.variables,
            at=ledger.unit.at,
            calendar=ledger.calendar,
            started_by=ledger.actor.username if ledger.actor is not None else None,
        )
    except UnknownDefinition as error:
        _resume(ledger, live, run.fail_external, task_id=call.token_id, code=error.code, message=error.message)
        return
    child = ledger.create(
        definition=definition,
        business_key=call.business_key,
        unit_id=unit_id,
        title=str(call.variables.get("title") or live.row.title or definition.name),
        parent=live,
        parent_token=call.token_id,
    )
    ledger.take(child, advance)


def _return_to_caller(ledger: Ledger, child: Live) -> None:
    parent = ledger.load(child.row.parent_id or "")
    token_id = child.row.parent_token or ""
    _resume(ledger, parent, run.finish_call, token_id=token_id, variables=child.variables)


def _throw_up(ledger: Ledger, item: Told, thrown: ThrowUp) -> None:
    """An error or escalation nobody inside caught: to the calling token; at the top it is an incident."""
    live = item.live
    if live.row.parent_id is None:
        if not item.parked:
            what = "lỗi" if thrown.kind == "error" else "báo cáo vượt cấp"
            message = f"Không nơi nào bắt {what} “{thrown.code or ''}”. {thrown.message or ''}".strip()
            ledger.raise_incident(live, None, f"{thrown.kind}_uncaught", message)
        return
    parent, token_id = ledger.load(live.row.parent_id), live.row.parent_token or ""
    if thrown.kind == "escalation":
        _resume(ledger, parent, run.escalate, token_id=token_id, code=thrown.code, variables=thrown.variables)
        return
    _resume(
        ledger,
        parent,
        run.bpmn_error,
        task_id=token_id,
        code=thrown.code or "",
        message=thrown.message or "",
        variables=thrown.variables,
    )


def cancel_called(ledger: Ledger, live: Live, token_id: str) -> None:
    """The call activity is gone: so is what it called."""
    child = ledger.called_by(live, token_id)
    if child is not None:
        _resume(ledger, child, run.cancel)


def _resume(ledger: Ledger, live: Live, verb: Callable[..., Advance], **arguments: Any) -> None:
    """One more command on an instance of this call tree; one that went another way meanwhile is left alone."""
    if live.state != "active":
        return
    try:
        advance = verb(ledger.library, live.snapshot, at=ledger.unit.at, calendar=ledger.calendar, **arguments)
    except NotWaiting:
        return
    ledger.take(live, advance)
