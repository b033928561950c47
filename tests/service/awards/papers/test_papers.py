"""Papers: what the store takes, who reads what, versions, and the pages around them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.awards.demo import seed
from service.awards.errors import FileTooLarge
from service.awards.papers.store import FileKindRefused, PaperStore, clean_name
from service.awards.tables import paper, submission
from service.people.tokens import create_token
from tests.service.awards.town import NOW, Town, town_at
from tests.support.sessions import sign_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    with town_at(sqlite_url, NOW, tmp_path) as made:
        seed(made.engine, NOW)
        made.work()
        yield made


@pytest.fixture
def store(tmp_path: Path) -> PaperStore:
    return PaperStore(tmp_path, 1000)


def client_of(world: Town, username: str | None) -> FlaskClient:
    client = create_app(world.engine.settings, world.engine).test_client()
    if username is not None:
        sign_in(client, world.engine.database, world.actor(username).account_id)
    return client


def root_of(world: Town) -> str:
    return world.instance_of(world.one(submission, submission.c.unit_id == "00070").code)


def csrf_of(client: FlaskClient) -> str:
    page = client.get("/viec").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def upload(world: Town, client: FlaskClient, **form: Any) -> Any:
    data = {"kind": "evidence", "file": (io.BytesIO(PDF), "minh chứng.pdf"), "csrf_token": csrf_of(client), **form}
    return client.post(f"/ho-so/{root_of(world)}/giay-to", data=data)


def docx() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "a.pdf", "application/pdf"),
        (b"\xff\xd8\xff\xe0rest", "a.JPG", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "a.png", "image/png"),
        (docx(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_four_kinds_are_told_by_content_and_name(store: PaperStore, content: bytes, name: str, media_type: str) -> None:
    stored = store.put(io.BytesIO(content), name)
    assert (stored.media_type, stored.size) == (media_type, len(content))
    assert store.path_of(stored.sha256).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.pdf"),
        (b"MZ\x90", "a.pdf"),
        (PDF, "a.exe"),
        (PDF, "a.html"),
        (b"<svg onload=alert(1)>", "a.png"),
        (b"PK\x03\x04broken", "a.docx"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_left(store: PaperStore, content: bytes, name: str) -> None:
    with pytest.raises(FileKindRefused):
        store.put(io.BytesIO(content), name)
    assert list(store.folder.iterdir()) == []


def test_a_file_over_the_limit_is_refused_and_nothing_is_left(store: PaperStore) -> None:
    with pytest.raises(FileTooLarge):
        store.put(io.BytesIO(PDF + b" " * 1000), "a.pdf")
    assert list(store.folder.iterdir()) == []


def test_the_same_file_is_kept_once(store: PaperStore) -> None:
    first, second = store.put(io.BytesIO(PDF), "a.pdf"), store.put(io.BytesIO(PDF), "b.pdf")
    assert first.sha256 == second.sha256
    assert len([path for path in store.folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\tep\\a.pdf", "a.pdf"), ("a\r\n.pdf", "a.pdf"), ("", "tep")],
)
def test_names_lose_their_folders(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_the_clerk_adds_a_paper_and_reads_it_back(world: Town) -> None:
    clerk = client_of(world, "vanthu.hoankiem")
    answer = upload(world, clerk, title="Quyết định công nhận sáng kiến", number="118/QĐ-UBND", dated_on="02/10/2026")
    assert answer.status_code == 303
    assert "da-nop" in answer.location
    row = world.one(paper, paper.c.kind == "evidence")
    assert (row.number, str(row.dated_on), row.file_name) == ("118/QĐ-UBND", "2026-10-02", "minh chứng.pdf")
    page = clerk.get(f"/giay-to/{row.id}")
    assert page.status_code == 200
    assert "Quyết định công nhận sáng kiến" in page.get_data(as_text=True)
    file = clerk.get(f"/giay-to/{row.id}/tep", buffered=True)
    assert file.data == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_another_commune_sees_no_paper_anywhere(world: Town) -> None:
    upload(world, client_of(world, "vanthu.hoankiem"))
    row = world.one(paper, paper.c.kind == "evidence")
    other = client_of(world, "vanthu.cuanam")
    for path in (f"/giay-to/{row.id}", f"/giay-to/{row.id}/tep", "/giay-to/999999"):
        assert other.get(path).status_code == 404
    with world.engine.database.unit_of_work() as unit:
        theirs = create_token(unit, world.actor("vanthu.cuanam").account_id)
        own = create_token(unit, world.actor("vanthu.hoankiem").account_id)
    api = client_of(world, None)
    path = f"/api/papers/{row.id}"
    assert api.get(path, headers={"Authorization": f"Bearer {theirs}"}).status_code == 404
    answer = api.get(path, headers={"Authorization": f"Bearer {own}"})
    assert answer.status_code == 200
    assert answer.json["file_name"] == "minh chứng.pdf"
    file = api.get(f"{path}/file", headers={"Authorization": f"Bearer {own}"}, buffered=True)
    assert file.data == PDF


@pytest.mark.parametrize("username", ["quytrinh", "quantri", "giamsat"])
def test_roles_without_content_see_no_paper(world: Town, username: str) -> None:
    upload(world, client_of(world, "vanthu.hoankiem"))
    row = world.one(paper, paper.c.kind == "evidence")
    assert client_of(world, username).get(f"/giay-to/{row.id}").status_code == 404


def test_the_guidance_is_read_by_the_invited_units(world: Town) -> None:
    row = world.one(paper, paper.c.kind == "guidance")
    assert client_of(world, "vanthu.cuanam").get(f"/giay-to/{row.id}").status_code == 200
    assert client_of(world, "vanthu.tuphap").get(f"/giay-to/{row.id}").status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"file": (io.BytesIO(b""), "")}, "Chọn tệp"),
        ({"file": (io.BytesIO(b"MZ"), "a.pdf")}, "PDF, DOCX, JPG hoặc PNG"),
        ({"kind": "khac"}, "Chọn loại giấy tờ"),
        ({"dated_on": "31/02/2026"}, "ngày/tháng/năm"),
        ({"nomination_id": "4711"}, "Chọn một đề nghị"),
    ],
)
def test_a_bad_upload_says_what_to_mend(world: Town, form: dict[str, Any], words: str) -> None:
    answer = upload(world, client_of(world, "vanthu.hoankiem"), **form)
    assert answer.status_code == 303
    assert words in parse_qs(urlsplit(answer.location).query)["giay_to_loi"][0]
    assert world.rows(paper, paper.c.kind == "evidence") == []


def test_what_was_typed_of_a_paper_that_was_refused_is_shown_again(world: Town) -> None:
    clerk = client_of(world, "vanthu.hoankiem")
    answer = upload(world, clerk, title="Giấy mời <họp>", number="12/GM", dated_on="31/02/2026")
    page = clerk.get(answer.location).get_data(as_text=True)
    for value in ("Giấy mời &lt;họp&gt;", "12/GM", "31/02/2026"):
        assert f'value="{value}"' in page
    assert '<option value="evidence" selected>' in page


def preparing(world: Town) -> Any:
    return world.task("prepare", world.one(submission, submission.c.unit_id == "00070").code)


def test_adding_a_paper_on_a_tasks_page_keeps_what_is_typed_in_its_form(world: Town) -> None:
    clerk, path = client_of(world, "vanthu.hoankiem"), f"/viec/{preparing(world).id}"
    form = re.search(r'<button class="btn-line" form="phieu" formaction="([^"]+)"', clerk.get(path).text)
    assert form is not None
    typed = {"csrf_token": csrf_of(clerk), "decision": "submit", "nominees.0.subject_name": "Nguyễn Văn An"}
    sent = {"_paper_kind": "evidence", "_paper_title": "Minh chứng", "_paper_file": (io.BytesIO(PDF), "a.pdf")}
    answer = clerk.post(form[1], data={**typed, "_revision": "1", **sent})
    assert answer.location == f"{path}?giay_to=da-nop#giay-to"
    assert world.one(paper, paper.c.kind == "evidence").title == "Minh chứng"
    page = clerk.get(answer.location).text
    assert 'value="Nguyễn Văn An"' in page
    assert "Đã nộp giấy tờ." in page
    redrawn = clerk.post(path, data={**typed, "_paper_kind": "evidence", "add-row": "nominees"}).text
    assert "<details data-upload>" in redrawn  # a choice that stands there anyway does not unfold it
    refused = clerk.post(form[1], data={**typed, "nominees.1.subject_name": "Trần Thị Bình", "_paper_title": "Sót"})
    page = clerk.get(refused.location).text
    assert "Chọn tệp cần tải lên." in page
    for value in ("Nguyễn Văn An", "Trần Thị Bình", "Sót"):
        assert f'value="{value}"' in page


@pytest.mark.parametrize("left", [{"_paper_file": "a.pdf"}, {"_paper_title": "Quyết định"}])
def test_a_chosen_file_that_was_not_sent_holds_the_task_back(world: Town, left: dict[str, str]) -> None:
    clerk, task = client_of(world, "vanthu.hoankiem"), preparing(world)
    answers = {"decision": "not_taking_part", "reason": "Không có đề nghị"}
    sent = {"csrf_token": csrf_of(clerk), "_revision": task.revision, **answers}
    answer = clerk.post(f"/viec/{task.id}", data={**sent, **left})
    assert answer.status_code == 422
    assert "Nộp giấy tờ" in answer.text.split("chỗ cần sửa", 1)[1].split("</ul>", 1)[0]
    assert clerk.post(f"/viec/{task.id}", data=sent).status_code == 303


def test_a_foreign_unit_adds_nothing(world: Town) -> None:
    assert upload(world, client_of(world, "vanthu.cuanam")).status_code == 404
    assert world.rows(paper, paper.c.kind == "evidence") == []


def test_the_way_back_stays_on_our_pages(world: Town) -> None:
    clerk = client_of(world, "vanthu.hoankiem")
    for target in ("https://evil.example/", "//evil.example/ho-so/", "/ho-so/\\evil"):
        assert upload(world, clerk, next=target).location.startswith(f"/ho-so/{root_of(world)}?")
