"""Nothing drawn reaches Python, and nothing drawn runs for ever: every place for an expression, every attack.

The files go through `trinh check` and `trinh deploy`; what these let through is started over HTTP on the running
program. Attacks at the points of a simulated diagram are in `tests/workflows/engine/test_safety.py`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from tests.shows.programs import Program
from tests.shows.town import Town
from tests.support.diagrams import (
    boundary,
    catch,
    diagram,
    end,
    field,
    flow,
    line,
    message,
    on_message,
    send,
    sequence,
    service,
    start,
    timer,
    user,
)
from tests.workflows.dmn import drawn

BOUND_SECONDS = 20
"""For one start and what follows in it. Ten million steps would take minutes."""
CHECK_SECONDS = 60
"""For some six hundred files."""
MARK = "trinh-was-here"
ESCAPES = (
    "__import__('os').system('touch {mark}')",
    "''.__class__.__mro__[1].__subclasses__()",
    "workdays.__globals__",
    "x.__class__.__init__.__globals__",
    "x.getClass().forName('java.lang.Runtime')",
)
ENDLESS = ("9**9**9", "count(for i in 1..10000000 return i)")
"""Like the escapes, tried at every point; JUEL does not know the loop."""
MORE_ENDLESS = (
    "count(for i in 1..100000, j in 1..100000 return i)",
    "some i in 1..10000000 satisfies i < 0",
    'string join(for i in 1..1000000 return "xxxxxxxxxxxxxxxxxxxx")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    "{f: function(n) f(n + 1), r: f(1)}.r",
)
"""Tried where a script, a table and a condition work something out."""
FEW = frozenset({"script, feel", "condition", "cell", "output"})
SECRETS = re.compile(r"<class|<function|<built-in|<method|<module|root:x|<slot|subprocess|java\.lang")

LOOP = "<bpmn:multiInstanceLoopCharacteristics{}>{}</bpmn:multiInstanceLoopCharacteristics>"


def extended(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def inputs(text: str) -> str:
    parameter = f'<camunda:inputParameter name="i">{text}</camunda:inputParameter>'
    return extended(f"<camunda:inputOutput>{parameter}</camunda:inputOutput>")


def outputs(text: str) -> str:
    parameter = f'<camunda:outputParameter name="o">{text}</camunda:outputParameter>'
    return extended(f"<camunda:inputOutput>{parameter}</camunda:inputOutput>")


def points(text: str) -> dict[str, tuple[str, str]]:
    """Where an expression may stand: the body of a process, and what stands outside it. `text` is escaped for XML."""
    plain = user("a")
    call = '<bpmn:callActivity id="a" name="a" calledElement="called">{}</bpmn:callActivity>'
    told, aside = message("told", text), end("aside")
    conditions = start() + '<bpmn:exclusiveGateway id="x" name="x" default="x_to_end"/>' + plain + end()
    conditions += flow("start", "x") + flow("x", "end") + flow("a", "end")
    condition = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'
    conditional = f'<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">{text}'
    conditional += "</bpmn:condition></bpmn:conditionalEventDefinition>"
    script = '<bpmn:scriptTask id="a" name="a" scriptFormat="{}" camunda:resultVariable="r"><bpmn:script>{}'
    script += "</bpmn:script></bpmn:scriptTask>"
    attributes = ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formKey")
    found = {name: line(user("a", "", attributes=f'camunda:{name}="{text}"')) for name in attributes}
    found |= {
        "task name": line(f'<bpmn:userTask id="a" name="{text}" camunda:candidateGroups="unit_clerk"/>'),
        "property": line(user("a", properties={"unit": text})),
        "form field default": line(user("a", fields=field("f").replace(" type=", f' defaultValue="{text}" type='))),
        "condition": conditions
        + f'<bpmn:sequenceFlow id="x_to_a" sourceRef="x" targetRef="a">{condition}</bpmn:sequenceFlow>',
        "conditional event": line(catch("a", conditional)),
        "input parameter": line(user("a", inner=inputs(text))),
        "input parameter, list": line(
            user("a", inner=inputs(f"<camunda:list><camunda:value>{text}</camunda:value></camunda:list>"))
        ),
        "input parameter, map": line(
            user("a", inner=inputs(f'<camunda:map><camunda:entry key="k">{text}</camunda:entry></camunda:map>'))
        ),
        "output parameter": line(user("a", inner=outputs(text))),
        "input of a topic": line(service("a", "notify:warn", {"element": text})),
        "topic": line(service("a", text)),
        "script, juel": line(script.format("juel", text)),
        "script, feel": line(script.format("feel", text)),
        "collection": line(
            user("a", inner=LOOP.format(f' camunda:collection="{text}" camunda:elementVariable="e"', ""))
        ),
        "cardinality": line(user("a", inner=LOOP.format("", f"<bpmn:loopCardinality>{text}</bpmn:loopCardinality>"))),
        "completion condition": line(
            user(
                "a",
                inner=LOOP.format(
                    ' camunda:collection="${items}" camunda:elementVariable="e"',
                    f"<bpmn:completionCondition>{text}</bpmn:completionCondition>",
                ),
            )
        ),
        "loop condition": line(
            '<bpmn:task id="a" name="a"><bpmn:standardLoopCharacteristics>'
            f"<bpmn:loopCondition>{text}</bpmn:loopCondition></bpmn:standardLoopCharacteristics></bpmn:task>"
        ),
        **{kind: line(catch("a", timer(kind, text))) for kind in ("timeDate", "timeDuration", "timeCycle")},
        "boundary timer": line(user("a", due="${workdays(3)}"))
        + boundary("late", "a", timer("timeDate", text), interrupting=False)
        + sequence("late", "aside", after=aside),
        "business key of a message": line(send("a", "fixed", properties={"businessKey": text})),
        "correlation keys": line(send("a", "fixed", inputs={"k": text}, properties={"correlationKeys": "k"})),
        "call, in": line(call.format(extended(f'<camunda:in sourceExpression="{text}" target="t"/>'))),
        "call, business key": line(call.format(extended(f'<camunda:in businessKey="{text}"/>'))),
        "call, out": line(call.format(extended(f'<camunda:out sourceExpression="{text}" target="t"/>'))),
        "called element": line(f'<bpmn:callActivity id="a" name="a" calledElement="{text}"/>'),
        "called version": line(
            '<bpmn:callActivity id="a" name="a" calledElement="called" camunda:calledElementBinding="version" '
            f'camunda:calledElementVersion="{text}"/>'
        ),
        "decision": line(
            f'<bpmn:businessRuleTask id="a" name="a" camunda:decisionRef="{text}" camunda:resultVariable="r"/>'
        ),
        "form": line(user("a", attributes=f'camunda:formRef="{text}" camunda:formRefBinding="latest"')),
    }
    outside = {
        "message name": (line(catch("a", on_message("told"))), told),
        "thrown message name": (line(send("a", "told", properties={"businessKey": "k"})), told),
        "signal name": (
            line(catch("a", '<bpmn:signalEventDefinition signalRef="s"/>')),
            f'<bpmn:signal id="s" name="{text}"/>',
        ),
    }
    fixed = message("fixed", "fixed")
    return {name: (body, fixed) for name, body in found.items()} | outside


def tables(text: str) -> dict[str, bytes]:
    """Where a decision table works something out."""
    return {
        "input expression": drawn.table([f"{text}::"], ["o"], [["-", "1"]]),
        "cell": drawn.table(["x"], ["o"], [[text, "1"]]),
        "cell, a list of tests": drawn.table(["x"], ["o"], [[f"not({text}), {text}", "1"]]),
        "output": drawn.table(["x"], ["o"], [["-", text]]),
        "default output": drawn.table(["x"], [f"o:::{text}"], [['"nothing"', "1"]]),
        "allowed values": drawn.table([f"x::{text}"], ["o"], [["-", "1"]]),
        "literal expression": drawn.literal(text),
    }


def attacks(mark: str) -> list[str]:
    escapes = [each.replace("{mark}", mark) for each in ESCAPES]
    return [*(f"${{{each}}}" for each in (*escapes, ENDLESS[0])), *(f"={each}" for each in (*escapes, *ENDLESS))]


def write_files(folder: Path, mark: str) -> dict[str, str]:
    """One file for each point and attack. Returns what each process is about, by its key."""
    about: dict[str, str] = {}

    def process(body: str, words: str, outside: str = "") -> str:
        key = f"p{len(about)}"
        about[key] = words
        (folder / f"{key}.bpmn").write_bytes(diagram(key, body, starters="unit_clerk", outside=outside))
        return key

    def decision(logic: str, words: str) -> None:
        name = f"d{len(about)}"
        rule = f'<bpmn:businessRuleTask id="a" name="a" camunda:decisionRef="{name}" camunda:resultVariable="r"/>'
        (folder / f"{name}.dmn").write_bytes(drawn.file(drawn.decision(name, logic)))
        process(line(rule, user("b")), words)

    (folder / "called.bpmn").write_bytes(diagram("called", line(user("inside"))))
    for attack in (*attacks(mark), *(f"={each}" for each in MORE_ENDLESS)):
        everywhere = attack[1:] not in MORE_ENDLESS
        for point, (body, outside) in points(escape(attack, quote=True)).items():
            if everywhere or point in FEW:
                process(body, f"{point}: {attack}", outside)
        for point, logic in tables(attack[1:]).items() if attack.startswith("=") else ():
            if everywhere or point in FEW:
                decision(logic, f"{point} of a table: {attack}")
    return about


def without_refused(folder: Path, refused: set[str]) -> list[str]:
    """Delete the files that were refused, each diagram with its table. Returns the keys of the processes left."""
    for number in {name.split(".")[0][1:] for name in refused}:
        for path in folder.glob(f"[pd]{number}.*"):
            path.unlink()
    return [path.stem for path in folder.glob("p*.bpmn")]


def test_every_attack_at_every_point_is_refused_or_bounded(sqlite_town: Town, tmp_path: Path) -> None:
    town, folder, mark = sqlite_town, tmp_path / "drawn", tmp_path / MARK
    folder.mkdir()
    about = write_files(folder, str(mark))
    began = time.monotonic()
    told = json.loads(town.installation.run("check", str(folder), "--json", expect=1))
    assert time.monotonic() - began < CHECK_SECONDS
    refused = {each["file"] for each in told if each["severity"] == "error"}
    assert {about[Path(name).stem] for name in refused if name.startswith("p")} >= {
        f"{point}: {attack}"
        for point in points("")
        for attack in attacks(str(mark))
        if attack.startswith(("${__import__", "${''.__class__", "${9**", "=__import__"))
    }
    left = without_refused(folder, refused)
    town.installation.run("deploy", str(folder))
    with town.serving():
        clerk = town.program("vanthu.hoankiem")
        for key in left:
            run(clerk, key, about[key])
    assert not mark.exists()
    assert 0 < len(left) < len(about)


def run(clerk: Program, key: str, words: str) -> None:
    """Start, look at what came of it, and finish the task if one opened: nothing hangs, nothing of Python shows."""
    for answer in lives(clerk, key):
        assert answer[0] < BOUND_SECONDS, words
        assert answer[1].status < 500, (words, answer[1].html)
        assert not SECRETS.search(answer[1].html), (words, answer[1].html)


def lives(clerk: Program, key: str) -> Iterator[tuple[float, Any]]:
    def timed(method: str, path: str, body: Any = None) -> tuple[float, Any]:
        began = time.monotonic()
        answer = clerk.call(method, path, body)
        return time.monotonic() - began, answer

    started = timed("POST", f"/api/processes/{key}/start", {"variables": {"x": "a" * 40, "items": [1, 2]}})
    yield started
    if started[1].status != 201:
        return
    instance = timed("GET", f"/api/instances/{started[1].json['instance_id']}")
    yield instance
    for task in instance[1].json["tasks"]:
        shown = timed("GET", f"/api/tasks/{task['id']}")
        yield shown
        yield timed("POST", f"/api/tasks/{task['id']}/complete", {"revision": 1, "answers": {}})
    yield timed("GET", f"/api/instances/{started[1].json['instance_id']}")
