"""The check before deployment: every refusal by name, all at once, whatever the bytes are."""

from __future__ import annotations

import string
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.diagrams import (
    HEAD,
    boundary,
    document,
    event,
    extensions,
    external,
    flows,
    io,
    message,
    process,
    task,
    timer,
    user,
)
from workflows import messages
from workflows.errors import WorkflowError
from workflows.lint import check
from workflows.parse import programs
from workflows.shelf import Shelf

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
LINE = "s>a a>e"


def errors(data: bytes, **offered: object) -> list[tuple[str | None, str]]:
    return [(p.element, p.code) for p in check({"x.bpmn": data}, **offered) if p.severity == "error"]  # type: ignore[arg-type]


def warnings(data: bytes, **offered: object) -> list[tuple[str | None, str]]:
    found = [(p.element, p.code) for p in check({"x.bpmn": data}, **offered) if p.severity == "warning"]  # type: ignore[arg-type]
    return [entry for entry in found if entry[1] != "no_drawing"]


def one(drawn: str, *more_flows: str, more: str = "") -> bytes:
    """Start, the drawn things with an `a` among them, end."""
    return process(START + drawn + END, LINE, *more_flows, more=more)


def sub(inner: str, *drawn: str, **attributes: str) -> str:
    return task("subProcess", "a", inner + flows(*drawn), **attributes)


def catch(definition: str) -> str:
    return event("intermediateCatchEvent", "a", definition)


def listener(definition: str, **attributes: str) -> str:
    start = event("startEvent", "ls", definition, **attributes)
    return task("subProcess", "l", start + '<endEvent id="le"/>' + flows("ls>le"), triggeredByEvent="true")


def loop(inner: str, attributes: str = "") -> str:
    return task(
        "task", "a", f"<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>"
    )


SCRIPT = "<script>1</script>"
ERR = (
    '<error id="err" name="E" errorCode="E"/><error id="none" name="N"/>'
    '<escalation id="esc" name="U" escalationCode="U"/>'
)
ERROR, CANCEL = '<errorEventDefinition errorRef="err"/>', "<cancelEventDefinition/>"
NAMED = '<message id="m" name="go"/><message id="nameless"/><signal id="sig" name="n"/>'

PING_TWICE = '<message id="m" name="ping"/><message id="n" name="ping"/>'


def listening(name: str, start: str) -> str:
    """An event sub-process that an escalation starts beside the rest."""
    begins = event("startEvent", start, '<escalationEventDefinition escalationRef="u"/>', isInterrupting="false")
    inner = begins + f'<endEvent id="{name}-e"/>' + flows(f"{start}>{name}-e")
    return f'<subProcess id="{name}" triggeredByEvent="true">{inner}</subProcess>'


