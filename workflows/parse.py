"""A BPMN file -> definitions. Specs are parsed once per content and shared by every version with that content."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from workflows.camunda import diagram, xml
from workflows.camunda.templates import Template
from workflows.camunda.xml import BPMN, camunda
from workflows.errors import WorkflowError
from workflows.model import Definition, StartEvent
from workflows.specs.activities import Call, External, Rule, User
from workflows.specs.events import Start
from workflows.specs.nodes import Process

CACHED_FILES = 256


class DiagramInvalid(WorkflowError):
    """A diagram whose parts do not fit together; `lint.check` says which and why."""

    code = "diagram_invalid"


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One process ready to run: its nodes, and those of its sub-processes by element id."""

    process: Process
    scopes: dict[str, Process]
    name: str
    lanes: dict[str, str]
    elements: dict[str, str]
    starter_groups: tuple[str, ...]
    version_tag: str | None
    history_time_to_live: str | None
    conditional: bool
    """Whether anything in it waits for a condition."""

    def nodes(self) -> Iterator[Any]:
        for scope in (self.process, *self.scopes.values()):
            yield from scope.task_specs.values()


_programs: OrderedDict[str, dict[str, Program]] = OrderedDict()
_lock = threading.Lock()


def programs(data: bytes) -> dict[str, Program]:
    """Every executable process of a file, by key.

    Raises UnreadableXml, ExpressionError, DiagramInvalid.
    """
    digest = hashlib.sha256(data).hexdigest()
    with _lock:
        if digest in _programs:
            _programs.move_to_end(digest)
            return _programs[digest]
    found = _read(xml.read(data))
    with _lock:
        _programs[digest] = found
        while len(_programs) > CACHED_FILES:
            _programs.popitem(last=False)
    return found


def parse(
    data: bytes,
    *,
    file: str,
    deployment_id: str,
    version_of: Callable[[str], int],
    id_of: Callable[[str, int], str] = "{}:{}".format,
) -> list[Definition]:
    """The definitions of a file. `version_of(key)` gives the number of the new version, `id_of(key, version)` its id.

    Raises UnreadableXml, ExpressionError, DiagramInvalid.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        found = programs(data)
    except DiagramInvalid as error:
        raise DiagramInvalid(f"{file}: {error.message}") from error
    return [_definition(key, program, digest, deployment_id, version_of(key), id_of) for key, program in found.items()]


def _definition(
    key: str, program: Program, digest: str, deployment_id: str, version: int, id_of: Callable[[str, int], str]
) -> Definition:
    nodes = list(program.nodes())
    return Definition(
        id=id_of(key, version),
        key=key,
        version=version,
        name=program.name,
        deployment_id=deployment_id,
        sha256=digest,
        starts=tuple(map(_start, program.process.starts)),
        form_keys=_literals(node.form_key or node.form_ref for node in nodes if isinstance(node, User)),
        topics=_literals(node.topic for node in nodes if isinstance(node, External)),
        calls=_literals(node.called for node in nodes if isinstance(node, Call)),
        decisions=_literals(node.decision for node in nodes if isinstance(node, Rule)),
        elements=program.elements,
        starter_groups=program.starter_groups,
        lanes=program.lanes,
        version_tag=program.version_tag,
        history_time_to_live=program.history_time_to_live,
        spec=program,
    )


def _literals(templates: Any) -> frozenset[str]:
    """What is written out; an expression is known only when it runs."""
    found = (template.literal for template in templates if isinstance(template, Template))
    return frozenset(text for text in found if text)


def _start(node: Start) -> StartEvent:
    trigger = node.trigger
    return StartEvent(
        element=node.bpmn_id,
        kind=trigger.kind,  # type: ignore[arg-type]
        name=trigger.name.text if trigger.name is not None else None,
        expression=trigger.expression.text if trigger.expression is not None else None,
        timer=trigger.timer,
        initiator=node.initiator,
    )


def _read(root: etree._Element) -> dict[str, Program]:
    parser = diagram.Diagram()
    try:
        parser.add_bpmn_xml(root)
        executable = [p for p in root.findall(BPMN + "process") if p.get("isExecutable") == "true"]
        return {process.get("id") or "": _program(parser, process) for process in executable}
    except ValidationException as error:
        raise DiagramInvalid(f"Sơ đồ không đọc được: {error}.") from error
    except (KeyError, AttributeError, TypeError, ValueError, IndexError) as error:
        raise DiagramInvalid(f"Sơ đồ tham chiếu đến phần tử không có hoặc thiếu thuộc tính: {error}.") from error


def _program(parser: diagram.Diagram, element: etree._Element) -> Program:
    key = element.get("id") or ""
    process = parser.get_spec(key)
    drawn = [item for item in element.iter(BPMN + "*") if item.get("id")]
    lanes = parser.get_document_lanes(element.getroottree().getroot())
    groups = camunda(element, "candidateStarterGroups") or ""
    return Program(
        process=process,
        scopes=parser.get_subprocess_specs(key),
        name=element.get("name") or key,
        lanes={item.get("id") or "": lanes[item.get("id")] for item in drawn if lanes.get(item.get("id"))},
        elements={item.get("id") or "": item.get("name") or item.get("id") or "" for item in drawn},
        starter_groups=tuple(part.strip() for part in groups.split(",") if part.strip()),
        version_tag=camunda(element, "versionTag"),
        history_time_to_live=camunda(element, "historyTimeToLive"),
        conditional=next(element.iter(BPMN + "conditionalEventDefinition"), None) is not None,
    )
