"""Small diagrams for tests: nodes as BPMN text, flows as `a>b` (id `a-b`), `a>b ${condition}`."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

from workflows.model import Value
from workflows.simulate import SimulatedTask, Simulator

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, 09:00 in Hà Nội, with four full working weeks behind it."""
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions" targetNamespace="t"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


def flows(*drawn: str) -> str:
    """Sequence flows; a text holds several without a condition, or one with."""
    return "".join(_flow(one) for text in drawn for one in ([text] if "{" in text or "=" in text else text.split()))


def _flow(text: str) -> str:
    ends, _, condition = text.partition(" ")
    source, target = ends.split(">")
    inner = (
        f'<conditionExpression xsi:type="tFormalExpression">{escape(condition)}</conditionExpression>'
        if condition
        else ""
    )
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def process(nodes: str, *drawn: str, key: str = "p", more: str = "", name: str = "") -> bytes:
    """A file with one process. `more` stands beside it: messages, errors, signals."""
    return document(
        f'<process id="{key}" name="{name or key}" isExecutable="true">{nodes}{flows(*drawn)}</process>{more}'
    )


def document(inner: str) -> bytes:
    return f"{HEAD}{inner}</definitions>".encode()


def user(element: str, /, **attributes: str) -> str:
    return task("userTask", element, "", **attributes)


def task(tag: str, element: str, inner: str = "", /, **attributes: str) -> str:
    """A task; `camunda_x="…"` writes a Camunda attribute."""
    drawn = "".join(
        f' {key.replace("camunda_", "camunda:")}="{escape(value, {chr(34): "&quot;"})}"'
        for key, value in attributes.items()
    )
    return f'<{tag} id="{element}"{drawn}>{inner}</{tag}>'


def external(name: str, topic: str, inner: str = "") -> str:
    return task("serviceTask", name, inner, camunda_type="external", camunda_topic=topic)


def script(name: str, expression: str, result: str) -> str:
    body = f"<script>{escape(expression)}</script>"
    return task("scriptTask", name, body, scriptFormat="feel", camunda_resultVariable=result)


def io(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None, inner: str = "") -> str:
    """Input and output parameters with text values; `inner` are further parameters as drawn."""
    drawn = "".join(
        f'<camunda:{tag} name="{name}">{escape(value)}</camunda:{tag}>'
        for tag, values in (("inputParameter", inputs or {}), ("outputParameter", outputs or {}))
        for name, value in values.items()
    )
    return extensions(f"<camunda:inputOutput>{drawn}{inner}</camunda:inputOutput>")


def extensions(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def timer(kind: str, value: str) -> str:
    return f"<timerEventDefinition><{kind}>{escape(value)}</{kind}></timerEventDefinition>"


def event(tag: str, element: str, definition: str = "", /, **attributes: str) -> str:
    return task(tag, element, definition, **attributes)


def boundary(name: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    return event(
        "boundaryEvent", name, definition, attachedToRef=host, cancelActivity="true" if interrupting else "false"
    )


def message(reference: str) -> str:
    return f'<messageEventDefinition messageRef="{reference}"/>'


def simulate(*files: bytes, at: datetime = NOW) -> Simulator:
    simulator = Simulator(at=at)
    simulator.deploy({f"f{number}.bpmn": data for number, data in enumerate(files)})
    return simulator


def run(data: bytes, variables: dict[str, Value] | None = None, *more: bytes) -> tuple[Simulator, str]:
    """Deploy, start process `p`."""
    simulator = simulate(data, *more)
    return simulator, simulator.start("p", variables or {})


def the_task(simulator: Simulator, instance: str, element: str) -> SimulatedTask:
    """The one open task at an element."""
    [found] = [task for task in simulator.open_tasks(instance) if task.element == element]
    return found


def complete(simulator: Simulator, instance: str, element: str, answers: dict[str, Value] | None = None) -> None:
    simulator.complete(the_task(simulator, instance, element).id, answers or {})


def open_elements(simulator: Simulator, instance: str) -> list[str]:
    return sorted(task.element for task in simulator.open_tasks(instance))
