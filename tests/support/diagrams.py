"""Small diagrams as text, for tests of the service: only what the engine reads, no drawing."""

from __future__ import annotations

from html import escape
from itertools import pairwise

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="definitions" targetNamespace="http://trinh.test">'
)


def diagram(key: str, body: str, *, name: str = "", starters: str = "unit_clerk", outside: str = "") -> bytes:
    """A file with one executable process. `outside`: messages, signals, errors."""
    groups = f' camunda:candidateStarterGroups="{starters}"' if starters else ""
    process = (
        f'<bpmn:process id="{key}" name="{escape(name or key)}" isExecutable="true" '
        f'camunda:historyTimeToLive="P3650D"{groups}>{body}</bpmn:process>'
    )
    return f"{_HEAD}{outside}{process}</bpmn:definitions>".encode()


def line(*steps: str) -> str:
    """Elements one after the other, from a none start `start` to a none end `end`."""
    return sequence("start", *steps, "end", before=start(), after=end())


def sequence(*steps: str, before: str = "", after: str = "") -> str:
    """Flows between ids; a step given as XML is placed too, its id read from it."""
    ids = [step.split('id="', 1)[1].split('"', 1)[0] if step.startswith("<") else step for step in steps]
    placed = "".join(step for step in steps if step.startswith("<"))
    flows = "".join(flow(source, target) for source, target in pairwise(ids))
    return before + placed + after + flows


def flow(source: str, target: str, condition: str = "") -> str:
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:conditionExpression>'
    )
    drawn = inner if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{drawn}</bpmn:sequenceFlow>"
    )


def start(element: str = "start", definition: str = "") -> str:
    return f'<bpmn:startEvent id="{element}">{definition}</bpmn:startEvent>'


def end(element: str = "end", definition: str = "") -> str:
    return f'<bpmn:endEvent id="{element}">{definition}</bpmn:endEvent>'


def user(
    element: str,
    groups: str = "unit_clerk",
    *,
    name: str = "",
    due: str = "",
    form_key: str = "",
    fields: str = "",
    properties: dict[str, str] | None = None,
    attributes: str = "",
    inner: str = "",
) -> str:
    """A user task. `fields` are `camunda:formField` elements."""
    extra = f' camunda:dueDate="{due}"' if due else ""
    extra += f' camunda:formKey="{form_key}"' if form_key else ""
    extra += f' camunda:candidateGroups="{groups}"' if groups else ""
    drawn = f"<camunda:formData>{fields}</camunda:formData>" if fields else ""
    items = "".join(f'<camunda:property name="{key}" value="{value}"/>' for key, value in (properties or {}).items())
    drawn += f"<camunda:properties>{items}</camunda:properties>" if items else ""
    extensions = f"<bpmn:extensionElements>{drawn}</bpmn:extensionElements>" if drawn else ""
    return (
        f'<bpmn:userTask id="{element}" name="{escape(name or element)}"{extra} {attributes}>'
        f"{extensions}{inner}</bpmn:userTask>"
    )


def field(key: str, kind: str = "string", *, required: bool = False) -> str:
    rules = '<camunda:validation><camunda:constraint name="required"/></camunda:validation>' if required else ""
    return f'<camunda:formField id="{key}" label="{key}" type="{kind}">{rules}</camunda:formField>'


def service(element: str, topic: str, inputs: dict[str, str] | None = None) -> str:
    return (
        f'<bpmn:serviceTask id="{element}" name="{element}" camunda:type="external" camunda:topic="{topic}">'
        f"{_inputs(inputs)}</bpmn:serviceTask>"
    )


def send(element: str, message: str, *, inputs: dict[str, str] | None = None, properties: dict[str, str]) -> str:
    """A send task that throws the message of this id."""
    items = "".join(f'<camunda:property name="{key}" value="{value}"/>' for key, value in properties.items())
    extensions = (
        f"<bpmn:extensionElements>{_parameters(inputs)}<camunda:properties>{items}</camunda:properties>"
        "</bpmn:extensionElements>"
    )
    return f'<bpmn:sendTask id="{element}" name="{element}" messageRef="{message}">{extensions}</bpmn:sendTask>'


def timer(kind: str, expression: str) -> str:
    """`kind` timeDate, timeDuration or timeCycle."""
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{expression}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )


def boundary(element: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    kind = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{element}" name="{element}" attachedToRef="{host}" cancelActivity="{kind}">'
        f"{definition}</bpmn:boundaryEvent>"
    )


def message(element: str, name: str) -> str:
    return f'<bpmn:message id="{element}" name="{name}"/>'


def on_message(element: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{element}"/>'


def catch(element: str, definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{element}" name="{element}">{definition}</bpmn:intermediateCatchEvent>'


def gateway(element: str, kind: str = "exclusiveGateway") -> str:
    return f'<bpmn:{kind} id="{element}" name="{element}"/>'


def _inputs(inputs: dict[str, str] | None) -> str:
    return f"<bpmn:extensionElements>{_parameters(inputs)}</bpmn:extensionElements>" if inputs else ""


def _parameters(inputs: dict[str, str] | None) -> str:
    if not inputs:
        return ""
    items = "".join(
        f'<camunda:inputParameter name="{key}">{value}</camunda:inputParameter>' for key, value in inputs.items()
    )
    return f"<camunda:inputOutput>{items}</camunda:inputOutput>"
