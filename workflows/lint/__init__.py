"""The check before deployment: every problem of every file, none of them raised."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import orjson
from lxml import etree

from workflows import dmn
from workflows.camunda import xml
from workflows.errors import WorkflowError
from workflows.library import EMPTY, Library
from workflows.lint.document import check_document
from workflows.lint.elements import check_elements
from workflows.lint.events import check_events
from workflows.lint.expressions import check_expressions
from workflows.lint.names import Forms, Given, check_names, given_by_callers
from workflows.lint.references import Known, check_references
from workflows.lint.report import Report
from workflows.lint.structure import check_structure
from workflows.model import Problem
from workflows.parse import programs

__all__ = ["check"]


def check(
    files: Mapping[str, bytes],
    *,
    deployed: Library = EMPTY,
    groups: Collection[str] | None = None,
    form_keys: Collection[str] | None = None,
    topics: Collection[str] | None = None,
) -> list[Problem]:
    """Every problem of a set of `.bpmn`, `.dmn` and `.form` files deployed together, by file and line.

    `groups`, `form_keys` and `topics` are what the application offers; None leaves them unchecked. A form key or topic
    that ends with a colon stands for every one that begins so. Never raises, whatever the bytes are.
    """
    reports = {name: Report(name) for name in files}
    roots = {name: root for name in files if (root := _root(name, files[name], reports[name])) is not None}
    diagrams = {name: check_document(root, reports[name]) for name, root in roots.items() if name.endswith(".bpmn")}
    _check_duplicates(diagrams, reports)
    _check_message_starts(diagrams, deployed, reports)
    known = Known(
        processes={process.get("id") or "" for found in diagrams.values() for process in found},
        decisions={item.get("id") or "" for root in roots.values() for item in root.iter("{*}decision")},
        forms={key for name in files if (key := _form_key(name, files[name], reports[name])) is not None},
        deployed=deployed,
        groups=groups,
        form_keys=form_keys,
        topics=topics,
    )
    given = given_by_callers([process for found in diagrams.values() for process in found])
    forms = _forms(files, deployed)
    for name, processes in diagrams.items():
        _guarded(lambda p=processes, r=reports[name]: _check_diagram(p, known, r), reports[name])  # type: ignore[misc]
        for process in processes:
            told = given.get(process.get("id") or "", Given())
            _guarded(lambda p=process, g=told, r=reports[name]: check_names(p, g, forms, r), reports[name])  # type: ignore[misc]
        if processes and not reports[name].has_errors:
            _guarded(lambda name=name: _parse(files[name]), reports[name])  # type: ignore[misc]
    for name, data in files.items():
        if name.endswith(".dmn") and not reports[name].has_errors:
            _guarded(lambda n=name, d=data: _check_decisions(n, d, reports[n]), reports[name])  # type: ignore[misc]
    return [problem for report in reports.values() for problem in _sorted(report.problems)]


def _forms(files: Mapping[str, bytes], deployed: Library) -> Forms:
    """Forms by key: those in the files before those deployed."""
    keys = {_form_key(name, data, Report(name)): data for name, data in files.items() if name.endswith(".form")}
    return lambda key: keys[key] if key in keys else deployed.form(key)


def _check_diagram(processes: list[etree._Element], known: Known, report: Report) -> None:
    for process in processes:
        check_elements(process, report)
        check_events(process, report)
        check_structure(process, report)
        check_expressions(process, report)
        check_references(process, known, report)


def _parse(data: bytes) -> None:
    """The last word has the reader that will run it. Raises WorkflowError."""
    programs(data)


def _guarded(rule: Callable[[], None], report: Report) -> None:
    """A check that cannot look at a file to its end says so; it never takes the others down."""
    try:
        rule()
    except WorkflowError as error:
        report.add("diagram_invalid", reason=error.message)
    except Exception as error:
        report.add("diagram_invalid", reason=f"Không kiểm tra hết được tệp ({type(error).__name__}).")


def _root(name: str, data: bytes, report: Report) -> etree._Element | None:
    if name.endswith(".form"):
        return None
    if not name.endswith((".bpmn", ".dmn")):
        report.add("file_kind", name=name)
        return None
    try:
        return xml.read(data)
    except xml.UnreadableXml as error:
        report.add(error.code, line=error.line, limit=xml.MAX_BYTES // 1024 // 1024, reason=error.message)
    except Exception as error:
        report.add("xml_unreadable", reason=type(error).__name__)
    return None


def _check_duplicates(diagrams: Mapping[str, list[etree._Element]], reports: Mapping[str, Report]) -> None:
    seen: set[str] = set()
    for name, processes in diagrams.items():
        for process in processes:
            key = process.get("id") or ""
            if key in seen:
                reports[name].add("duplicate_process", process, name=key)
            seen.add(key)


def _check_message_starts(
    diagrams: Mapping[str, list[etree._Element]], deployed: Library, reports: Mapping[str, Report]
) -> None:
    """A message begins one process, at one start event; those that stay deployed count too."""
    replaced = {process.get("id") for processes in diagrams.values() for process in processes}
    seen: set[str] = set()
    for name, processes in diagrams.items():
        for process in processes:
            for start, wanted in _message_starts(process, reports[name]):
                if wanted in seen or not replaced.issuperset(deployed.begun_by(wanted)):
                    reports[name].add("start_twice", start, name=wanted)
                seen.add(wanted)


def _message_starts(process: etree._Element, report: Report) -> Iterator[tuple[etree._Element, str]]:
    """Message start events, each with its message's name."""
    for start in process.findall(xml.BPMN + "startEvent"):
        for drawn in start.findall(xml.BPMN + "messageEventDefinition"):
            message = report.by_id(start, "message").get(drawn.get("messageRef") or "")
            wanted = (message.get("name") or "").strip() if message is not None else ""
            if wanted:
                yield start, wanted


def _check_decisions(name: str, data: bytes, report: Report) -> None:
    report.problems += dmn.check(data, name)


def _form_key(name: str, data: bytes, report: Report) -> str | None:
    """A Camunda Form's id; what is wrong with its outside is reported."""
    if not name.endswith(".form"):
        return None
    if len(data) > xml.MAX_BYTES:
        report.add("form_broken", reason="Tệp quá lớn.")
        return None
    try:
        form = orjson.loads(data)
    except orjson.JSONDecodeError:
        report.add("form_broken", reason="Tệp không phải JSON.")
        return None
    if not isinstance(form, dict) or not isinstance(form.get("components"), list):
        report.add("form_broken", reason="Thiếu danh sách thành phần (components).")
    elif not isinstance(form.get("id"), str) or not form["id"]:
        report.add("form_broken", reason="Thiếu mã (id).")
    else:
        return str(form["id"])
    return None


def _sorted(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.severity, problem.code))
