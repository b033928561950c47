"""A written test of a diagram: what is started, what people and workers do, what must come of it. Data in, a path out.

A script is a mapping, usually read from YAML. At its top: `process` (key) or `message` (that begins it); `at` (moment,
Hà Nội's where it has no zone), `business_key`, `variables`; `workers` (topic or pattern such as `notify:*` -> the
variables that it gives, done at once); `steps`; `expect` for the end. A step has exactly one of these verbs:

    complete: element       answers, where, all       signal: name            variables
    external: topic         variables, where, all     deliver: message        business_key, correlation, variables
    error: element          code, message, all        clock: moment or span
    retry: element          variables                 expect: mapping

`where` picks a task by variables in its sight; `all` takes every one. `expect` may hold `state`, `path` (whole),
`passed` and `never` (elements), `open` (elements of open tasks), `external` (topics), `variables`, `incidents`
(elements), `instances` (key -> how many).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

from workflows import instants, run
from workflows.calendar import VIETNAM
from workflows.errors import NotWaiting, WorkflowError
from workflows.model import ExternalTask, Value
from workflows.simulate import SimulatedTask, Simulator
from workflows.values import own

MAX_WORK = 10_000
"""Steps of workers after one step of the script; a diagram may go round for ever."""
TOP = frozenset(("process", "message", "at", "business_key", "variables", "workers", "steps", "expect", "description"))
Found = SimulatedTask | ExternalTask


class ScriptWrong(WorkflowError):
    """A script that cannot be read as one."""

    code = "script_wrong"


class ScriptFailed(WorkflowError):
    """The diagram did otherwise than the script says."""

    code = "script_failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What came of it."""

    instance: str
    path: tuple[str, ...]
    state: str
    simulator: Simulator


def play(files: Mapping[str, bytes], script: object) -> Played:
    """Deploy the files, start, take every step.

    Raises ScriptWrong, ScriptFailed (`element`: the number of the step), DeploymentRefused.
    """
    told = _mapping(script, TOP, "kịch bản")
    at = _moment(told.get("at", "2026-03-02T09:00:00+07:00"))
    simulator = Simulator(at=at)
    simulator.deploy(files)
    instance = _begun(simulator, told)
    stage = _Stage(simulator, instance, _mapping(told.get("workers") or {}, None, "workers"))
    stage.let_workers_work()
    steps = told.get("steps") or []
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise ScriptWrong("“steps” phải là danh sách các bước.")
    for number, step in enumerate(steps, 1):
        try:
            stage.take(step)
        except WorkflowError as error:
            message = f"Bước {number} của kịch bản: {error.message}"
            raise ScriptFailed(message, element=str(number), code=error.code) from error
    if told.get("expect") is not None:
        stage.expect(told["expect"], {})
    return Played(
        instance=instance, path=tuple(simulator.path(instance)), state=simulator.state(instance), simulator=simulator
    )


def _begun(simulator: Simulator, told: Mapping[str, Any]) -> str:
    """Raises ScriptWrong, NotWaiting, UnknownDefinition."""
    key = told.get("business_key")
    business_key = None if key is None else str(key)
    variables = _mapping(told.get("variables") or {}, None, "variables")
    if (told.get("process") is None) == (told.get("message") is None):
        raise ScriptWrong("Kịch bản ghi đúng một trong: process (mã quy trình), message (thông điệp bắt đầu).")
    if told.get("message") is not None:
        return simulator.deliver(str(told["message"]), business_key, None, variables)[0]
    return simulator.start(str(told["process"]), variables, business_key)


