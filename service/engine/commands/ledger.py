"""Everything one command changes, gathered while it runs, then written with one statement per kind of row.

A task that opens and closes within one command, or a service step worked off in it, never becomes a row.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from service.database.unit import Unit
from service.engine.commands.row_values import external_values, task_values, timer_values
from service.engine.commands.write_rows import Changes
from service.engine.context import Engine
from service.engine.correlate import PAUSES, TRIES, job_values
from service.engine.errors import BusinessKeyTaken
from service.engine.rows import InstanceRow, instance_row, read_instance
from service.engine.tables import instance
from service.people.actor import Actor
from service.people.tables import account
from service.people.tables import unit as unit_table
from workflows.calendar import WorkCalendar
from workflows.model import Advance, Definition, Effect, ExternalTask, Incident, OpenTask, Snapshot, Value


@dataclass(kw_only=True, slots=True)
class Live:
    """An instance inside a command: its row as it was read, and what it has become."""

    row: InstanceRow
    snapshot: Snapshot
    state: str = "active"
    variables: Mapping[str, Value] = field(default_factory=dict)
    """The process's own variables after the last advance."""
    nested: int = 0
    """How many calls of this command lead to it."""

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def changed(self) -> bool:
        return self.snapshot.state != self.row.snapshot or self.state != self.row.state


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A service step to be worked off within this command."""

    live: Live
    task: ExternalTask


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Something an instance asks of the world outside it."""

    live: Live
    effect: Effect
    parked: bool
    """The same advance raised an incident."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A called instance completed."""

    live: Live


