"""What the Modeler can write and the engine does not run, with a diagram for each; and the list of everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.workflows.engine.diagrams import boundary, event, extensions, external, process, task, user

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


@dataclass(frozen=True, kw_only=True)
class Other:
    """One row of the table that is not honoured. `word` stands in the problem's sentence."""

    name: str
    where: str
    status: Literal["warned", "refused"]
    code: str
    data: bytes
    word: str
    element: str = "a"


def _in(nodes: str, *drawn: str, more: str = "") -> bytes:
    return process(START + nodes + END, *(drawn or ("s>a a>e",)), more=more)


def _ignored(attribute: str, where: str, data: bytes, *, element: str = "a", name: str = "") -> Other:
    return Other(
        name=name or f"camunda:{attribute}",
        where=where,
        status="warned",
        code="attribute_ignored",
        data=data,
        word=attribute.strip("<>").removeprefix("camunda:"),
        element=element,
    )


def _refused(name: str, where: str, code: str, data: bytes, word: str = "", element: str = "a") -> Other:
    return Other(name=name, where=where, status="refused", code=code, data=data, word=word, element=element)


def _on_process(attribute: str, value: str) -> bytes:
    return process(START + END, "s>e").replace(b"<process ", f'<process camunda:{attribute}="{value}" '.encode())


