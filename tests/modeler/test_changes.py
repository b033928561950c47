"""A process owner changes a step, a table's cell and a form's field in the Modeler; people walk the changed path."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.people.demo import DEMO_PASSWORD
from tests.journeys.people import NAMES, Office
from tests.journeys.test_annual_round import picture
from tests.modeler.conftest import Modeler
from tests.support.diagrams import diagram, flow, gateway, sequence, start, user
from tests.support.installation import Installation

BPMN = Path(__file__).parents[2] / "bpmn"
CASE = BPMN / "awards" / "ad_hoc_award.bpmn"
TEMPLATES = BPMN / ".camunda" / "element-templates"
RENAMED, ADDED = "Lập tờ trình khen thưởng đột xuất", "Lấy ý kiến của tổ dân phố"

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="limits" name="Mức" namespace="http://trinh.test">
  <decision id="limit" name="Ai duyệt">
    <decisionTable id="table" hitPolicy="FIRST">
      <input id="days" label="Số ngày">
        <inputExpression id="of" typeRef="number"><text>days</text></inputExpression></input>
      <output id="who" label="Người duyệt" name="who" typeRef="string" />
      <rule id="long"><inputEntry id="long_in"><text>&gt; 5</text></inputEntry>
        <outputEntry id="long_out"><text>"director"</text></outputEntry></rule>
      <rule id="short"><inputEntry id="short_in"><text></text></inputEntry>
        <outputEntry id="short_out"><text>"head"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""
FORM = {
    "id": "ask_leave",
    "type": "default",
    "schemaVersion": 19,
    "components": [
        {"type": "number", "id": "Field_days", "key": "days", "label": "Số ngày", "validate": {"required": True}},
        {"type": "textfield", "id": "Field_reason", "key": "reason", "label": "Lý do"},
    ],
}
RULE = (
    '<bpmn:businessRuleTask id="rule" name="Ai duyệt" camunda:decisionRef="limit" camunda:resultVariable="who" '
    'camunda:mapDecisionResult="singleEntry"/>'
)


def leave() -> bytes:
    """A form, then a table that says who decides."""
    asked = user("ask", due="${workdays(3)}", attributes='camunda:formRef="ask_leave" camunda:formRefBinding="latest"')
    body = sequence("start", asked, RULE, gateway("which"), before=start())
    body += user("director", "snv_director", due="${workdays(2)}") + user("head", "unit_head", due="${workdays(2)}")
    body += gateway("done") + '<bpmn:endEvent id="end"/>'
    body += flow("which", "director", "${who == 'director'}") + flow("which", "head", "${who == 'head'}")
    body += flow("director", "done") + flow("head", "done") + flow("done", "end")
    return diagram("leave", body, name="Xin nghỉ phép")


@pytest.fixture
def served(sqlite_demo: Installation) -> Iterator[tuple[Installation, str]]:
    """The demo, served; and an owner who is a unit's clerk as well, as a process owner of a unit may be."""
    roles = ("--role", "process_owner", "--role", "unit_clerk@00070")
    sqlite_demo.run("user", "add", "lan", "--name", "Nguyễn Thị Lan", *roles, "--no-password")
    with sqlite_demo.serving("--worker") as address:
        yield sqlite_demo, address


def token(installation: Installation, user_name: str) -> str:
    found = re.search(r"^trinh_\S+$", installation.run("token", "create", user_name), re.MULTILINE)
    assert found is not None
    return f"Bearer {found[0]}"


def basic(user_name: str) -> str:
    return "Basic " + base64.b64encode(f"{user_name}:{DEMO_PASSWORD}".encode()).decode()


def deploys(modeler: Modeler, address: str, known: str, **files: str) -> dict[str, Any]:
    """Probe, check, version, deploy, as the button does it; the answer."""
    engine = f"{address}/engine-rest"
    assert modeler.calls("request", engine, "/deployment?maxResults=0", None)["status"] == 401
    assert modeler.calls("request", engine, "/deployment?maxResults=0", known)["status"] == 200
    assert modeler.calls("request", engine, "/version", known)["body"] == {"version": "7.24.0"}
    sent = [{"file": name.replace("__", "."), "content": content} for name, content in files.items()]
    answer = modeler.calls("deploy", engine, known, "Bản sửa", sent)
    assert answer["status"] == 200, answer
    deployed: dict[str, Any] = answer["body"]
    return deployed