Item = Work | Told | Ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A ledger as it stood: see `Ledger.mark`."""

    agenda: tuple[Item, ...]
    changes: Changes
    opened: int
    incidents: int
    live: Mapping[str, tuple[Snapshot, str, Mapping[str, Value]]]


class Ledger:
    """The changes of one command, and the agenda of what follows within it."""

    def __init__(
        self, engine: Engine, unit: Unit, actor: Actor | None = None, *, calendar: WorkCalendar | None = None
    ) -> None:
        self.engine, self.unit, self.actor = engine, unit, actor
        self.library = engine.library(unit)
        self.calendar = calendar or engine.calendar_of(unit)
        self.cause: dict[str, Any] = {}
        """What made this command happen, kept with every task it cancels: kind, element, name, account."""
        self.agenda: deque[Item] = deque()
        self.changes = Changes()
        self.opened: list[OpenTask] = []
        self.incidents: list[Incident] = []
        self._live: dict[str, Live] = {}

    # -- going back

    def mark(self) -> Mark:
        """Everything noted so far. What is written to the database since is the savepoint's to undo."""
        return Mark(
            agenda=tuple(self.agenda),
            changes=self.changes.copy(),
            opened=len(self.opened),
            incidents=len(self.incidents),
            live={each.id: (each.snapshot, each.state, each.variables) for each in self._live.values()},
        )

    def go_back(self, mark: Mark) -> None:
        """Forget what was noted since."""
        self.agenda, self.changes = deque(mark.agenda), mark.changes.copy()
        del self.opened[mark.opened :], self.incidents[mark.incidents :]
        self._live = {key: each for key, each in self._live.items() if key in mark.live}
        for key, each in self._live.items():
            each.snapshot, each.state, each.variables = mark.live[key]

    # -- instances

    def adopt(self, row: InstanceRow) -> Live:
        """Work on an instance whose row was read after the root was locked."""
        if row.id not in self._live:
            self._live[row.id] = Live(row=row, snapshot=row.as_snapshot(), state=row.state)
        return self._live[row.id]

    def load(self, instance_id: str) -> Live:
        """An instance of the same call tree."""
        if instance_id not in self._live:
            row = read_instance(self.unit, instance_id)
            assert row is not None
            self.adopt(row)
        return self._live[instance_id]

    def called_by(self, live: Live, token_id: str) -> Live | None:
        """The running instance that a call activity's token has called."""
        query = select(instance).where(instance.c.parent_id == live.id, instance.c.parent_token == token_id)
        found = [self.adopt(instance_row(row)) for row in self.unit.connection.execute(query)]
        return next((each for each in found if each.state == "active"), None)

    def create(
        self,
        *,
        definition: Definition,
        business_key: str | None,
        unit_id: str | None,
        title: str,
        parent: Live | None = None,
        parent_token: str | None = None,
    ) -> Live:
        """A new instance's row, written at once: what handlers write may refer to it. Raises BusinessKeyTaken."""
        instance_id = str(uuid.uuid4())
        row = InstanceRow(
            id=instance_id,
            root_id=parent.row.root_id if parent is not None else instance_id,
            parent_id=parent.id if parent is not None else None,
            parent_token=parent_token,
            definition_id=definition.id,
            key=definition.key,
            business_key=business_key,
            unit_id=unit_id,
            title=title,
            state="active",
            snapshot=b"",
            format=0,
            revision=0,
            started_by=self.actor.account_id if self.actor is not None else None,
            started_at=self.unit.at,
            ended_at=None,
        )
        values = {column.name: getattr(row, column.name) for column in instance.c}
        try:
            self.unit.connection.execute(insert(instance).values(values))
        except IntegrityError as error:
            raise BusinessKeyTaken(business_key=business_key) from error
        self.note(row, "started", None, definition.name)
        live = self.adopt(row)
        live.nested = parent.nested + 1 if parent is not None else 0
        return live

    def known_unit(self, unit_id: Any) -> bool:
        """True if there is such a unit. Units are never removed, so one that was seen stays known."""
        if unit_id in self.engine.known_units:
            return True
        found = isinstance(unit_id, str) and self.unit.connection.scalar(
            select(unit_table.c.id).where(unit_table.c.id == unit_id)
        )
        if found:
            self.engine.known_units.add(unit_id)
        return bool(found)

    # -- what an advance brings

    def take(self, live: Live, advance: Advance) -> None:
        """Note every difference; put what follows on the agenda."""
        live.snapshot, live.state, live.variables = advance.snapshot, advance.outcome, advance.variables
        self._take_log(live, advance)
        self._take_tasks(live, advance)
        self._take_external(live, advance)
        self._take_waiting(live, advance)
        self._take_incidents(live, advance)
        parked = bool(advance.incidents_raised)
        self.agenda.extend(Told(live=live, effect=effect, parked=parked) for effect in advance.effects)
        if advance.outcome == "completed":
            self.note(live.row, "ended", None, None)
            if live.row.parent_id is not None:
                self.agenda.append(Ended(live=live))

    def note(
        self,
        row: InstanceRow,
        kind: str,
        element: str | None,
        name: str | None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """One line of history."""
        self.changes.history.append(
            {
                "instance_id": row.id,
                "root_id": row.root_id,
                "at": self.unit.at,
                "kind": kind,
                "element": element,
                "name": name,
                "account_id": self.actor.account_id if self.actor is not None else None,
                "detail": dict(detail) if detail else None,
            }
        )

    def add_job(self, kind: str, payload: Mapping[str, Any], instance_id: str | None, *, tries: int = TRIES) -> None:
        """Something for a worker to do after the commit."""
        self.changes.jobs.append(job_values(self.unit, kind, payload, instance_id, tries=tries))

    def raise_incident(self, live: Live, element: str | None, code: str, message: str) -> None:
        """An incident that no token stands for: nothing can be retried, somebody must look."""
        self._add_incident(live, None, element, code, message)

    def write(self) -> None:
        """Every change into the database."""
        self.changes.instances = [self._instance_values(live) for live in self._live.values() if live.changed]
        self.changes.write(self.unit, self.actor)

    def _instance_values(self, live: Live) -> dict[str, Any]:
        ended = live.state != "active"
        return {
            "id": live.id,
            "state": live.state,
            "snapshot": live.snapshot.state,
            "format": live.snapshot.format,
            "ended_at": self.unit.at if ended else None,
        }

    def _take_log(self, live: Live, advance: Advance) -> None:
        for entry in advance.log:
            self.note(live.row, entry.kind, entry.element, entry.name)

    def _take_tasks(self, live: Live, advance: Advance) -> None:
        for closed in advance.tasks_closed:
            if self.changes.tasks.pop(closed.id, None) is None and closed.reason == "cancelled":
                self.changes.tasks_cancelled.append(closed.id)
                self.note(live.row, "task_cancelled", closed.element, None, {**self.cause, "task_id": closed.id})
        for opened in advance.tasks_opened:
            unit_id = opened.properties.get("unit") or live.row.unit_id
            if unit_id is not None and not self.known_unit(unit_id):
                message = f"Bước “{opened.name}” giao cho đơn vị “{unit_id}”, không có trong danh mục đơn vị."
                self.raise_incident(live, opened.element, "unit_unknown", message)
                unit_id = None
            assignee_id = self._account_id(opened.assignee) if opened.assignee else None
            values = task_values(live.row, opened, unit_id=unit_id, assignee_id=assignee_id, at=self.unit.at)
            self.changes.tasks[opened.id] = values
            self.opened.append(opened)
        for changed in advance.tasks_changed:
            deadline = changed.deadline
            self.changes.tasks_rescheduled.append(
                {
                    "key": changed.id,
                    "moved_to": deadline.due_at if deadline is not None else None,
                    "budget": deadline.budget if deadline is not None else None,
                }
            )

    def _account_id(self, username: str) -> int | None:
        query = select(account.c.id).where(account.c.username == username, account.c.active)
        return self.unit.connection.scalar(query)

    def _take_external(self, live: Live, advance: Advance) -> None:
        for closed in advance.external_closed:
            if self.changes.external.pop(closed.id, None) is None:
                self.changes.external_closed.append(closed.id)
        for opened in advance.external_opened:
            handler = self.engine.registry.topics.get(opened.topic)
            if handler is not None and handler.phase == "in_transaction":
                self.agenda.append(Work(live=live, task=opened))
                continue
            self.changes.external[opened.id] = external_values(live.row, opened, at=self.unit.at)
            if handler is not None and opened.retry_after is not None:
                payload = {"task_id": opened.id, PAUSES: [pause.total_seconds() for pause in opened.retry_after]}
                self.add_job("external", payload, live.id, tries=1 + len(opened.retry_after))
            elif handler is not None:
                self.add_job("external", {"task_id": opened.id}, live.id)

    def _take_waiting(self, live: Live, advance: Advance) -> None:
        changes = self.changes
        for timer_id in advance.timers_dropped:
            changes.timers.pop(timer_id, None)
            changes.timers_dropped.append(timer_id)
        for timer in advance.timers_set:
            changes.timers[timer.id] = timer_values(live.row, timer)
        for subscription_id in advance.subscriptions_dropped:
            if changes.subscriptions.pop(subscription_id, None) is None:
                changes.subscriptions_dropped.append(subscription_id)
        for added in advance.subscriptions_added:
            changes.subscriptions[added.id] = {
                "id": added.id,
                "instance_id": live.id,
                "root_id": live.row.root_id,
                "element": added.element,
                "kind": added.kind,
                "name": added.name,
            }

    def _take_incidents(self, live: Live, advance: Advance) -> None:
        for token_id in advance.incidents_cleared:
            self.changes.clear_incident(token_id)
        for raised in advance.incidents_raised:
            self.changes.clear_incident(raised.id)
            self.incidents.append(raised)
            self._add_incident(live, raised.id, raised.element, raised.code, raised.message)

    def _add_incident(self, live: Live, token_id: str | None, element: str | None, code: str, message: str) -> None:
        self.changes.incidents.append(
            {
                "token_id": token_id,
                "job_id": None,
                "instance_id": live.id,
                "root_id": live.row.root_id,
                "element": element,
                "code": code,
                "message": message,
                "raised_at": self.unit.at,
            }
        )
        name = self.library.definition(live.row.definition_id).elements.get(element or "")
        self.note(live.row, "incident", element, name, {"code": code, "message": message})
