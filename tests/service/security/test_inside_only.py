"""What an agency answered is for Sở Nội vụ, UBND and inspectors; the unit asked about reads it nowhere."""

from __future__ import annotations

from tests.service.web.site import SIGN, Site
from tests.support.diagrams import diagram, line, user
from tests.support.world import Handler

ASKED = diagram(
    "asked",
    line(
        user("consult", "unit_head", form_key="awards:consult", properties={"unit": "00073"}),
        user("after", "unit_clerk"),
    ),
    starters="unit_clerk",
)


def test_an_agencys_answer_on_the_page_of_its_task(site: Site) -> None:
    site.world.tasks["awards:consult"] = Handler(key="awards:consult", fields=SIGN)
    site.world.deploy(asked=ASKED)
    begun = site.begin("asked")
    task = site.world.open_task(begun.instance_id)
    site.finish(task, "other", decision="returned", reason="Còn tạm ứng chưa quyết toán")
    for reader in ("expert", "auditor", "other"):
        assert "tạm ứng" in site.person(reader).get(f"/viec/{task.id}").get_data(as_text=True), reader
    for reader in ("clerk", "head", "supervisor"):
        person = site.person(reader)
        for page in (person.get(f"/viec/{task.id}"), person.post(f"/viec/{task.id}", {"_revision": task.revision})):
            assert page.status_code in (200, 409)
            assert "tạm ứng" not in page.get_data(as_text=True), reader