SERVICE = "serviceTask"
LISTENER = '<camunda:executionListener event="start" expression="${1}"/>'
OTHERS = (
    _refused(
        "camunda:class",
        "service, send, rule task, message event",
        "java",
        _in(task(SERVICE, "a", camunda_class="a.B")),
        "camunda:class",
    ),
    _refused(
        "camunda:delegateExpression",
        "service, send, rule task, message event",
        "java",
        _in(task(SERVICE, "a", camunda_delegateExpression="${b}")),
        "camunda:delegateExpression",
    ),
    _refused(
        "camunda:expression",
        "service, send, rule task, message event",
        "java",
        _in(task(SERVICE, "a", camunda_expression="${b.c}")),
        "camunda:expression",
    ),
    _refused(
        "camunda:resource",
        "script task, condition",
        "resource_unsupported",
        _in(task("scriptTask", "a", scriptFormat="feel", camunda_resource="a.js", camunda_resultVariable="x")),
    ),
    _refused(
        "camunda:variableMappingClass",
        "call activity",
        "java",
        _in(task("callActivity", "a", calledElement="p", camunda_variableMappingClass="a.B")),
        "variableMappingClass",
    ),
    _refused(
        "camunda:variableMappingDelegateExpression",
        "call activity",
        "java",
        _in(task("callActivity", "a", calledElement="p", camunda_variableMappingDelegateExpression="${b}")),
        "variableMappingDelegateExpression",
    ),
    _refused(
        "<camunda:executionListener>",
        "everything, sequence flows too",
        "listener",
        _in(task("task", "a", extensions(LISTENER))),
    ),
    _refused(
        "<camunda:executionListener> (flow)",
        "sequence flow",
        "listener",
        _in(task("task", "a")).replace(b'targetRef="a"></', f'targetRef="a">{extensions(LISTENER)}</'.encode()),
        element="s-a",
    ),
    _refused(
        "<camunda:taskListener>",
        "user task",
        "listener",
        _in(task("userTask", "a", extensions('<camunda:taskListener event="create" class="a.B"/>'))),
    ),
    _refused(
        "<camunda:connector>",
        "service, send, rule task, message event",
        "connector",
        _in(external("a", "t", extensions("<camunda:connector/>"))),
    ),
    _refused(
        "<camunda:field>",
        "service, send, rule task, listeners",
        "java",
        _in(external("a", "t", extensions('<camunda:field name="x"/>'))),
        "camunda:field",
    ),
    _refused(
        "<camunda:errorEventDefinition>",
        "service task",
        "error_mapping",
        _in(external("a", "t", extensions('<camunda:errorEventDefinition expression="${true}"/>'))),
    ),
    _refused(
        "<camunda:script> (parameter)",
        "input and output parameters",
        "parameter_script",
        _in(
            external(
                "a",
                "t",
                extensions(
                    '<camunda:inputOutput><camunda:inputParameter name="x"><camunda:script '
                    'scriptFormat="groovy">1</camunda:script></camunda:inputParameter></camunda:inputOutput>'
                ),
            )
        ),
    ),
    _refused(
        "camunda:calledElementVersionTag",
        "call activity",
        "binding",
        _in(
            task(
                "callActivity",
                "a",
                calledElement="p",
                camunda_calledElementBinding="versionTag",
                camunda_calledElementVersionTag="1",
            )
        ),
        "versionTag",
    ),
    _refused(
        "camunda:decisionRefVersionTag",
        "business rule task",
        "binding",
        _in(
            task(
                "businessRuleTask",
                "a",
                camunda_decisionRef="d",
                camunda_decisionRefBinding="versionTag",
                camunda_decisionRefVersionTag="1",
            )
        ),
        "versionTag",
    ),
    _refused(
        "camunda:caseRef",
        "call activity",
        "call_without_target",
        _in(task("callActivity", "a", camunda_caseRef="case")),
    ),
    _refused(
        "camunda:asyncBefore (boundary)",
        "boundary event",
        "async_misplaced",
        _in(
            user("a")
            + event(
                "boundaryEvent",
                "b",
                "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
                attachedToRef="a",
                camunda_asyncBefore="true",
            ),
            "s>a a>e b>e",
        ),
        element="b",
    ),
    _ignored(
        "caseBinding", "call activity", _in(task("callActivity", "a", calledElement="p", camunda_caseBinding="latest"))
    ),
    _ignored(
        "caseVersion", "call activity", _in(task("callActivity", "a", calledElement="p", camunda_caseVersion="1"))
    ),
    _ignored(
        "caseTenantId", "call activity", _in(task("callActivity", "a", calledElement="p", camunda_caseTenantId="t"))
    ),
    _ignored(
        "calledElementTenantId",
        "call activity",
        _in(task("callActivity", "a", calledElement="p", camunda_calledElementTenantId="t")),
    ),
    _ignored(
        "decisionRefTenantId",
        "business rule task",
        _in(task("businessRuleTask", "a", camunda_decisionRef="d", camunda_decisionRefTenantId="t")),
    ),
    _ignored("candidateStarterUsers", "process", _on_process("candidateStarterUsers", "an"), element="p"),
    _ignored("jobPriority", "process, everything asynchronous", _on_process("jobPriority", "5"), element="p"),
    _ignored("taskPriority", "process, external tasks", _on_process("taskPriority", "5"), element="p"),
    _ignored("formHandlerClass", "start event, user task", _in(user("a", camunda_formHandlerClass="a.B"))),
    _ignored(
        "formKey",
        "start event",
        process('<startEvent id="s" camunda:formKey="f"/>' + END, "s>e"),
        element="s",
        name="camunda:formKey (start event)",
    ),
    _ignored(
        "async",
        "signal event",
        _in(
            event("intermediateThrowEvent", "a", '<signalEventDefinition signalRef="g" camunda:async="true"/>'),
            more='<signal id="g" name="bell"/>',
        ),
        name="camunda:async (signal event)",
    ),
    _ignored(
        "resultVariable",
        "service and send task",
        _in(task(SERVICE, "a", camunda_type="external", camunda_topic="t", camunda_resultVariable="x")),
        name="camunda:resultVariable (service task)",
    ),
    _ignored(
        "failedJobRetryTimeCycle",
        "what neither a worker does nor is asynchronous",
        _in(
            task("task", "a", extensions("<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>"))
        ),
        name="<camunda:failedJobRetryTimeCycle> (neither a worker's nor asynchronous)",
    ),
    _ignored(
        "<camunda:potentialStarter>",
        "process",
        process(extensions("<camunda:potentialStarter/>") + START + END, "s>e"),
        element="p",
        name="<camunda:potentialStarter>",
    ),
    _ignored(
        "<camunda:formProperty>",
        "start event, user task",
        _in(task("userTask", "a", extensions('<camunda:formProperty id="x"/>'))),
        name="<camunda:formProperty>",
    ),
    _ignored(
        "<camunda:formData>",
        "start event",
        process(f'<startEvent id="s">{extensions("<camunda:formData/>")}</startEvent>' + END, "s>e"),
        element="s",
        name="<camunda:formData> (start event)",
    ),
    _refused("gateway: complex", "", "complex_gateway", _in('<complexGateway id="a"/>')),
    _refused(
        "activity: ad-hoc sub-process",
        "",
        "ad_hoc",
        _in(f'<adHocSubProcess id="a">{task("task", "t")}</adHocSubProcess>'),
    ),
    _refused("activity: compensation", "task, event", "compensation", _in(task("task", "a", isForCompensation="true"))),
    _refused(
        "throw, end, boundary: compensation",
        "",
        "compensation",
        _in(event("intermediateThrowEvent", "a", "<compensateEventDefinition/>")),
    ),
    _refused(
        "start: conditional, error, escalation at the process",
        "only in event sub-processes",
        "event_kind",
        process(
            event("startEvent", "s", '<errorEventDefinition errorRef="x"/>') + END,
            "s>e",
            more='<error id="x" name="X" errorCode="X"/>',
        ),
        element="s",
    ),
    _refused(
        "timer: cron",
        "cycles",
        "timer_wrong",
        process(
            event("startEvent", "s", "<timerEventDefinition><timeCycle>0 0 8 * * ?</timeCycle></timerEventDefinition>")
            + END,
            "s>e",
        ),
        "cron",
        element="s",
    ),
    _refused(
        "task: script in another language",
        "",
        "script_language",
        _in(task("scriptTask", "a", "<script>1</script>", scriptFormat="javascript", camunda_resultVariable="x")),
        "javascript",
    ),
    _refused("task: service that is not external", "", "service_not_external", _in(task(SERVICE, "a"))),
    _refused(
        "boundary: link, none",
        "",
        "event_needs_definition",
        _in(user("a") + boundary("b", "a", ""), "s>a a>e b>e"),
        element="b",
    ),
)
HARMLESS = {
    "camunda:diagramRelationId": "of the Modeler",
    "camunda:exclusive": "commands on one instance never run at once here",
    "camunda:isStartableInTasklist": "of Camunda's Tasklist",
    "camunda:modelerTemplate": "of the Modeler",
    "camunda:modelerTemplateVersion": "of the Modeler",
}
INSIDE = {
    "<camunda:property>": "camunda:properties",
    "<camunda:list>": "camunda:inputOutput",
    "<camunda:map>": "camunda:inputOutput",
    "<camunda:formField>": "camunda:formData",
    "<camunda:validation>": "camunda:formData",
    "<camunda:constraint>": "camunda:formData",
}
"""Parts of something that has a row of its own."""
ELEMENT_ROWS = {
    "<camunda:in>": "camunda:in",
    "<camunda:out>": "camunda:out",
    "<camunda:inOutBinding>": "camunda:in",
    "<camunda:properties>": "camunda:properties",
    "<camunda:inputOutput>": "camunda:inputOutput",
    "<camunda:formData>": "camunda:formData",
    "<camunda:failedJobRetryTimeCycle>": "camunda:failedJobRetryTimeCycle",
}
"""Extension elements that are honoured -> their row."""
HONOURED = (
    "camunda:assignee camunda:async camunda:asyncAfter camunda:asyncBefore camunda:calledElementBinding "
    "camunda:calledElementVersion camunda:candidateGroups camunda:candidateStarterGroups camunda:candidateUsers "
    "camunda:collection camunda:decisionRef camunda:decisionRefBinding camunda:decisionRefVersion camunda:dueDate "
    "camunda:elementVariable camunda:errorCodeVariable camunda:errorMessage camunda:errorMessageVariable "
    "camunda:escalationCodeVariable camunda:followUpDate camunda:formKey camunda:formRef camunda:formRefBinding "
    "camunda:formRefVersion camunda:historyTimeToLive camunda:initiator camunda:mapDecisionResult camunda:priority "
    "camunda:resultVariable camunda:topic camunda:type camunda:variableEvents camunda:variableName camunda:versionTag"
).split()
UNIVERSE = frozenset([*HONOURED, *HARMLESS, *INSIDE, *ELEMENT_ROWS, *(other.name for other in OTHERS)])
