"""`make bench`: the engine alone. A diagram of 100 nodes parsed and checked; every step of an instance of 12 tasks,
loaded, run and saved, beside raw SpiffWorkflow with its own serializer in the same run.

No limit is asserted here; `tests/workflows/engine/test_costs.py` holds the ratios.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from workflows import parse, run
from workflows.calendar import WorkCalendar
from workflows.lint import check
from workflows.model import Advance
from workflows.shelf import Shelf

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CALENDAR = WorkCalendar()
TASKS = 12
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
)


def row(tasks: int) -> bytes:
    """So many user tasks one after the other."""
    names = [f"t{number}" for number in range(tasks)]
    nodes = "".join(f'<userTask id="{name}" name="{name}"/>' for name in names)
    ways = zip(["s", *names], [*names, "e"], strict=True)
    flows = "".join(f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in ways)
    return (
        f'{HEAD}<process id="p" isExecutable="true"><startEvent id="s"/>{nodes}<endEvent id="e"/>{flows}</process>'
        "</definitions>"
    ).encode()


def hundred() -> bytes:
    """100 nodes: choices and pairs of parallel branches, with conditions and due dates."""
    nodes, flows = ['<startEvent id="s"/>'], []

    def way(source: str, target: str, condition: str = "") -> None:
        drawn = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        flows.append(
            f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{drawn}</sequenceFlow>'
        )

    before = "s"
    for number in range(14):
        fork, left, right, join, ask, no, merge = (f"{name}{number}" for name in "f l r j x n m".split())
        nodes.append(
            f'<parallelGateway id="{fork}"/><userTask id="{left}" camunda:dueDate="${{workdays(5)}}"/>'
            f'<userTask id="{right}" camunda:assignee="${{who}}"/><parallelGateway id="{join}"/>'
            f'<exclusiveGateway id="{ask}" default="{ask}-{merge}"/><task id="{no}"/><exclusiveGateway id="{merge}"/>'
        )
        for source, target in ((before, fork), (fork, left), (fork, right), (left, join), (right, join), (join, ask)):
            way(source, target)
        way(ask, no, f"${{amount &gt; {number}}}")
        way(no, merge)
        way(ask, merge)
        before = merge
    nodes.append('<endEvent id="e"/>')
    way(before, "e")
    body = "".join(nodes) + "".join(flows)
    return f'{HEAD}<process id="p" isExecutable="true">{body}</process></definitions>'.encode()


def milliseconds(act: Callable[[], Any], times: int) -> float:
    """The median of so many."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def ours(repeat: int) -> tuple[list[float], list[int]]:
    """Per step: the median of load + complete + save, and the bytes stored after it."""
    shelf = Shelf()
    [definition] = shelf.deploy({"p.bpmn": row(TASKS)})
    before = run.start(shelf, definition=definition, business_key=None, variables={}, at=AT, calendar=CALENDAR)
    taken, sizes = [], []
    for _ in range(TASKS):

        def step(before: Advance = before) -> Advance:
            task_id = before.tasks_opened[0].id
            return run.complete(
                shelf, before.snapshot, task_id=task_id, variables={"answer": 1}, at=AT, calendar=CALENDAR
            )

        taken.append(milliseconds(step, repeat))
        before = step()
        sizes.append(len(before.snapshot.state))
    assert before.outcome == "completed"
    return taken, sizes


def raw(repeat: int) -> tuple[list[float], list[int]]:
    """The same with SpiffWorkflow as it comes."""
    parser = BpmnParser()
    parser.add_bpmn_io(BytesIO(row(TASKS)))
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    workflow.do_engine_steps()
    serializer = BpmnWorkflowSerializer()
    stored = serializer.serialize_json(workflow)
    taken, sizes = [], []
    for _ in range(TASKS):

        def step(stored: str = stored) -> str:
            loaded = serializer.deserialize_json(stored)
            [task] = [one for one in loaded.get_tasks(state=TaskState.READY) if one.task_spec.manual]
            task.data["answer"] = 1
            task.run()
            loaded.do_engine_steps()
            return str(serializer.serialize_json(loaded))

        taken.append(milliseconds(step, repeat))
        stored = step()
        sizes.append(len(stored.encode()))
    assert json.loads(stored)["completed"]
    return taken, sizes


def main() -> None:
    diagram = hundred()

    def parsed() -> None:
        parse._programs.clear()
        parse.programs(diagram)

    nodes = sum(1 for _ in next(iter(parse.programs(diagram).values())).nodes()) - 1
    checked = milliseconds(lambda: check({"p.bpmn": diagram}), 20)
    print(f"{nodes} nodes: parse {milliseconds(parsed, 20):.1f} ms, check {checked:.1f} ms")
    print(f"{TASKS} user tasks, one step: load + complete + save")
    print(f"{'step':<6}{'ours ms':>10}{'bytes':>8}{'SpiffWorkflow ms':>20}{'bytes':>8}{'times':>8}")
    for number, (mine, size, theirs, their_size) in enumerate(zip(*ours(200), *raw(20), strict=True), 1):
        print(f"{number:<6}{mine:>10.3f}{size:>8}{theirs:>20.3f}{their_size:>8}{theirs / mine:>8.0f}")


if __name__ == "__main__":
    main()
