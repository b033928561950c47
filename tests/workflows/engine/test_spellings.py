"""One diagram as XML lets it be written: encodings, prefixes, qualified names, booleans, comments. It runs the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.workflows.engine.diagrams import boundary, document, event, flows, open_elements, run, timer, user

PLAIN = document(
    '<collaboration id="all"><participant id="us" processRef="p"/></collaboration>'
    '<process id="p" isExecutable="true"><laneSet id="ls"><lane id="l" name="Hội đồng"><flowNodeRef>a.b-c</flowNodeRef>'
    "</lane></laneSet>"
    '<startEvent id="s"/><receiveTask id="w" messageRef="m"/><exclusiveGateway id="x" default="x-e"/>'
    + user("a.b-c", camunda_assignee="${người}")
    + boundary("late", "a.b-c", timer("timeDuration", "PT1H"), interrupting=False)
    + '<task id="remind"/>'
    + event("boundaryEvent", "bad", '<errorEventDefinition errorRef="err"/>', attachedToRef="a.b-c")
    + '<endEvent id="e"/>'
    + flows("s>w w>x x>e a.b-c>e late>remind bad>e", "x>a.b-c ${số_lượng > 3}")
    + '</process><message id="m" name="ping"/><error id="err" name="Err" errorCode="E"/>'
).decode()


def _qualified(text: str) -> str:
    text = text.replace('targetNamespace="t"', 'targetNamespace="t" xmlns:tns="t"')
    for name in ("processRef", "messageRef", "errorRef", "attachedToRef"):
        text = text.replace(f'{name}="', f'{name}="tns:')
    return text.replace("<flowNodeRef>", "<flowNodeRef>tns:")


def _spaced(text: str) -> str:
    for name in ("isExecutable", "cancelActivity", "messageRef", "sourceRef", "targetRef", "attachedToRef", "default"):
        text = text.replace(f'{name}="', f'{name}=" \n ')
    return text.replace("<flowNodeRef>", "<flowNodeRef>\n  ")


def _prefixed(text: str) -> str:
    text = re.sub(r"<(/?)(?=[a-z])", r"<\1semantic:", text).replace(" xmlns=", " xmlns:semantic=")
    return text.replace("camunda:", "c7:").replace("xmlns:camunda", "xmlns:c7")


def _commented(text: str) -> str:
    return (
        text.replace("<timeDuration>PT1H", "<timeDuration>\n<!-- an hour --> PT<![CDATA[1H]]>")
        .replace("${số_lượng &gt; 3}", "\n  ${số_lượng <!-- how many --><![CDATA[> 3]]>}\n")
        .replace("<process ", "<?tool says?><!-- here --><process ")
    )


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "as the Modeler": lambda text: text.encode(),
    "declared UTF-8 with a mark": lambda text: ('<?xml version="1.0" encoding="UTF-8"?>' + text).encode("utf-8-sig"),
    "UTF-16": lambda text: ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16"),
    "UTF-16 undeclared": lambda text: text.encode("utf-16"),
    "windows-1258 by number": lambda text: (
        '<?xml version="1.0" encoding="US-ASCII"?>' + text.replace("${người}", "${nguoi}").replace("số_lượng", "so")
    ).encode("ascii", "xmlcharrefreplace"),
    "qualified names": lambda text: _qualified(text).encode(),
    "booleans as numbers": lambda text: text.replace('="true"', '="1"').replace('="false"', '="0"').encode(),
    "white space": lambda text: _spaced(text).encode(),
    "other prefixes": lambda text: _prefixed(text).encode(),
    "comments and CDATA": lambda text: _commented(text).encode(),
}


@pytest.mark.parametrize("name", list(SPELLINGS))
def test_a_diagram_runs_the_same_however_it_is_written(name: str) -> None:
    simulator, instance = run(SPELLINGS[name](PLAIN), {"số_lượng": 4, "người": "lan", "so": 4, "nguoi": "lan"})
    assert simulator.deliver("ping") == [instance]
    [task] = simulator.open_tasks(instance)
    assert (task.element, task.assignee, task.lane) == ("a.b-c", "lan", "Hội đồng")
    simulator.move_clock(simulator.now + timedelta(hours=1))
    assert simulator.path(instance) == ["s", "w", "x", "a.b-c", "late", "remind"]
    assert open_elements(simulator, instance) == ["a.b-c"]
    simulator.bpmn_error(task.id, "E")
    assert simulator.state(instance) == "completed"
