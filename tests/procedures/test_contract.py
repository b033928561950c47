"""What the diagrams owe to the application: ids, roles, due dates, timers, messages, settings of deployment."""

from __future__ import annotations

import pytest

from service.people.roles import ROLES
from service.wiring import build_registry
from tests.procedures.drawing import NAMESPACES, Drawing
from tests.procedures.files import DIAGRAMS, everything
from workflows.lint import check

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
TIMER = "bpmn:timerEventDefinition/bpmn:timeDate"

STEPS = {
    "award_round": "draft_guidance sign_guidance break_tie sign_list office_check fix_lines chair_decision "
    "number_decision settle_awards",
    "unit_submission": "prepare sign_submission send_submission intake supplement appraise confirm_appraisal "
    "waive_late",
    "council_session": "convene reconvene record_votes minutes approve_minutes",
    "agency_consultation": "consult",
    "ad_hoc_award": "file_case head_decides unit_commendation supplement_case ad_hoc_intake verify division_review "
    "director_sign office_check_case chair_decides number_case",
}
MESSAGES = {
    "award_round": {"unit_invited", "submission_settled", "pool_frozen", "round_result"},
    "unit_submission": {"unit_invited", "submission_settled", "pool_frozen", "round_result", "submission_withdrawn"},
}


@pytest.fixture(params=DIAGRAMS)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return Drawing(request.param)


def key_of(drawing: Drawing) -> str:
    return drawing.find("//bpmn:process")[0].get("id", "")


def test_the_application_accepts_the_whole_set_and_uses_all_it_offers() -> None:
    registry = build_registry()
    assert check(everything(), groups=ROLES, form_keys=registry.tasks, topics=registry.topics) == []
    drawings = [Drawing(name) for name in DIAGRAMS]
    assert {key for one in drawings for key in _values(one, "formKey")} == registry.tasks.keys()
    assert {topic for one in drawings for topic in _values(one, "topic")} == registry.topics.keys()


def _values(drawing: Drawing, attribute: str) -> set[str]:
    return {element.get(CAMUNDA + attribute, "") for element in drawing.find(f"//*[@camunda:{attribute}]")}


def test_every_process_is_executable_and_kept_ten_years(drawing: Drawing) -> None:
    [process] = drawing.find("//bpmn:process")
    assert process.get("isExecutable") == "true"
    assert process.get(CAMUNDA + "historyTimeToLive") == "P3650D"
    assert drawing.root.get("{http://camunda.org/schema/modeler/1.0}executionPlatformVersion") == "7.24.0"


def test_steps_and_messages_have_their_names(drawing: Drawing) -> None:
    assert {task.get("id") for task in drawing.find("//bpmn:userTask")} == set(STEPS[key_of(drawing)].split())
    named = {message.get("name") for message in drawing.find("//bpmn:message")}
    assert named == MESSAGES.get(key_of(drawing), set())


def test_every_user_task_has_a_role_a_form_and_working_days(drawing: Drawing) -> None:
    for task in drawing.find("//bpmn:userTask"):
        groups = task.get(CAMUNDA + "candidateGroups", "").split(",")
        assert set(groups) <= ROLES.keys() | {"${chair_group}", "${tie_chair_group}"}
        assert task.get(CAMUNDA + "formKey", "").startswith("awards:")
        assert task.get(CAMUNDA + "dueDate", "").startswith("${workdays(")


def test_every_user_task_warns_and_escalates(drawing: Drawing) -> None:
    for task in drawing.find("//bpmn:userTask"):
        element = task.get("id")
        timers = {
            event.findtext(TIMER, namespaces=NAMESPACES): event
            for event in drawing.find(f"//bpmn:boundaryEvent[@attachedToRef='{element}']")
        }
        assert timers.keys() == {"${deadline(80)}", "${deadline(100)}"}
        for percent, topic in ((80, "notify:warn"), (100, "notify:escalate")):
            event = timers[f"${{deadline({percent})}}"]
            if event.get("cancelActivity") == "false":
                assert _ends_at(drawing, event.get("id", "")) == (topic, element)
            else:
                assert (element, percent) == ("supplement", 100), "only a supplement can run out"


def _ends_at(drawing: Drawing, event: str) -> tuple[str, str | None]:
    """The topic of the end event behind a boundary event, and the step it names."""
    [end] = drawing.find(f"//bpmn:endEvent[@id = //bpmn:sequenceFlow[@sourceRef = '{event}']/@targetRef]")
    definition = end.find("bpmn:messageEventDefinition", NAMESPACES)
    assert definition is not None
    assert definition.get(CAMUNDA + "type") == "external"
    return definition.get(CAMUNDA + "topic", ""), end.findtext(".//camunda:inputParameter", namespaces=NAMESPACES)


def test_everything_a_person_reads_is_vietnamese(drawing: Drawing) -> None:
    """A name without one accented letter is not Vietnamese."""
    shown = drawing.find("//bpmn:participant | //bpmn:lane | //bpmn:process | //bpmn:process//*[@id and @name]")
    names = {element.get("name", "") for element in shown} - {""}
    assert names
    assert [name for name in names if name.isascii()] == []