REFUSED: dict[str, tuple[bytes, list[tuple[str | None, str]]]] = {
    "complex gateway": (one('<complexGateway id="a"/>'), [("a", "complex_gateway")]),
    "ad hoc": (
        one('<adHocSubProcess id="a"/>'),
        [("a", "ad_hoc"), ("a", "sub_process_start")],
    ),
    "an empty condition": (
        process(
            START + '<exclusiveGateway id="a" default="a-e"/>' + END + task("task", "t"), "s>a a>t a>e t>e"
        ).replace(
            b'targetRef="t"></',
            b'targetRef="t"><conditionExpression xsi:type="tFormalExpression"> </conditionExpression></',
            1,
        ),
        [("a-t", "condition_literal")],
    ),
    "nothing to call": (one(task("callActivity", "a", calledElement=" ")), [("a", "call_without_target")]),
    "an odd parameter": (
        one(
            task("userTask", "a", io(inner='<camunda:inputParameter name="n"><camunda:odd/></camunda:inputParameter>'))
        ),
        [("a", "element_unsupported")],
    ),
    "quantities": (
        one(task("task", "a", startQuantity="2", completionQuantity="3")),
        [("a", "attribute_unsupported"), ("a", "attribute_unsupported")],
    ),
    "behavior of a loop": (
        one(task("task", "a", '<multiInstanceLoopCharacteristics camunda:collection="xs" behavior="One"/>')),
        [("a", "attribute_unsupported")],
    ),
    "a start timer on a variable": (
        process(event("startEvent", "s", timer("timeDuration", "${wait}")) + END, "s>e"),
        [("s", "timer_wrong")],
    ),
    "a worker's message that is waited for": (
        one(catch('<messageEventDefinition camunda:type="external" camunda:topic="t"/>')),
        [("a", "message_missing")],
    ),
    "one message twice on a task": (
        one(
            user("a") + boundary("b", "a", message("m")) + boundary("c", "a", message("n"), interrupting=False),
            more=PING_TWICE,
        ),
        [("c", "event_twice")],
    ),
    "one error twice on a task": (
        one(user("a") + boundary("b", "a", "<errorEventDefinition/>") + boundary("c", "a", "<errorEventDefinition/>")),
        [("c", "event_twice")],
    ),
    "one escalation twice beside one another": (
        one(
            task("task", "a") + listening("l1", "b") + listening("l2", "c"),
            more='<escalation id="u" escalationCode="U"/>',
        ),
        [("c", "event_twice")],
    ),
    "a flag that is neither": (
        one(task("userTask", "a", '<multiInstanceLoopCharacteristics isSequential="yes"/>', camunda_asyncBefore="on")),
        [("a", "flag_wrong"), ("a", "flag_wrong"), ("a", "loop_empty")],
    ),
    "compensation event": (
        one(task("task", "a") + boundary("b", "a", "<compensateEventDefinition/>")),
        [("b", "compensation")],
    ),
    "compensation task": (one(task("task", "a", isForCompensation="true")), [("a", "compensation")]),
    "service not external": (one(task("serviceTask", "a")), [("a", "service_not_external")]),
    "service by class": (
        one(task("serviceTask", "a", camunda_class="org.X")),
        [("a", "java"), ("a", "service_not_external")],
    ),
    "service by expression": (
        one(task("serviceTask", "a", camunda_expression="${x.y()}")),
        [("a", "java"), ("a", "service_not_external")],
    ),
    "mail": (one(task("serviceTask", "a", camunda_type="mail")), [("a", "type_unsupported")]),
    "no topic": (one(task("serviceTask", "a", camunda_type="external")), [("a", "topic_missing")]),
    "execution listener": (
        one(task("task", "a", extensions('<camunda:executionListener event="start" class="x"/>'))),
        [("a", "listener")],
    ),
    "listener on the process": (
        process(extensions('<camunda:executionListener event="start" class="x"/>') + START + END, "s>e"),
        [("p", "listener")],
    ),
    "connector": (one(task("task", "a", extensions("<camunda:connector/>"))), [("a", "connector")]),
    "field": (one(task("task", "a", extensions("<camunda:field/>"))), [("a", "java")]),
    "javascript": (
        one(task("scriptTask", "a", SCRIPT, scriptFormat="javascript", camunda_resultVariable="r")),
        [("a", "script_language")],
    ),
    "script without language": (
        one(task("scriptTask", "a", SCRIPT, camunda_resultVariable="r")),
        [("a", "script_language")],
    ),
    "script without result": (
        one(task("scriptTask", "a", SCRIPT, scriptFormat="feel")),
        [("a", "script_without_result")],
    ),
    "script without text": (
        one(task("scriptTask", "a", scriptFormat="feel", camunda_resultVariable="r")),
        [("a", "script_missing")],
    ),
    "script elsewhere": (
        one(task("scriptTask", "a", scriptFormat="feel", camunda_resource="x", camunda_resultVariable="r")),
        [("a", "resource_unsupported")],
    ),
    "script that does not parse": (
        one(task("scriptTask", "a", "<script>1 +</script>", scriptFormat="feel", camunda_resultVariable="r")),
        [("a", "expression_syntax")],
    ),
    "script parameter": (
        one(
            task(
                "task",
                "a",
                io(
                    inner='<camunda:inputParameter name="x">'
                    '<camunda:script scriptFormat="groovy">1</camunda:script></camunda:inputParameter>'
                ),
            )
        ),
        [("a", "parameter_script"), (None, "diagram_invalid")][:1],
    ),
    "rule without decision": (one(task("businessRuleTask", "a")), [("a", "rule_without_decision")]),
    "unknown decision": (one(task("businessRuleTask", "a", camunda_decisionRef="nope")), [("a", "decision_unknown")]),
    "unknown result mapping": (
        one(task("businessRuleTask", "a", camunda_decisionRef="${d}", camunda_mapDecisionResult="best")),
        [("a", "result_mapping")],
    ),
    "call without target": (one(task("callActivity", "a")), [("a", "call_without_target")]),
    "unknown call": (one(task("callActivity", "a", calledElement="nope")), [("a", "call_unknown")]),
    "version tag binding": (
        one(task("callActivity", "a", calledElement="p", camunda_calledElementBinding="versionTag")),
        [("a", "binding")],
    ),
    "version binding without version": (
        one(task("callActivity", "a", calledElement="p", camunda_calledElementBinding="version")),
        [("a", "version_missing")],
    ),
    "mapping class": (
        one(task("callActivity", "a", calledElement="p", camunda_variableMappingClass="x")),
        [("a", "java")],
    ),
    "mapping without target": (
        one(task("callActivity", "a", extensions('<camunda:in source="x"/>'), calledElement="p")),
        [("a", "mapping_target")],
    ),
    "unknown form": (one(user("a", camunda_formRef="nope")), [("a", "form_unknown")]),
    "send without message": (one(task("sendTask", "a")), [("a", "message_missing")]),
    "receive without message": (one(task("receiveTask", "a")), [("a", "message_missing")]),
    "receive that starts": (
        one(task("receiveTask", "a", instantiate="true", messageRef="m"), more=NAMED),
        [("a", "instantiate")],
    ),
    "loop on an event": (
        one(catch("<multiInstanceLoopCharacteristics/>" + timer("timeDuration", "PT1H"))),
        [("a", "loop_misplaced"), ("a", "loop_empty")],
    ),
    "loop over nothing": (one(loop("")), [("a", "loop_empty")]),
    "loop output": (
        one(loop("<loopCardinality>2</loopCardinality><loopDataOutputRef>x</loopDataOutputRef>")),
        [("a", "loop_data_output")],
    ),
    "standard loop without end": (one(task("task", "a", "<standardLoopCharacteristics/>")), [("a", "loop_empty")]),
    "standard loop maximum": (
        one(task("task", "a", '<standardLoopCharacteristics loopMaximum="many"/>')),
        [("a", "loop_maximum")],
    ),
    "async on a boundary": (
        one(
            task("task", "a") + event("boundaryEvent", "b", ERROR, attachedToRef="a", camunda_asyncBefore="true"),
            more=ERR,
        ),
        [("b", "async_misplaced")],
    ),
    # events
    "start conditional": (
        process(
            event(
                "startEvent",
                "s",
                "<conditionalEventDefinition><condition>${x}</condition></conditionalEventDefinition>",
            )
            + END,
            "s>e",
        ),
        [("s", "event_kind")],
    ),
    "start error": (process(event("startEvent", "s", ERROR) + END, "s>e", more=ERR), [("s", "event_kind")]),
    "inner start by message": (
        one(sub(event("startEvent", "is", message("m")) + '<endEvent id="ie"/>', "is>ie"), more=NAMED),
        [("is", "event_kind")],
    ),
    "listener without a kind": (one(task("task", "a") + listener("")), [("ls", "event_needs_definition")]),
    "error listener that does not interrupt": (
        one(task("task", "a") + listener(ERROR, isInterrupting="false"), more=ERR),
        [("ls", "must_interrupt")],
    ),
    "catch nothing": (one(catch("")), [("a", "event_needs_definition")]),
    "catch error": (one(catch(ERROR), more=ERR), [("a", "event_kind")]),
    "throw timer": (
        one(event("intermediateThrowEvent", "a", timer("timeDuration", "PT1H"))),
        [("a", "event_kind")],
    ),
    "throw error": (one(event("intermediateThrowEvent", "a", ERROR), more=ERR), [("a", "event_kind")]),
    "end timer": (process(START + event("endEvent", "e", timer("timeDuration", "PT1H")), "s>e"), [("e", "event_kind")]),
    "end link": (
        process(START + event("endEvent", "e", '<linkEventDefinition name="x"/>'), "s>e"),
        [("e", "event_kind")],
    ),
    "boundary terminate": (
        one(task("task", "a") + boundary("b", "a", "<terminateEventDefinition/>")),
        [("b", "event_kind")],
    ),
    "boundary nothing": (one(task("task", "a") + boundary("b", "a", "")), [("b", "event_needs_definition")]),
    "boundary error that does not interrupt": (
        one(task("task", "a") + boundary("b", "a", ERROR, interrupting=False), more=ERR),
        [("b", "must_interrupt")],
    ),
    "boundary on a gateway": (
        one('<exclusiveGateway id="a"/>' + boundary("b", "a", timer("timeDuration", "PT1H"))),
        [("b", "boundary_unattached")],
    ),
    "boundary on nothing": (
        one(task("task", "a") + boundary("b", "nope", timer("timeDuration", "PT1H"))),
        [("b", "boundary_unattached")],
    ),
    "cancel outside a transaction": (
        process(START + event("endEvent", "e", CANCEL), "s>e"),
        [("e", "cancel_misplaced")],
    ),
    "cancel boundary on a task": (one(task("task", "a") + boundary("b", "a", CANCEL)), [("b", "cancel_misplaced")]),
    "cancel that nobody watches": (
        one(task("transaction", "a", '<startEvent id="is"/>' + event("endEvent", "ie", CANCEL) + flows("is>ie"))),
        [("a", "cancel_uncaught")],
    ),
    "two definitions": (
        one(catch(timer("timeDuration", "PT1H") + message("m")), more=NAMED),
        [("a", "event_many_definitions")],
    ),
    "message reference": (one(catch(message("nope"))), [("a", "reference_missing")]),
    "message without reference": (one(catch("<messageEventDefinition/>")), [("a", "message_missing")]),
    "nameless message": (one(catch(message("nameless")), more=NAMED), [("a", "name_missing")]),
    "error end without code": (
        process(START + event("endEvent", "e", '<errorEventDefinition errorRef="none"/>'), "s>e", more=ERR),
        [("e", "error_without_code")],
    ),
    "error end without error": (
        process(START + event("endEvent", "e", "<errorEventDefinition/>"), "s>e"),
        [("e", "error_without_code")],
    ),
    "escalation without code": (
        one(event("intermediateThrowEvent", "a", "<escalationEventDefinition/>")),
        [("a", "escalation_without_code")],
    ),
    "timer without value": (one(catch("<timerEventDefinition/>")), [("a", "timer_empty")]),
    "timer with two values": (
        one(
            catch(
                "<timerEventDefinition><timeDate>2026-01-01</timeDate><timeDuration>PT1H</timeDuration></timerEventDefinition>"
            )
        ),
        [("a", "timer_empty")],
    ),
    "wrong duration": (one(catch(timer("timeDuration", "1 hour"))), [("a", "timer_wrong")]),
    "wrong date": (one(catch(timer("timeDate", "31/12/2026"))), [("a", "timer_wrong")]),
    "a cycle of no times": (
        process(event("startEvent", "s", timer("timeCycle", "R0/PT1H")) + END, "s>e"),
        [("s", "timer_wrong")],
    ),
    "cron": (process(event("startEvent", "s", timer("timeCycle", "0 0 8 * * ?")) + END, "s>e"), [("s", "timer_wrong")]),
    "link without target": (
        process(START + event("intermediateThrowEvent", "a", '<linkEventDefinition name="L"/>'), "s>a"),
        [("a", "link_unmatched")],
    ),
    "condition event without condition": (
        one(catch("<conditionalEventDefinition/>")),
        [("a", "event_needs_definition")],
    ),
    "event gateway to a task": (
        process(START + '<eventBasedGateway id="g"/>' + task("task", "a") + END, "s>g g>a a>e"),
        [("g", "event_gateway")],
    ),
    # structure
    "no start": (process(END), [("p", "no_start"), ("e", "unreachable")]),
    "two none starts": (process(START + '<startEvent id="s2"/>' + END, "s>e s2>e"), [("p", "many_starts")]),
    "unreachable": (process(START + task("task", "lost") + END, "s>e lost>e"), [("lost", "unreachable")]),
    "unreachable loop": (
        process(START + task("task", "l1") + task("task", "l2") + END, "s>e l1>l2 l2>l1"),
        [("l1", "unreachable"), ("l2", "unreachable")],
    ),
    "sub-process without start": (one(sub('<endEvent id="ie"/>')), [("a", "sub_process_start"), ("ie", "unreachable")]),
    "sub-process with two starts": (
        one(sub('<startEvent id="i1"/><startEvent id="i2"/><endEvent id="ie"/>', "i1>ie i2>ie")),
        [("a", "sub_process_start")],
    ),
    "flow across levels": (
        process(START + sub('<startEvent id="is"/><endEvent id="ie"/>', "is>ie") + END, "s>a a>e ie>e"),
        [("ie-e", "flow_dangling")],
    ),
    "flow to nothing": (process(START + END, "s>e s>nope"), [("s-nope", "flow_dangling")]),
    "flow into a start": (process(START + END + task("task", "a"), "s>a a>s a>e"), [("s", "flow_into")]),
    "flow out of an end": (process(START + END + task("task", "a"), "s>e e>a"), [("e", "flow_out")]),
    "gateway without a way out": (process(START + '<exclusiveGateway id="x"/>', "s>x"), [("x", "no_way_out")]),
    "listener in the flow": (
        process(START + listener(message("m")) + END, "s>l l>e", more=NAMED),
        [("l", "event_sub_process_flow"), ("e", "unreachable")][:1],
    ),
    "default of another": (
        process(
            START + '<exclusiveGateway id="x" default="s-x"/>' + END + '<endEvent id="e2"/>',
            "s>x",
            "x>e ${a}",
            "x>e2 ${b}",
        ),
        [("x", "default_wrong")],
    ),
    "condition on the default": (
        process(
            START + '<exclusiveGateway id="x" default="x-e"/>' + END + '<endEvent id="e2"/>',
            "s>x",
            "x>e ${a}",
            "x>e2 ${b}",
        ),
        [("x-e", "condition_on_default")],
    ),
    "condition on the only flow": (
        process(START + '<exclusiveGateway id="x"/>' + END, "s>x", "x>e ${a}"),
        [("x", "condition_on_only_flow")],
    ),
    "condition behind a parallel gateway": (
        process(START + '<parallelGateway id="x"/>' + END + '<endEvent id="e2"/>', "s>x x>e", "x>e2 ${a}"),
        [("x", "condition_meaningless")],
    ),
    "no condition": (
        process(START + '<exclusiveGateway id="x"/>' + END + '<endEvent id="e2"/>', "s>x x>e2", "x>e ${a}"),
        [("x-e2", "flow_without_condition")],
    ),
    "a join that waits for ever": (
        process(
            START
            + '<exclusiveGateway id="x" default="x-b"/>'
            + task("task", "a")
            + task("task", "b")
            + '<parallelGateway id="j"/>'
            + END,
            "s>x x>b a>j b>j j>e",
            "x>a ${y}",
        ),
        [("j", "join_never")],
    ),
    # ids and files
    "duplicate id": (process(START + task("task", "a") + task("userTask", "a") + END, LINE), [("a", "duplicate_id")]),
    "id with a blank": (process(START + '<task id="a b"/>' + END, "s>e"), [("a b", "bad_id"), ("a b", "unreachable")]),
    "process without id": (document('<process isExecutable="true"/>'), [("definitions", "process_without_id")]),
    "not executable": (document('<process id="p"/>'), [("definitions", "no_process")]),
    "camunda 8": (
        (
            HEAD.replace("<definitions", '<definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"')
            + "</definitions>"
        ).encode(),
        [("definitions", "camunda8")],
    ),
    "activiti": (
        (
            HEAD.replace("<definitions", '<definitions xmlns:activiti="http://activiti.org/bpmn" activiti:x="1"')
            + "</definitions>"
        ).encode(),
        [("definitions", "other_vendor")],
    ),
    "potential owner": (
        one(user("a").replace("></userTask>", "><potentialOwner/></userTask>")),
        [("a", "element_unsupported")],
    ),
    "start by a worked-out message": (
        process(event("startEvent", "s", message("m2")) + END, "s>e", more='<message id="m2" name="${x}"/>'),
        [("s", "start_name")],
    ),
    "event gateway to a repeated receive task": (
        process(
            START
            + '<eventBasedGateway id="g"/>'
            + task("receiveTask", "a", "<standardLoopCharacteristics loopMaximum='2'/>", messageRef="m")
            + END,
            "s>g g>a a>e",
            more=NAMED,
        ),
        [("g", "event_gateway")],
    ),
    "choreography inside": (process(START + '<choreographyTask id="a"/>' + END, "s>e"), [("a", "element_unsupported")]),
    # expressions
    "bad condition": (
        process(
            START + '<exclusiveGateway id="x" default="x-e"/>' + END + '<endEvent id="e2"/>', "s>x x>e", "x>e2 ${a ==}"
        ),
        [("x-e2", "expression_syntax")],
    ),
    "condition without expression": (
        process(
            START + '<exclusiveGateway id="x" default="x-e"/>' + END + '<endEvent id="e2"/>',
            "s>x x>e",
            "x>e2 yes or no=1",
        ).replace(b"${", b""),
        [("x-e2", "condition_literal")],
    ),
    "bad due date": (one(user("a", camunda_dueDate="next week")), [("a", "value_wrong")]),
    "bad priority": (one(user("a", camunda_priority="high")), [("a", "value_wrong")]),
    "bad cardinality": (one(loop("<loopCardinality>some</loopCardinality>")), [("a", "value_wrong")]),
    "bad completion": (
        one(loop("<loopCardinality>2</loopCardinality><completionCondition>done</completionCondition>")),
        [("a", "condition_literal")],
    ),
    "unknown FEEL function": (
        one(user("a", camunda_assignee="=string length(who(1))", camunda_priority="={f: function(x) x, r: f(1)}.r")),
        [("a", "function_unknown")],
    ),
    "unknown function": (one(user("a", camunda_dueDate="${days(3)}")), [("a", "function_unknown")]),
    "a share without a host": (one(user("a", camunda_dueDate="${deadline(80)}")), [("a", "deadline_misplaced")]),
    "another language": (
        process(
            START + '<exclusiveGateway id="x" default="x-e"/>' + END + '<endEvent id="e2"/>', "s>x x>e", "x>e2 ${a}"
        ).replace(b"<conditionExpression", b'<conditionExpression language="groovy"'),
        [("x-e2", "expression_language")],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_run_is_refused_by_name(case: str) -> None:
    data, expected = REFUSED[case]
    assert sorted(errors(data), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("case", REFUSED)
def test_every_problem_says_where_it_is_and_what_to_do(case: str) -> None:
    data, _ = REFUSED[case]
    for problem in check({"x.bpmn": data}):
        assert problem.file == "x.bpmn"
        assert problem.line is not None
        assert problem.line >= 1
        assert "Hãy" in problem.message
        assert "{" not in problem.message.replace("${", "")


POINTS = (
    *(
        f'camunda:{name}="{{}}"'
        for name in ("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate")
    ),
    'camunda:priority="{}"',
    'camunda:formKey="{}"',
    'name="{}"',
)


@pytest.mark.parametrize("text", ["${", "${a +}", "=1 +", "${a.b()}", "${'}"])
@pytest.mark.parametrize("point", POINTS)
def test_expressions_that_do_not_parse_are_found_everywhere(point: str, text: str) -> None:
    assert errors(one(f'<userTask id="a" {point.replace("{}", text)}/>'))[0] == ("a", "expression_syntax")


@pytest.mark.parametrize(
    "drawn",
    [
        external("a", "${"),
        task("callActivity", "a", calledElement="${"),
        task("businessRuleTask", "a", camunda_decisionRef="${"),
        task("task", "a", io({"x": "${"})),
        task("task", "a", io({}, {"x": "${"})),
        task(
            "task",
            "a",
            io(
                inner='<camunda:inputParameter name="x"><camunda:map>'
                '<camunda:entry key="k">${</camunda:entry></camunda:map></camunda:inputParameter>'
            ),
        ),
        task(
            "task", "a", extensions('<camunda:properties><camunda:property name="x" value="${"/></camunda:properties>')
        ),
        task("callActivity", "a", extensions('<camunda:in sourceExpression="${" target="x"/>'), calledElement="p"),
        task("callActivity", "a", extensions('<camunda:in businessKey="${"/>'), calledElement="p"),
        loop("", 'camunda:collection="${"'),
        loop("<loopCardinality>${</loopCardinality>"),
        loop("<loopCardinality>2</loopCardinality><completionCondition>${</completionCondition>"),
        catch(timer("timeDate", "${")),
        catch(timer("timeDuration", "${")),
        catch("<conditionalEventDefinition><condition>${</condition></conditionalEventDefinition>"),
        catch(message("broken")),
        catch('<signalEventDefinition signalRef="brokensig"/>'),
    ],
)
def test_expressions_of_every_element_are_parsed(drawn: str) -> None:
    data = one(drawn, more='<message id="broken" name="${"/><signal id="brokensig" name="${"/>')
    assert ("a", "expression_syntax") in errors(data)


def test_every_problem_at_once() -> None:
    data = process(
        START
        + task("serviceTask", "a")
        + task("scriptTask", "b")
        + '<complexGateway id="c"/>'
        + user("d", camunda_dueDate="${")
        + END,
        "s>a a>b b>c c>d d>e",
    )
    found = {code for _, code in errors(data)}
    assert {
        "service_not_external",
        "script_language",
        "script_without_result",
        "complex_gateway",
        "expression_syntax",
    } <= found


def test_warnings() -> None:
    assert warnings(one(user("a"))) == [("a", "no_due_date")]
    drawn = user("a", camunda_dueDate="P1D", camunda_candidateGroups="unit_clerk, nobody", camunda_taskPriority="1")
    assert sorted(warnings(one(drawn), groups={"unit_clerk"})) == [("a", "attribute_ignored"), ("a", "group_unknown")]
    assert warnings(one(catch(timer("timeCycle", "R3/PT1H")))) == [("a", "cycle_once")]
    assert [p.code for p in check({"x.bpmn": process(START + END, "s>e")})] == ["no_drawing"]


def test_what_the_application_offers() -> None:
    data = one(user("a", camunda_dueDate="P1D", camunda_formKey="form:known"))
    assert errors(data, form_keys={"form:known"}) == []
    assert errors(data, form_keys={"form:"}) == []
    assert errors(data, form_keys=set()) == [("a", "form_key_unknown")]
    begun = data.replace(b"isExecutable", b'camunda:candidateStarterGroups="clerks, nobody" isExecutable')
    assert ("p", "group_unknown") in warnings(begun, groups={"clerks"})
    assert ("p", "group_unknown") not in warnings(begun, groups={"clerks", "nobody"})
    work = one(external("a", "notify:mail"))
    assert errors(work, topics={"notify:"}) == []
    assert errors(work, topics={"other"}) == [("a", "topic_unknown")]


def test_references_may_be_in_the_same_files_or_deployed() -> None:
    caller = one(task("callActivity", "a", calledElement="q") + user("u", camunda_formRef="f")).replace(
        b'targetRef="e"', b'targetRef="u"'
    )
    caller = caller.replace(b"</process>", flows("u>e").encode() + b"</process>")
    called = process(START + END, "s>e", key="q")
    form = b'{"id": "f", "components": []}'
    files = {"p.bpmn": caller, "q.bpmn": called, "f.form": form}
    assert [p for p in check(files) if p.severity == "error"] == []
    shelf = Shelf()
    shelf.deploy({"q.bpmn": called, "f.form": form})
    assert [p for p in check({"p.bpmn": caller}, deployed=shelf) if p.severity == "error"] == []


@pytest.mark.parametrize(("version", "found"), [("1", []), ("2", [("a", "call_unknown")]), ("${n}", [])])
def test_a_called_version_is_there_or_refused(version: str, found: list[tuple[str, str]]) -> None:
    how = {"camunda_calledElementBinding": "version", "camunda_calledElementVersion": version}
    shelf = Shelf()
    shelf.deploy({"q.bpmn": process(START + END, "s>e", key="q")})
    assert errors(one(task("callActivity", "a", calledElement="q", **how)), deployed=shelf) == found


def test_one_key_in_two_files_is_refused() -> None:
    data = process(START + END, "s>e")
    assert [p.code for p in check({"a.bpmn": data, "b.bpmn": data}) if p.severity == "error"] == ["duplicate_process"]


def test_a_message_begins_one_process_whatever_is_deployed_already() -> None:
    """As in Camunda; a new version of the process that it begins may keep it."""
    begun = event("startEvent", "s", message("m")) + END
    first, second = (process(begun, "s>e", key=key, more='<message id="m" name="ping"/>') for key in ("p", "q"))
    shelf = Shelf()
    shelf.deploy({"p.bpmn": first})
    assert errors(first, deployed=shelf) == []
    assert errors(second, deployed=shelf) == [("s", "start_twice")]
    freed = process(START + END, "s>e")
    assert [p for p in check({"p.bpmn": freed, "q.bpmn": second}, deployed=shelf) if p.severity == "error"] == []


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"components": 1}', b'{"components": []}', b"\xff", b'{"id": 1, "components": []}']
)
def test_broken_forms(data: bytes) -> None:
    assert [p.code for p in check({"x.form": data})] == ["form_broken"]


def test_other_files_are_refused() -> None:
    assert [p.code for p in check({"x.exe": b""})] == ["file_kind"]


def test_every_code_has_a_sentence() -> None:
    for code in messages.MESSAGES:
        assert messages.message(code, **dict.fromkeys(_fields(code), "x"))
    assert set(messages.MESSAGES) >= messages.WARNINGS


def _fields(code: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(messages.MESSAGES[code]) if name]


def test_what_is_accepted_can_be_read() -> None:
    """The check and the reader agree on every case here: only our own errors come out."""
    for data, expected in REFUSED.values():
        if not expected:
            programs(data)
            continue
        try:
            programs(data)
        except WorkflowError:
            continue


FRAGMENTS = st.sampled_from(
    (
        START,
        END,
        task("task", "a"),
        user("b"),
        '<exclusiveGateway id="x"/>',
        "<process/>",
        '<subProcess id="q"/>',
        '<boundaryEvent id="bb"/>',
        "<timerEventDefinition/>",
        flows("s>a"),
        flows("a>e"),
        flows("q>q"),
        "<x:y/>",
        "<sequenceFlow/>",
        extensions("<camunda:inputOutput/>"),
        '<laneSet id="l"><lane/></laneSet>',
        event("startEvent", "s2", message("?")),
        "&amp;",
        "<!-- -->",
        "<?pi?>",
        "<multiInstanceLoopCharacteristics/>",
        event("intermediateThrowEvent", "it", "<linkEventDefinition/>"),
    )
)


@settings(max_examples=200, deadline=None)
@given(st.lists(FRAGMENTS, max_size=12), st.booleans())
def test_the_check_never_raises(parts: list[str], nested: bool) -> None:
    inner = "".join(parts)
    drawn = f'<process id="p" isExecutable="true">{f"<subProcess>{inner}</subProcess>" if nested else inner}</process>'
    check({"x.bpmn": document(drawn), "x.dmn": document(drawn), "x.form": drawn.encode()})


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_never_raise(data: bytes) -> None:
    check({"x.bpmn": data, "y.bpmn": HEAD.encode() + data + b"</definitions>", "x.dmn": data, "x.form": data})


def test_many_warnings_hide_no_error() -> None:
    """What comes after a thousand remarks is still refused: no step of this chain has a due date."""
    names = [f"u{number}" for number in range(1_200)]
    steps = "".join(user(name) for name in names[:-1]) + user(names[-1], camunda_dueDate="${workdays(3")
    chain = [f"{source}>{target}" for source, target in pairwise(["s", *names, "e"])]
    drawn = process(START + steps + END, *chain)
    assert len(warnings(drawn)) >= 900
    assert errors(drawn) == [("u1199", "expression_syntax")]
