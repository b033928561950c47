"""A process's nodes and how they hang together: SpiffWorkflow's parsers in two passes, without recursion."""

from __future__ import annotations

from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from workflows.camunda import tasks
from workflows.camunda.multi_instance import looped
from workflows.camunda.templates import template
from workflows.camunda.xml import BPMN, children, text_of
from workflows.specs import activities, events, gateways
from workflows.specs.nodes import Flow, Node, Process


class DiagramProcess(ProcessParser):  # type: ignore[misc]
    """First every node of the process, then boundaries and flows between them."""

    def _parse(self) -> None:
        """Data objects, stores and io specifications carry nothing in Camunda 7."""
        self.spec = self.create_spec()
        self.add_tasks()

    def create_spec(self) -> Process:
        return Process(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Raises ExpressionError, KeyError."""
        elements: dict[str, etree._Element] = {}
        nodes: dict[str, Node] = {}
        for element in children(self.node):
            parser, kind = self.parser._get_parser_class(element.tag)
            if parser is not None:
                name = element.get("id") or ""
                elements[name] = element
                nodes[name] = parser(self, kind, element, self.nsmap, lane=self.lane).parse_node()
        self._note_starts(nodes)
        for name, element in elements.items():
            nodes[name] = looped(self.spec, nodes[name], element)
        for name, element in elements.items():
            if host := element.get("attachedToRef"):
                nodes[host].boundaries.append(name)
        self._connect(elements, nodes)
        self._join_links(nodes)
        self.spec.inclusive_joins = [n for n in nodes.values() if isinstance(n, gateways.Inclusive) and n.joins]
        gateways.add_reach(self.spec)

    def _note_starts(self, nodes: dict[str, Node]) -> None:
        """The inner start of an event sub-process is where its body begins, whatever triggers it."""
        for name, node in nodes.items():
            if isinstance(node, activities.EventSubProcess):
                self.spec.listeners.append(name)
            elif isinstance(node, events.Start):
                self.spec.starts.append(node)
                if node.kind == "none" or tasks.is_event_sub_process(self.node):
                    self.spec.initial = name
        if self.spec.initial is None:
            timed = [start.name for start in self.spec.starts if start.kind == "timer"]
            self.spec.initial = _only(timed) or _only([start.name for start in self.spec.starts])

    def _connect(self, elements: dict[str, etree._Element], nodes: dict[str, Node]) -> None:
        for drawn in self.node.findall(BPMN + "sequenceFlow"):
            source, target, name = drawn.get("sourceRef"), drawn.get("targetRef"), drawn.get("id")
            default = elements[source].get("default") == name
            condition = None if default else template(text_of(drawn, "conditionExpression"))
            nodes[source].flows.append(Flow(name, target, condition, default))
            nodes[target].incoming.append(name)

    def _join_links(self, nodes: dict[str, Node]) -> None:
        """A link throw goes to the catch of its name, as by a flow."""
        linked = [node for node in nodes.values() if isinstance(node, events.Event) and node.kind == "link"]
        catches = {node.trigger.link: node for node in linked if isinstance(node, events.Catch)}
        for node in linked:
            if isinstance(node, events.Throw):
                target = catches[node.trigger.link]
                node.flows.append(Flow(f"link {node.name}", target.name))
                target.incoming.append(f"link {node.name}")


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


class Diagram(BpmnParser):  # type: ignore[misc]
    """SpiffWorkflow's parser: its tables of messages, signals, errors, escalations and lanes; our nodes."""

    PROCESS_PARSER_CLASS = DiagramProcess
    PARSER_CLASSES: ClassVar = {
        BPMN + tag: classes
        for tag, classes in {
            "startEvent": (tasks.EventParser, events.Start),
            "endEvent": (tasks.EventParser, events.Throw),
            "intermediateThrowEvent": (tasks.EventParser, events.Throw),
            "intermediateCatchEvent": (tasks.EventParser, events.Catch),
            "boundaryEvent": (tasks.EventParser, events.Boundary),
            "task": (tasks.NodeParser, activities.Plain),
            "manualTask": (tasks.NodeParser, activities.Plain),
            "userTask": (tasks.UserParser, activities.User),
            "serviceTask": (tasks.ServiceParser, activities.External),
            "sendTask": (tasks.SendParser, activities.Send),
            "receiveTask": (tasks.ReceiveParser, events.Catch),
            "scriptTask": (tasks.ScriptParser, activities.Script),
            "businessRuleTask": (tasks.RuleParser, activities.Rule),
            "callActivity": (tasks.CallParser, activities.Call),
            "subProcess": (tasks.SubProcessParser, activities.SubProcess),
            "transaction": (tasks.SubProcessParser, activities.SubProcess),
            "exclusiveGateway": (tasks.NodeParser, gateways.Exclusive),
            "parallelGateway": (tasks.NodeParser, gateways.Parallel),
            "inclusiveGateway": (tasks.NodeParser, gateways.Inclusive),
            "eventBasedGateway": (tasks.NodeParser, gateways.EventBased),
        }.items()
    }

    def _add_data_stores(self, bpmn: Any) -> None:
        """The stock one refuses every store that it has no class for."""

    def _add_correlations(self, bpmn: Any) -> None:
        """Correlation is by business key and variables, as in Camunda 7."""