class _Stage:
    """A script being played."""

    def __init__(self, simulator: Simulator, instance: str, workers: Mapping[str, Any]) -> None:
        self.simulator, self.instance, self.workers = simulator, instance, workers
        self.verbs: dict[str, tuple[Callable[[Any, Mapping[str, Any]], None], frozenset[str]]] = {
            "complete": (self.complete, frozenset(("answers", "where", "all"))),
            "external": (self.external, frozenset(("variables", "where", "all"))),
            "error": (self.error, frozenset(("code", "message", "where", "all"))),
            "retry": (self.retry, frozenset(("variables",))),
            "deliver": (self.deliver, frozenset(("business_key", "correlation", "variables"))),
            "signal": (self.signal, frozenset(("variables",))),
            "clock": (self.clock, frozenset()),
            "expect": (self.expect, frozenset()),
        }

    def take(self, step: object) -> None:
        drawn = _mapping(step, None, "một bước")
        verbs = [name for name in drawn if name in self.verbs]
        if len(verbs) != 1:
            raise ScriptWrong(f"Mỗi bước có đúng một trong: {', '.join(self.verbs)}.")
        act, extra = self.verbs[verbs[0]]
        _mapping(drawn, extra | {verbs[0]}, f"bước {verbs[0]}")
        act(drawn[verbs[0]], drawn)
        self.let_workers_work()

    def let_workers_work(self) -> None:
        for _ in range(MAX_WORK):
            task = next((one for one in self.workers_tasks() if self.given(one) is not None), None)
            if task is None:
                return
            self.simulator.finish_external(task.id, _mapping(self.given(task) or {}, None, task.topic))
        raise ScriptFailed("Các bước tự động nối tiếp nhau không dứt.")

    def workers_tasks(self) -> list[ExternalTask]:
        return [task for one in self.simulator.running() for task in self.simulator.external_of(one)]

    def given(self, task: ExternalTask) -> Any:
        """What the script's worker of that topic gives; None where there is none."""
        for pattern, variables in self.workers.items():
            if fnmatchcase(task.topic, pattern):
                return variables or {}
        return None

    # -- verbs

    def complete(self, element: Any, step: Mapping[str, Any]) -> None:
        for task in self.pick([task for task in self.tasks() if task.element == element], f"việc “{element}”", step):
            self.simulator.complete(task.id, _mapping(step.get("answers") or {}, None, "answers"))

    def external(self, topic: Any, step: Mapping[str, Any]) -> None:
        found = [task for task in self.workers_tasks() if task.topic == topic]
        for task in self.pick(found, f"bước tự động “{topic}”", step):
            self.simulator.finish_external(task.id, _mapping(step.get("variables") or {}, None, "variables"))

    def error(self, element: Any, step: Mapping[str, Any]) -> None:
        open_now: list[Found] = [*self.tasks(), *self.workers_tasks()]
        found = [task for task in open_now if task.element == element]
        for task in self.pick(found, f"việc “{element}”", step):
            self.simulator.bpmn_error(task.id, str(step.get("code") or ""), str(step.get("message") or ""))

    def retry(self, element: Any, step: Mapping[str, Any]) -> None:
        found = [
            one for each in self.simulator.running() for one in self.simulator.incidents(each) if one.element == element
        ]
        if not found:
            raise ScriptFailed(f"Không có sự cố nào ở “{element}”. {self.standing()}")
        for incident in found:
            self.simulator.retry(incident.id, _mapping(step.get("variables") or {}, None, "variables"))

    def deliver(self, message: Any, step: Mapping[str, Any]) -> None:
        key = step.get("business_key")
        self.simulator.deliver(
            str(message),
            None if key is None else str(key),
            _mapping(step.get("correlation") or {}, None, "correlation"),
            _mapping(step.get("variables") or {}, None, "variables"),
        )

    def signal(self, name: Any, step: Mapping[str, Any]) -> None:
        self.simulator.signal(str(name), _mapping(step.get("variables") or {}, None, "variables"))

    def clock(self, to: Any, step: Mapping[str, Any]) -> None:
        """A span counts from the simulator's own moment."""
        now = self.simulator.now
        moment = instants.span(to).after(now) if isinstance(to, str) and to.startswith("P") else _moment(to)
        if moment < now:
            raise ScriptWrong("Đồng hồ chỉ đi tới.")
        self.simulator.move_clock(moment)

    def expect(self, wanted: Any, step: Mapping[str, Any]) -> None:
        """Raises ScriptFailed for the first that is not so."""
        simulator, instance = self.simulator, self.instance
        path = simulator.path(instance)
        looks: dict[str, Callable[[Any], tuple[Any, Any]]] = {
            "state": lambda is_: (is_, simulator.state(instance)),
            "path": lambda is_: (list(is_), path),
            "passed": lambda names: (list(names), [name for name in names if name in path]),
            "never": lambda names: ([], [name for name in names if name in path]),
            "open": lambda names: (sorted(names), sorted(task.element for task in self.tasks())),
            "external": lambda names: (sorted(names), sorted(task.topic for task in self.workers_tasks())),
            "incidents": lambda names: (sorted(names), sorted(one.element for one in simulator.incidents(instance))),
            "variables": self.variables,
            "instances": lambda many: (dict(many), {key: len(simulator.instances(key)) for key in many}),
        }
        for name, value in _mapping(wanted, frozenset(looks), "expect").items():
            expected, actual = looks[name](value)
            if expected != actual:
                raise ScriptFailed(f"“{name}” phải là {expected}, nhưng là {actual}. {self.standing()}")

    def variables(self, wanted: Any) -> tuple[Any, Any]:
        seen = self.simulator.variables(self.instance)
        named = {name: own(value) for name, value in _mapping(wanted, None, "variables").items()}
        return named, {name: seen.get(name) for name in named}

    # -- finding

    def tasks(self) -> list[SimulatedTask]:
        """Open tasks of every instance: a message may have started others."""
        found = {task.id: task for one in self.simulator.running() for task in self.simulator.open_tasks(one)}
        return list(found.values())

    def pick(self, found: Sequence[Any], what: str, step: Mapping[str, Any]) -> Sequence[Any]:
        """Those a step means: the only one, those with these variables in sight, or all."""
        where = _mapping(step.get("where") or {}, None, "where")
        chosen = [task for task in found if self.fits(task.id, where)]
        if not chosen:
            raise ScriptFailed(f"Không có {what} nào đang chờ. {self.standing()}")
        if len(chosen) > 1 and step.get("all") is not True:
            raise ScriptFailed(f"Có {len(chosen)} {what} đang chờ; hãy thêm where hoặc all: true.")
        return chosen

    def fits(self, task_id: str, where: Mapping[str, Value]) -> bool:
        if not where:
            return True
        for one in self.simulator.running():
            try:
                seen = run.variables(self.simulator.snapshot(one), seen_from=task_id)
            except NotWaiting:
                continue
            return all(name in seen and run.same(seen[name], own(value)) for name, value in where.items())
        return False

    def standing(self) -> str:
        tasks = sorted(task.element for task in self.tasks())
        topics = sorted(task.topic for task in self.workers_tasks())
        stuck = [f"{one.element} ({one.message})" for one in self.simulator.incidents(self.instance)]
        parts = [f"việc đang chờ: {', '.join(tasks) or 'không có'}"]
        parts += [f"bước tự động đang chờ: {', '.join(topics)}"] if topics else []
        parts += [f"sự cố: {'; '.join(stuck)}"] if stuck else []
        return "Hiện có " + "; ".join(parts) + "."


def _mapping(value: object, allowed: frozenset[str] | None, what: str) -> Mapping[str, Any]:
    """Raises ScriptWrong for anything else, or for a key that is not allowed."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ScriptWrong(f"“{what}” phải là các cặp tên: giá trị.")
    unknown = sorted(set(value) - allowed) if allowed is not None else []
    if unknown:
        raise ScriptWrong(f"“{what}” không nhận {', '.join(unknown)}.")
    return value


def _moment(value: object) -> datetime:
    """Raises ExpressionError."""
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=VIETNAM)
    if isinstance(value, (str, date)):
        return instants.moment(value)
    raise ScriptWrong(f"“{value}” không phải thời điểm.")