def test_a_step_renamed_a_due_date_changed_a_task_added(
    served: tuple[Installation, str],
    modeler: Modeler,
    new_page: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    installation, address = served
    known = token(installation, "lan")
    assert modeler.opens("Bpmn", CASE.name, CASE.read_text("utf-8")) == []
    templates = [json.loads(path.read_text("utf-8")) for path in sorted(TEMPLATES.glob("*.json"))]
    assert modeler.calls("useTemplates", templates) == []

    modeler.shows("head_decides")
    modeler.takes_picture(picture(tmp_path, "quy-trinh-mo-so-do"))
    modeler.calls("select", "file_case")
    modeler.types("name", RENAMED)
    modeler.types("dueDate", "${workdays(4)}")
    modeler.takes_picture(picture(tmp_path, "quy-trinh-sua-han"))
    modeler.calls("makeSpace", "head_decides", 220)
    added = modeler.calls("addBetween", "file_case", "head_decides", "bpmn:UserTask")
    added = modeler.calls("applyTemplate", added, "vn.hanoi.trinh.unit-task")
    modeler.calls("select", added)
    modeler.shows(added)
    modeler.types("custom-entry-vn.hanoi.trinh.unit-task-work-0", ADDED)
    modeler.chooses("Hạn xử lý", "2 ngày làm việc")
    modeler.page.wait_for_function("id => Modeler.attribute(id, 'camunda:dueDate') === '${workdays(2)}'", arg=added)
    modeler.page.wait_for_function("() => Modeler.attribute('file_case', 'camunda:dueDate') === '${workdays(4)}'")
    assert modeler.calls("attribute", "file_case", "name") == RENAMED
    assert modeler.calls("attribute", added, "name") == ADDED
    modeler.takes_picture(picture(tmp_path, "quy-trinh-them-viec"))

    written = modeler.calls("exportFile", CASE.name)
    deployed = deploys(modeler, address, known, ad_hoc_award__bpmn=written)
    (definition,) = deployed["deployedProcessDefinitions"].values()
    assert (definition["key"], definition["version"]) == ("ad_hoc_award", 2)
    again = deploys(modeler, address, known, ad_hoc_award__bpmn=written)
    assert again["deployedProcessDefinitions"] == deployed["deployedProcessDefinitions"]
    begun = modeler.calls("start", f"{address}/engine-rest", known, definition["id"], None)
    assert begun["status"] == 200, begun

    names = {**NAMES, "file_case": RENAMED, "added": ADDED}
    for step, name in names.items():
        monkeypatch.setitem(NAMES, step, name)
    office = Office(new_page, address)
    clerk = office["vanthu.hoankiem"]
    clerk.open_task("DXT-", "file_case")
    code = re.search(r"DXT-\d{4}-\d{4}", clerk.page.inner_text("main"))
    assert code is not None
    clerk.fills(DEED)
    clerk.sends()
    report = {"report": "Tổ dân phố nhất trí đề nghị khen thưởng."}
    clerk.does(code[0], "added", report, picture=picture(tmp_path, "quy-trinh-viec-moi"))
    decided = {
        "decision": "unit_only",
        "grounds": ["unexpected"],
        "ground": "Mưa ngập không dự báo trước, cần khen thưởng kịp thời để nêu gương.",
    }
    office["chutich.hoankiem"].does(code[0], "head_decides", decided)
    clerk.does(code[0], "unit_commendation", {"decision_number": "215/QĐ-UBND"})
    clerk.opens_dossier(code[0])
    expect(clerk.page.locator("main")).to_contain_text(ADDED)
    expect(clerk.page.locator("main")).to_contain_text("Đã kết thúc")
    clerk.takes_picture(picture(tmp_path, "quy-trinh-ho-so"))
    owner = office["quytrinh"]
    owner.page.goto(f"{address}/quy-trinh/{definition['id']}")
    owner.takes_picture(picture(tmp_path, "quy-trinh-ban-moi"))
    broken = written.replace("${workdays(2)}", "${workdays(2}")
    sent = [{"file": CASE.name, "content": broken}]
    refused = modeler.calls("deploy", f"{address}/engine-rest", known, "Bản hỏng", sent)
    assert (refused["status"], refused["body"]["type"]) == (400, "ParseException")
    assert f"phần tử {added}: " in refused["body"]["message"]
    owner.page.goto(f"{address}/quy-trinh")
    owner.page.locator("p.facts a", has_text="Camunda Modeler").click()
    owner.takes_picture(picture(tmp_path, "quy-trinh-bao-cao"))
    owner.page.goto(f"{address}/quy-trinh")
    owner.takes_picture(picture(tmp_path, "quy-trinh-thu-vien"))


DEED = {
    "deed": "Trong đợt mưa ngập đã giải quyết tại chỗ 312 hồ sơ hành chính cho người dân vùng ngập.",
    "deed_on": "20/11/2026",
    "letter_number": "91/TTr-UBND",
    "nominees": [
        {
            "subject_name": "Nguyễn Thị Thảo",
            "subject_kind": "individual",
            "subject_title": "Công chức tư pháp - hộ tịch",
            "award_form": "city_merit_certificate",
            "exemplary": True,
            "report_template": "mau_06",
            "report": "Trực liên tục ba ngày, cấp giấy tờ tại chỗ cho người dân trong vùng ngập.",
            "justification": "Thành tích lập được trong hoàn cảnh đột xuất.",
        }
    ],
}


class Leaves:
    """The small process of a form and a table, walked through the Camunda face."""

    def __init__(self, modeler: Modeler, address: str, installation: Installation) -> None:
        self.modeler, self.address = modeler, f"{address}/engine-rest"
        self.clerk, self.head = (token(installation, name) for name in ("vanthu.hoankiem", "chutich.hoankiem"))
        self.director = token(installation, "giamdoc")

    def asks(self, key: str, **answers: Any) -> dict[str, Any]:
        """Start, and complete the first step with these answers; what came of the latter."""
        begun = self.post(self.clerk, "/process-definition/key/leave/start", {"businessKey": key})
        assert begun["status"] == 200, begun
        (task,) = self.tasks(self.clerk, key)
        variables = {name: {"value": value} for name, value in answers.items()}
        return self.post(
            self.clerk, f"/task/{task['id']}/complete", {"variables": variables, "withVariablesInReturn": True}
        )

    def tasks(self, who: str, key: str) -> list[dict[str, Any]]:
        path = f"/task?processInstanceBusinessKey={key}"
        found: list[dict[str, Any]] = self.modeler.calls("request", self.address, path, who)["body"]
        return found

    def ends(self, who: str, key: str) -> None:
        """The last step, and the dossier is over."""
        (task,) = self.tasks(who, key)
        done = self.post(who, f"/task/{task['id']}/complete", {"variables": {}, "withVariablesInReturn": True})
        assert done["status"] == 200, done
        assert [self.tasks(each, key) for each in (self.clerk, self.head, self.director)] == [[], [], []]

    def post(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        options = {"method": "POST", "body": json.dumps(body), "headers": {"content-type": "application/json"}}
        answer: dict[str, Any] = self.modeler.calls("request", self.address, path, who, options)
        return answer


def test_a_cell_and_a_field_changed(served: tuple[Installation, str], modeler: Modeler) -> None:
    installation, address = served
    known = basic("quytrinh")
    modeler.opens("Dmn", "muc.dmn", TABLE)
    form = json.dumps(FORM, ensure_ascii=False)
    deploys(modeler, address, known, nghi__bpmn=leave().decode(), muc__dmn=TABLE, nghi__form=form)
    leaves = Leaves(modeler, address, installation)
    assert leaves.asks("N-1", days=3)["status"] == 200
    leaves.ends(leaves.head, "N-1")

    cell = modeler.page.locator('[data-element-id="long_in"]')
    cell.click()
    editor = modeler.page.locator('[data-element-id="long_in"] .cm-content')
    editor.press("Control+a")
    editor.press_sequentially("> 2")
    modeler.page.locator('[data-element-id="short_out"]').click()
    table = modeler.calls("exportFile", "muc.dmn")
    assert "&gt; 2" in table
    deployed = deploys(modeler, address, known, muc__dmn=table)
    assert [each["version"] for each in deployed["deployedDecisionDefinitions"].values()] == [2]
    assert leaves.asks("N-2", days=3)["status"] == 200
    leaves.ends(leaves.director, "N-2")

    assert modeler.opens("Form", "nghi.form", form) == []
    modeler.calls("editField", "reason", {"label": "Lý do xin nghỉ", "validate": {"required": True}})
    written = modeler.calls("exportFile", "nghi.form")
    deploys(modeler, address, known, nghi__form=written)
    refused = leaves.asks("N-3", days=1)
    assert refused["status"] == 400
    assert "reason" in refused["body"]["message"]
    assert leaves.asks("N-4", days=1, reason="Việc gia đình")["status"] == 200
    leaves.ends(leaves.head, "N-4")
