"""The process owner's library: deploying, the report of what stands against it, and files that are too large."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.service.web.site import Person, Site, text_of
from tests.support.diagrams import diagram, flow, line, start, user
from tests.support.installation import Installation

GOOD = diagram("fine", line(user("draft", "unit_clerk", due="${workdays(3)}")), name="Quy trình tốt")
BAD = diagram("bad", start() + user("draft", "nobody_knows") + flow("start", "draft") + flow("draft", "nowhere"))


def send(person: Person, **files: bytes):
    uploads = [(BytesIO(content), name.replace("__", ".")) for name, content in files.items()]
    return person.post("/quy-trinh", {"files": uploads}, content_type="multipart/form-data")


def test_a_new_version_is_deployed_and_listed(site: Site) -> None:
    owner = site.person("owner")
    first = send(owner, fine__bpmn=GOOD)
    assert first.status_code == 200
    assert "Quy trình tốt : bản 1, dùng cho hồ sơ mới từ bây giờ" in text_of(first)
    assert "giống hệt bản 1, không tạo bản mới" in text_of(send(owner, fine__bpmn=GOOD))
    assert "bản 2" in text_of(send(owner, fine__bpmn=GOOD.replace(b"workdays(3)", b"workdays(5)")))


def test_two_files_of_one_name_are_refused(site: Site) -> None:
    uploads = [(BytesIO(GOOD), "fine.bpmn"), (BytesIO(BAD), "ban cu/fine.bpmn")]
    refused = site.person("owner").post("/quy-trinh", {"files": uploads}, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "Có hai tệp cùng tên “fine.bpmn”" in text_of(refused)


def test_one_version_shows_its_drawing_and_the_others(site: Site) -> None:
    owner = site.person("owner")
    made = site.world.deploy(fine=GOOD).resources[0]
    page = owner.get(f"/quy-trinh/{made.id}")
    assert "Quy trình tốt, bản 1 Đang dùng" in text_of(page)
    assert "từ trinh deploy: “thử”." in text_of(page)
    assert f'data-diagram="/quy-trinh/{made.id}/tep"' in page.get_data(as_text=True)
    file = owner.get(f"/quy-trinh/{made.id}/tep")
    assert (file.data, file.headers["Content-Disposition"]) == (GOOD, "attachment; filename=fine.bpmn")
    assert owner.get("/quy-trinh/fine:9:x").status_code == 404
    assert owner.get("/quy-trinh/fine:9:x/tep").status_code == 404


def test_the_report_names_every_problem_and_nothing_changes(site: Site) -> None:
    owner = site.person("owner")
    report = send(owner, bad__bpmn=BAD, fine__bpmn=GOOD)
    words = text_of(report)
    assert report.status_code == 422
    assert "Chưa triển khai:" in words
    assert "Không có gì thay đổi: mọi hồ sơ vẫn chạy bản đang dùng." in words
    assert "nobody_knows" in words
    assert "bad.bpmn," in words
    assert "fine.bpmn" in words
    assert "Quy trình tốt" not in text_of(owner.get("/quy-trinh"))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Chọn ít nhất một tệp rồi triển khai lại."),
        ({"anh__png": b"x"}, "Tệp “anh.png” không phải .bpmn, .dmn hoặc .form."),
        ({"to__bpmn": b"x" * (5 * 1024 * 1024 + 1)}, "Tệp “to.bpmn” lớn hơn 5 MB."),
    ],
)
def test_what_cannot_be_a_deployment_is_refused_with_the_reason(site: Site, files, words: str) -> None:
    refused = send(site.person("owner"), **files)
    assert refused.status_code == 422
    assert words in text_of(refused)


def test_a_doctype_and_a_broken_file_are_findings(site: Site) -> None:
    doctype = GOOD.replace(b"<bpmn:definitions", b'<!DOCTYPE x [<!ENTITY y "z">]><bpmn:definitions', 1)
    report = send(site.person("owner"), broken__bpmn=GOOD[:-20], doctype__bpmn=doctype)
    assert report.status_code == 422
    assert {"broken.bpmn", "doctype.bpmn"} <= set(text_of(report).replace(",", " ").split())


def test_only_owners_deploy_and_only_owners_and_auditors_look(site: Site) -> None:
    made = site.world.deploy(fine=GOOD).resources[0]
    for username in ("clerk", "director", "supervisor"):
        person = site.person(username)
        for path in ("/quy-trinh", f"/quy-trinh/{made.id}", f"/quy-trinh/{made.id}/tep"):
            assert person.get(path).status_code == 404
        assert send(person, fine__bpmn=GOOD).status_code == 404
    auditor = site.person("auditor")
    assert "Triển khai bản mới" not in text_of(auditor.get("/quy-trinh"))
    assert send(auditor, fine__bpmn=GOOD).status_code == 404


def test_twenty_megabytes_get_a_page_and_not_a_reset(sqlite_url: str, tmp_path, page) -> None:
    installation = Installation(database_url=sqlite_url, folder=tmp_path)
    installation.run("init")
    installation.run("demo")
    large = tmp_path / "lon.bpmn"
    large.write_bytes(b"x" * (20 * 1024 * 1024))
    with installation.serving() as address:
        page.goto(f"{address}/dang-nhap?next=/quy-trinh")
        page.fill("#username", "quytrinh")
        page.fill("#password", "Trinh-demo-2026")
        page.click("button.btn-ink")
        page.set_input_files("#files", large)
        page.click("text=Kiểm tra và triển khai")
        page.wait_for_selector("h1:has-text('Tệp quá lớn')")
        assert "Mỗi tệp quy trình không quá 5 MB" in page.inner_text("main")
        assert "Phan Tuấn Anh" in page.inner_text("header")
