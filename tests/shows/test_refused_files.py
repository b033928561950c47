"""What cannot be deployed is refused by the installed program with its reason, and nothing of it stays.

The page of the process owner says the same: `tests/service/web/test_library_pages.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.shows.town import Town
from tests.support.diagrams import diagram, line, user

GOOD = diagram("fine", line(user("step", due="${workdays(3)}")))
BILLION = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
UNREADABLE = {
    "broken.bpmn": (GOOD[:-30], "xml_broken"),
    "doctype.bpmn": (GOOD.replace(b"<bpmn:def", BILLION + b"<bpmn:def", 1), "xml_doctype"),
    "entity.dmn": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "xml_doctype"),
    "page.bpmn": (b"<html><body/></html>", "not_bpmn"),
    "empty.bpmn": (b"", "xml_broken"),
    "form.form": (b'{"components": ', "form_broken"),
}
UNFIT = {
    "large.bpmn": (GOOD + b" " * (20 * 1024 * 1024), "lớn hơn giới hạn 5 MB"),
    "notes.txt": (b"x", "chỉ nhận .bpmn, .dmn và .form"),
}


def written(folder: Path, files: dict[str, tuple[bytes, str]]) -> list[str]:
    """The bad files beside a good one."""
    for name, (content, _words) in {**files, "fine.bpmn": (GOOD, "")}.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in (*files, "fine.bpmn")]


def test_unreadable_files_are_named_each_with_its_reason(sqlite_town: Town, tmp_path: Path) -> None:
    paths = written(tmp_path, UNREADABLE)
    before = sqlite_town.one("select count(*) from resource")
    found = json.loads(sqlite_town.installation.run("check", *paths, "--json", expect=1))
    assert all(set(each) == {"file", "element", "line", "severity", "code", "message"} for each in found)
    errors = {each["file"]: each["code"] for each in found if each["severity"] == "error"}
    assert errors == {name: code for name, (_content, code) in UNREADABLE.items()}
    said = sqlite_town.installation.run("deploy", *paths, expect=1)
    assert "Chưa triển khai: có 6 chỗ cần sửa. Không có gì thay đổi." in said
    for each in found:
        if each["severity"] == "error":
            assert each["file"] in said
            assert each["message"] in said
    assert "root:" not in said
    assert sqlite_town.one("select count(*) from resource") == before


def test_twenty_megabytes_and_other_kinds_are_not_even_read(sqlite_town: Town, tmp_path: Path) -> None:
    paths = written(tmp_path, UNFIT)
    before = sqlite_town.one("select count(*) from resource")
    said = sqlite_town.installation.run("deploy", *paths, expect=1)
    for name, (_content, words) in UNFIT.items():
        assert name in said
        assert words in said
    assert sqlite_town.one("select count(*) from resource") == before
