"""One parser per kind of element: SpiffWorkflow's `TaskParser`, without its recursion and its data references."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from workflows.camunda.events import business_key_of, definitions, in_out, inner_start, message_name, trigger_of
from workflows.camunda.forms import read_form
from workflows.camunda.templates import parameter, retries_of, template
from workflows.camunda.xml import BPMN, async_of, camunda, io_parameters, properties, text_of
from workflows.specs.activities import EventSubProcess, External, Rule, Script, Send, SubProcess, User
from workflows.specs.events import Catch, Event, Start, Throw, Trigger
from workflows.specs.nodes import Node


class NodeParser(TaskParser):  # type: ignore[misc]
    """Makes the spec and reads what every element may carry; flows are connected when all nodes are there."""

    def parse_incoming_data_references(self) -> list[Any]:
        """Data objects carry nothing here; the stock reader can hang for ever two sub-processes deep."""
        return []

    parse_outgoing_data_references = parse_incoming_data_references

    def parse_node(self) -> Node:
        """Raises ExpressionError."""
        node = self.make()
        element = self.node
        node.async_before, node.async_after = async_of(element)
        node.retries = next((cycle for holder in self.holders() if (cycle := retries_of(holder)) is not None), None)
        node.inputs_drawn = self.parameters("inputParameter")
        node.outputs_drawn = self.parameters("outputParameter")
        node.properties = {name: template(value) for name, value in self.properties().items()}
        return node

    def make(self) -> Node:
        """The spec, with what only its kind has."""
        node: Node = self.of(self.spec_class)
        return node

    def of(self, kind: Any, **more: Any) -> Any:
        """A spec of a kind with the common attributes."""
        return kind(self.spec, self.bpmn_id, **more, **self.bpmn_attributes)

    @property
    def tables(self) -> Any:
        return self.process_parser.parser

    def holders(self) -> list[Any]:
        """The element, and its event definition where the Modeler writes extensions there."""
        return [self.node, *definitions(self.node)]

    def parameters(self, kind: str) -> list[tuple[str, Any]]:
        found = [item for holder in self.holders() for item in io_parameters(holder, kind)]
        return [(item.get("name") or "", parameter(item)) for item in found]

    def properties(self) -> dict[str, str]:
        return {name: value for holder in self.holders() for name, value in properties(holder).items()}

    def external(self, holder: Any) -> External:
        """A worker's task: `camunda:type="external"` on the task or the message event definition."""
        node: External = self.of(External)
        node.topic = template(camunda(holder, "topic"))
        return node


class UserParser(NodeParser):
    def make(self) -> Node:
        element = self.node
        node: User = self.of(self.spec_class)
        node.name_template = template(element.get("name"))
        node.assignee = template(camunda(element, "assignee"))
        node.candidate_groups = template(camunda(element, "candidateGroups"))
        node.candidate_users = template(camunda(element, "candidateUsers"))
        node.due_date = template(camunda(element, "dueDate"))
        node.follow_up_date = template(camunda(element, "followUpDate"))
        node.priority = template(camunda(element, "priority"))
        for name, value in read_form(element).items():
            setattr(node, name, value)
        return node


class ServiceParser(NodeParser):
    """Service tasks; send and rule tasks when a worker does them."""

    def make(self) -> Node:
        return self.external(self.node)


class SendParser(NodeParser):
    def make(self) -> Node:
        if camunda(self.node, "type") == "external":
            return self.external(self.node)
        node: User = self.of(self.spec_class)
        node.message = message_name(self.node, self.tables)
        return node


class ReceiveParser(NodeParser):
    def make(self) -> Node:
        trigger = Trigger(kind="message", name=message_name(self.node, self.tables))
        node: Catch = self.of(self.spec_class, trigger=trigger)
        return node


class ScriptParser(NodeParser):
    def make(self) -> Node:
        node: Send = self.of(self.spec_class)
        node.script = script_template(self.node.get("scriptFormat"), text_of(self.node, "script"))
        node.result_variable = camunda(self.node, "resultVariable")
        return node


def script_template(language: str | None, text: str | None) -> Any:
    """A script is one expression; both languages may be written without their mark. Raises ExpressionError."""
    body = (text or "").strip()
    if (language or "").lower() == "feel":
        return template(body if body.startswith("=") else f"={body}")
    return template(body if "${" in body or "#{" in body else f"${{{body}}}")


class RuleParser(NodeParser):
    def make(self) -> Node:
        element = self.node
        if camunda(element, "type") == "external":
            return self.external(element)
        node: Script = self.of(self.spec_class)
        node.decision = template(camunda(element, "decisionRef"))
        node.binding = camunda(element, "decisionRefBinding") or "latest"
        node.version = template(camunda(element, "decisionRefVersion"))
        node.result_variable = camunda(element, "resultVariable")
        node.mapping = camunda(element, "mapDecisionResult") or "resultList"
        return node


class CallParser(NodeParser):
    def make(self) -> Node:
        element = self.node
        node: Send = self.of(self.spec_class)
        node.called = template(element.get("calledElement"))
        node.binding = camunda(element, "calledElementBinding") or "latest"
        node.version = template(camunda(element, "calledElementVersion"))
        node.business_key = business_key_of(element)
        node.mapped_in, node.mapped_out = in_out(element, "in"), in_out(element, "out")
        return node


class SubProcessParser(NodeParser):
    """Sub-processes, transactions and event sub-processes.

    The stock parser looks at a wrong name for the last, and wants an end event; with none, a scope ends with the last
    of its steps, as in Camunda.
    """

    def make(self) -> Node:
        inner, parser = self.node.get("id"), self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[inner].parent = self.process_parser
        if self.node.get("triggeredByEvent") != "true":
            plain: SubProcess = self.of(self.spec_class, subworkflow_spec=inner)
            return plain
        node: Rule = self.of(EventSubProcess, subworkflow_spec=inner)
        start = inner_start(self.node)
        node.trigger = trigger_of(start, self.tables)
        node.interrupting = start.get("isInterrupting") != "false"
        return node


class EventParser(NodeParser):
    def make(self) -> Node:
        element = self.node
        for drawn in definitions(element):
            if self.spec_class is Throw and camunda(drawn, "type") == "external":
                return self.external(drawn)
        interrupting = element.get("cancelActivity") != "false"
        node: Event = self.of(self.spec_class, trigger=trigger_of(element, self.tables), interrupting=interrupting)
        if isinstance(node, Start):
            node.initiator = camunda(element, "initiator")
        return node


def is_event_sub_process(element: Any) -> bool:
    return bool(element.tag == BPMN + "subProcess" and element.get("triggeredByEvent") == "true")
