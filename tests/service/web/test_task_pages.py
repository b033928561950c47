"""One task: what is typed stays, whoever was faster is named, and nobody sees what is not theirs."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from service.engine.commands.claim import ClaimTask, claim
from service.engine.tables import approval
from tests.service.web.site import Site, text_of


@pytest.fixture
def signing(site: Site):
    """A dossier that waits for the head's signature."""
    begun = site.begin(number="HS-01")
    site.finish(site.world.open_task(begun.instance_id), "clerk", subject="Đề nghị tặng Bằng khen")
    return site.world.open_task(begun.instance_id)


def test_the_page_says_what_whose_since_when_and_until_when(site: Site) -> None:
    begun = site.begin(number="HS-01")
    words = text_of(site.person("clerk").get(f"/viec/{site.world.open_task(begun.instance_id).id}"))
    assert "Lập hồ sơ Còn 10 ngày làm việc Hạn 17:00, thứ" in words
    assert (
        "HS-01 , UBND Phường Hoàn Kiếm. Chưa có người nhận; văn thư đơn vị, UBND Phường Hoàn Kiếm nhận được." in words
    )
    assert "10 ngày làm việc được giao 0 đã dùng, tính cả hôm nay 10 còn lại, đến 17:00 ngày" in words
    assert "Nguyễn Thị Hà bắt đầu “Hồ sơ thử”." in words


def test_errors_are_summed_up_linked_and_the_answers_stay(site: Site, signing) -> None:
    head = site.person("head")
    sent = head.post(
        f"/viec/{signing.id}", {"_revision": signing.revision, "decision": "returned", "held_on": "31/02/2026"}
    )
    body, words = sent.get_data(as_text=True), text_of(sent)
    assert sent.status_code == 422
    assert "Có 2 chỗ cần sửa trước khi gửi" in words
    assert '<a href="#f-reason">Lý do: Cần nhập nội dung này.</a>' in body
    assert '<a href="#f-held_on">Ngày ký: Nhập ngày theo dạng ngày/tháng/năm, ví dụ 24/11/2026.</a>' in body
    assert 'value="31/02/2026"' in body
    assert 'value="returned" checked' in body
    assert site.world.open_task(signing.root_id).revision == signing.revision


def test_a_second_completion_names_the_first_and_keeps_what_was_typed(site: Site, signing) -> None:
    site.finish(signing, "head", decision="signed")
    sent = site.person("head").post(
        f"/viec/{signing.id}",
        {"_revision": signing.revision, "decision": "returned", "reason": "Thiếu biên bản <họp>"},
    )
    words = text_of(sent)
    assert sent.status_code == 409
    assert "Việc này đã được hoàn thành. Phần bạn nhập còn ở bên dưới." in words
    assert "Việc này đã được Vũ Đình Trọng hoàn thành lúc" in words
    assert re.search(r"Vũ Đình Trọng hoàn thành \d\d:\d\d ngày \d\d/\d\d/\d{4}: đã ký\.", words)
    assert "Kết quả Bạn nhập, chưa ghi Trả lại Đã ghi Ký" in words
    assert "Thiếu biên bản &lt;họp&gt;" in sent.get_data(as_text=True)
    assert len(site.world.rows(select(approval).where(approval.c.task_id == signing.id))) == 1


def test_a_stale_revision_is_told_and_the_same_form_can_be_sent_again(site: Site, signing) -> None:
    head = site.person("head")
    claim(site.world.engine, ClaimTask(task_id=signing.id), site.world.actor("head"))
    answers = {"decision": "returned", "reason": "Thiếu biên bản"}
    sent = head.post(f"/viec/{signing.id}", {"_revision": signing.revision, **answers})
    body = sent.get_data(as_text=True)
    assert sent.status_code == 409
    assert "Việc này vừa được Vũ Đình Trọng thay đổi lúc" in text_of(sent)
    assert "Thiếu biên bản</textarea>" in body
    assert 'value="returned" checked' in body
    assert f'name="_revision" value="{signing.revision + 1}"' in body
    again = head.post(f"/viec/{signing.id}", {"_revision": signing.revision + 1, **answers})
    assert again.status_code == 303


def test_a_task_held_by_a_colleague_takes_no_answer_and_keeps_it_on_screen(site: Site) -> None:
    begun = site.begin(number="HS-01")
    held = site.world.open_task(begun.instance_id)
    claim(site.world.engine, ClaimTask(task_id=held.id), site.world.actor("clerk2"))
    sent = site.person("clerk").post(f"/viec/{held.id}", {"_revision": held.revision, "subject": "Phần tôi nhập"})
    words, body = text_of(sent), sent.get_data(as_text=True)
    assert sent.status_code == 409
    assert "Việc này đang do Trần Văn Bình giữ, nhận lúc" in words
    assert 'value="Phần tôi nhập"' in body
    assert 'id="phieu"' not in body


