"""Rules about what a diagram relies on elsewhere: called processes, decisions, forms, keys, topics, groups."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from lxml import etree

from workflows.camunda.templates import template
from workflows.camunda.xml import BPMN, camunda, tag_of
from workflows.errors import ExpressionError, UnknownDefinition, WorkflowError
from workflows.library import Library
from workflows.lint.document import flow_elements
from workflows.lint.report import Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What may be relied on: these files, what is deployed, what the application offers (None: not checked)."""

    processes: Collection[str]
    decisions: Collection[str]
    forms: Collection[str]
    deployed: Library
    groups: Collection[str] | None
    form_keys: Collection[str] | None
    topics: Collection[str] | None

    def has_process(self, key: str) -> bool:
        return key in self.processes or _answers(lambda: self.deployed.process(key))

    def has_version(self, key: str, version: int) -> bool:
        """These files may bring the next version."""
        return key in self.processes or _answers(lambda: self.deployed.process(key, binding="version", version=version))

    def has_decision(self, key: str) -> bool:
        return key in self.decisions or _answers(lambda: self.deployed.decide(key, {}))

    def has_form(self, key: str) -> bool:
        return key in self.forms or _answers(lambda: self.deployed.form(key))


def _answers(read: Callable[[], object]) -> bool:
    """Whether the library knows it; a decision that only misses its variables is there."""
    try:
        read()
    except UnknownDefinition:
        return False
    except WorkflowError:
        return True
    return True


def check_references(process: etree._Element, known: Known, report: Report) -> None:
    _check_groups(process, camunda(process, "candidateStarterGroups"), known, report)
    for element in flow_elements(process):
        tag = tag_of(element)
        if tag == "callActivity":
            version = _version(element)
            calls = known.has_process if version is None else lambda key, at=version: known.has_version(key, at)
            _check(element, element.get("calledElement"), calls, "call_unknown", report)
        elif tag == "businessRuleTask":
            _check(element, camunda(element, "decisionRef"), known.has_decision, "decision_unknown", report)
        elif tag == "userTask":
            _check_user(element, known, report)
        if known.topics is not None:
            for holder in (element, *element.findall(BPMN + "messageEventDefinition")):
                topic = camunda(holder, "topic")
                _check(element, topic, lambda name: _offered(name, known.topics or ()), "topic_unknown", report)


def _check_user(element: etree._Element, known: Known, report: Report) -> None:
    _check(element, camunda(element, "formRef"), known.has_form, "form_unknown", report)
    keys = known.form_keys
    if keys is not None:
        _check(element, camunda(element, "formKey"), lambda name: _offered(name, keys), "form_key_unknown", report)
    _check_groups(element, camunda(element, "candidateGroups"), known, report)


def _check_groups(element: etree._Element, text: str | None, known: Known, report: Report) -> None:
    if known.groups is None:
        return
    for name in (_literal(text) or "").split(","):
        if name.strip() and name.strip() not in known.groups:
            report.add("group_unknown", element, name=name.strip())


def _version(element: etree._Element) -> int | None:
    """The version that a call asks for, where it is written out."""
    if camunda(element, "calledElementBinding") != "version":
        return None
    text = _literal(camunda(element, "calledElementVersion")) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _check(
    element: etree._Element, text: str | None, is_known: Callable[[str], bool], code: str, report: Report
) -> None:
    """A name that is written out; an expression is known only when it runs."""
    name = _literal(text)
    if name is not None and not is_known(name):
        report.add(code, element, name=name)


def _offered(name: str, offered: Collection[str]) -> bool:
    """By name, or by a prefix that ends with a colon (`notify:`)."""
    return name in offered or any(item.endswith(":") and name.startswith(item) for item in offered)


def _literal(text: str | None) -> str | None:
    try:
        found = template(text)
    except ExpressionError:
        return None
    return found.literal if found is not None else None
