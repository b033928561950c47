"""A gateway that fails after an accepted act: the act stands, the incident names the gateway, a retry goes on.

Two things happen side by side: the clerk hands in, the head rules. Which way to go is known only when both have acted;
this diagram asks too early.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.people import Person
from tests.shows.town import Town
from tests.support.diagrams import diagram, end, field, flow, start, user

GATEWAY = "Thủ trưởng có đồng ý?"
BODY = (
    start()
    + '<bpmn:parallelGateway id="split" name="Cùng lúc"/>'
    + user("hand_in", "unit_clerk", name="Nộp giấy đề nghị", due="${workdays(3)}", fields=field("subject"))
    + user("rule", "unit_head", name="Cho ý kiến", due="${workdays(3)}", fields=field("agreed", "boolean"))
    + f'<bpmn:exclusiveGateway id="way" name="{GATEWAY}" default="way_to_refused"/>'
    + user("file", "unit_clerk", name="Lưu hồ sơ", due="${workdays(3)}")
    + end("refused")
    + end("ruled")
    + end()
    + flow("start", "split")
    + flow("split", "hand_in")
    + flow("split", "rule")
    + flow("hand_in", "way")
    + flow("way", "file", "${agreed}")
    + flow("way", "refused")
    + flow("rule", "ruled")
    + flow("file", "end")
)
EARLY = diagram("early", BODY, name="Hồ sơ hỏi sớm", starters="unit_clerk")


def test_the_act_is_kept_the_gateway_named_and_retry_goes_on(
    sqlite_town: Town, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    town = sqlite_town
    drawn = tmp_path / "early.bpmn"
    drawn.write_bytes(EARLY)
    town.installation.run("deploy", str(drawn))
    with town.serving():
        clerk, head = town.program("vanthu.hoankiem"), town.program("chutich.hoankiem")
        root = clerk.post("/api/processes/early/start", business_key="HOI-1")["instance_id"]
        done = clerk.does("HOI-1", "hand_in", subject="Đề nghị tặng Giấy khen")
        ((stopped),) = done["incidents"]
        assert (stopped["element"], stopped["code"]) == ("way", "unknown_name")
        assert "agreed" in stopped["message"]

        assert town.one("select count(*) from approval where element = 'hand_in'") == 1
        assert town.one("select state from task where element = 'hand_in'") == "completed"
        (standing,) = clerk.get(f"/api/instances/{root}")["incidents"]
        assert standing["element"] == "way"
        kinds = [(each["kind"], each["element"]) for each in clerk.get(f"/api/instances/{root}/history")["items"]]
        assert kinds.index(("completed", "hand_in")) < kinds.index(("incident", "way"))

        address = f"{town.address}/ho-so/{root}"
        own = Person(new_page(), town.address, "vanthu.hoankiem")
        own.page.goto(address)
        stuck = own.page.locator(".notice.stuck")
        expect(stuck).to_contain_text(f"Bước “{GATEWAY}” chưa đi tiếp được")
        assert own.page.get_by_role("button", name=re.compile("Thử lại")).count() == 0, "the clerk may only look"

        watcher = Person(new_page(), town.address, "giamsat")
        watcher.page.goto(address)
        again = watcher.page.get_by_role("button", name=re.compile("Thử lại"))
        again.click()
        expect(watcher.page.locator("main")).to_contain_text("vẫn chưa đi tiếp được")
        head.does("HOI-1", "rule", agreed=True)
        again.click()
        expect(watcher.page.locator("main")).to_contain_text("Bước đã chạy lại và đi tiếp được.")
        assert watcher.page.locator(".notice.stuck").count() == 0
        assert clerk.task("HOI-1", "file")["name"] == "Lưu hồ sơ"
        assert clerk.get(f"/api/instances/{root}")["incidents"] == []
        assert clerk.does("HOI-1", "file")["instance_state"] == "completed"