def test_the_slower_of_two_claims_learns_who_has_it(site: Site) -> None:
    begun = site.begin(number="HS-01")
    free = site.world.open_task(begun.instance_id)
    first = site.person("clerk").post(f"/viec/{free.id}/nhan", {"revision": free.revision})
    assert (first.status_code, first.location) == (303, f"/viec/{free.id}")
    second = site.person("clerk2").post(f"/viec/{free.id}/nhan", {"revision": free.revision})
    assert second.status_code == 409
    assert "Việc này đã có người nhận trước" in text_of(second)
    assert "Việc này đang do Nguyễn Thị Hà giữ" in text_of(second)
    held = site.world.open_task(begun.instance_id)
    back = site.person("clerk").post(f"/viec/{free.id}/tra", {"revision": held.revision})
    assert (back.status_code, back.location) == (303, "/viec?muc=cua-nhom")
    assert site.world.open_task(begun.instance_id).assignee_id is None


def test_rows_are_added_and_removed_without_javascript(site: Site) -> None:
    begun = site.begin("listed", number="DS-01")
    listing = site.world.open_task(begun.instance_id)
    clerk, path = site.person("clerk"), f"/viec/{listing.id}"
    typed = {"_revision": listing.revision, "nominees.0.full_name": "Nguyễn Văn An", "nominees.0.score": "92,4"}
    added = clerk.post(path, {**typed, "add-row": "nominees"}).get_data(as_text=True)
    assert 'value="Nguyễn Văn An"' in added
    assert 'value="92,4"' in added
    assert 'name="nominees.1.full_name"' in added
    typed["nominees.1.full_name"] = "Trần Thị Bình"
    removed = clerk.post(path, {**typed, "remove-row": "nominees.0"}).get_data(as_text=True)
    assert 'name="nominees.0.full_name" aria-describedby="f-nominees-0-full_name-note" ' in removed or (
        'value="Trần Thị Bình"' in removed
    )
    assert "Nguyễn Văn An" not in removed
    assert 'name="nominees.1.full_name"' not in removed
    refused = clerk.post(path, {**typed, "nominees.1.score": "101"})
    assert refused.status_code == 422
    assert "Điểm, dòng 2: Nhập một số từ 0 đến 100." in text_of(refused)
    assert clerk.post(path, {**typed, "nominees.1.score": "90"}).status_code == 303


def test_a_completed_task_shows_who_when_and_the_recorded_answers(site: Site) -> None:
    begun = site.begin("listed", number="DS-01")
    listing = site.world.open_task(begun.instance_id)
    site.finish(listing, "clerk", nominees=[{"full_name": "Nguyễn Văn An", "score": 92}])
    page = site.person("auditor").get(f"/viec/{listing.id}")
    words = text_of(page)
    assert "Nguyễn Thị Hà hoàn thành" in words
    assert "Họ và tên, dòng 1 Nguyễn Văn An Điểm, dòng 1 92" in words
    assert "<input" not in page.get_data(as_text=True).split("<main", 1)[1].split("</main>", 1)[0]


def test_what_is_not_theirs_is_not_there(site: Site, signing) -> None:
    for username in ("other", "owner"):
        person = site.person(username)
        for path in (f"/viec/{signing.id}", f"/ho-so/{signing.root_id}", f"/ho-so/{signing.root_id}/so-do.bpmn"):
            assert person.get(path).status_code == 404
        for path in (f"/viec/{signing.id}", f"/viec/{signing.id}/nhan", f"/viec/{signing.id}/tra"):
            gone = person.post(path, {"_revision": signing.revision, "decision": "signed"})
            assert gone.status_code == 404
            assert "Không tìm thấy" in text_of(gone)
    assert site.person("clerk").get("/viec/khong-phai-ma").status_code == 404


def test_a_reader_sees_the_form_and_may_not_send_it(site: Site, signing) -> None:
    auditor = site.person("auditor")
    page = auditor.get(f"/viec/{signing.id}")
    assert "bạn chỉ được xem" in text_of(page)
    assert 'id="phieu"' not in page.get_data(as_text=True)
    sent = auditor.post(f"/viec/{signing.id}", {"_revision": signing.revision, "decision": "signed"})
    assert sent.status_code == 403
    assert "Việc này do người khác xử lý; bạn chỉ được xem." in text_of(sent)


def test_a_supervisor_sees_times_and_no_content(site: Site) -> None:
    begun = site.begin(number="HS-01")
    draft = site.world.open_task(begun.instance_id)
    site.finish(draft, "clerk", subject="Bí mật của phường")
    signing = site.world.open_task(begun.instance_id)
    site.finish(signing, "head", decision="returned", reason="Thiếu chữ ký của Hội đồng")
    supervisor = site.person("supervisor")
    for path in (f"/viec/{draft.id}", f"/viec/{signing.id}", f"/ho-so/{begun.instance_id}"):
        words = text_of(supervisor.get(path))
        assert "Vũ Đình Trọng hoàn thành “Ký hồ sơ”." in words
        for hidden in ("Bí mật của phường", "Thiếu chữ ký", "trả lại", "Trả lại"):
            assert hidden not in words.replace("Trả lại nhóm", "")


@pytest.mark.parametrize("revision", ["", "x", "99999999999999999999", "-1"])
def test_a_revision_of_nonsense_is_a_stale_one(site: Site, signing, revision: str) -> None:
    sent = site.person("head").post(f"/viec/{signing.id}", {"_revision": revision, "decision": "signed"})
    assert sent.status_code == 409
