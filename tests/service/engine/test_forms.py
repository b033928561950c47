"""Forms: what is taken, what is refused with which path and words, and what a browser posts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from service.engine.form_html import answers_from_html, read_date, read_number, with_a_row_to_fill
from service.engine.form_schema import check_answers
from service.engine.forms import Field, Form, Option
from service.errors import Invalid

YES_NO = (Option(value="yes", label="Đồng ý"), Option(value="no", label="Không đồng ý"))
NOMINEES = Field(
    key="nominees",
    kind="rows",
    label="Đề nghị",
    required=True,
    max_rows=3,
    columns=(
        Field(key="full_name", kind="text", label="Họ tên", required=True),
        Field(key="kind", kind="radio", label="Loại", options=YES_NO),
        Field(key="why", kind="text", label="Lý do", required=True, shown_if=("kind", ("no",))),
    ),
)
VOTES = Field(
    key="votes",
    kind="rows",
    label="Phiếu",
    row_keys=(("17", "Bà Hà"), ("18", "Ông Bình")),
    columns=(Field(key="yes", kind="integer", label="Đồng ý", required=True, minimum=0, maximum=15),),
)
FORM = Form(
    fields=(
        Field(key="head", kind="heading", label="Phần một"),
        Field(key="code", kind="text", label="Mã", read_only=True),
        Field(key="reason", kind="textarea", label="Lý do", required=True, min_length=3, max_length=20),
        Field(key="number", kind="text", label="Số", pattern=r"\d+/QĐ", pattern_message="Ví dụ 12/QĐ."),
        Field(key="count", kind="integer", label="Số lượng", minimum=1),
        Field(key="share", kind="number", label="Tỷ lệ", minimum=0, maximum=Decimal("100.5")),
        Field(key="urgent", kind="boolean", label="Gấp"),
        Field(key="day", kind="date", label="Ngày"),
        Field(key="decision", kind="select", label="Kết quả", options=YES_NO, required=True),
        Field(key="papers", kind="checklist", label="Giấy tờ", options=YES_NO),
        Field(key="because", kind="text", label="Vì sao", required=True, shown_if=("decision", ("no",))),
        NOMINEES,
        VOTES,
    )
)
GOOD: dict[str, Any] = {
    "reason": "  đủ hồ sơ ",
    "count": 3,
    "share": 92.41,
    "urgent": True,
    "day": "2026-11-24",
    "decision": "yes",
    "papers": ["no"],
    "nominees": [{"full_name": "Nguyễn Thị Hà", "kind": "yes"}],
    "votes": {"17": {"yes": 14}, "18": {"yes": 0}},
}


def problems(**changed: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check_answers(FORM, {**GOOD, **changed})
    return {each.field: each.message for each in refused.value.problems}


def test_answers_come_out_typed_and_whole() -> None:
    answers = check_answers(FORM, GOOD)
    assert answers == {
        "code": None,
        "reason": "đủ hồ sơ",
        "number": None,
        "count": 3,
        "share": Decimal("92.41"),
        "urgent": True,
        "day": date(2026, 11, 24),
        "decision": "yes",
        "papers": ["no"],
        "because": None,
        "nominees": [{"full_name": "Nguyễn Thị Hà", "kind": "yes", "why": None}],
        "votes": {"17": {"yes": 14}, "18": {"yes": 0}},
    }
    assert type(answers["count"]) is int


def test_what_is_left_out_counts_as_empty_never_as_its_default() -> None:
    form = Form(fields=(Field(key="decision", kind="radio", label="x", options=YES_NO, default="yes", required=True),))
    with pytest.raises(Invalid) as refused:
        check_answers(form, {})
    assert [each.field for each in refused.value.problems] == ["decision"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "ab"),
        ("reason", "x" * 21),
        ("reason", 5),
        ("reason", "a\x00bc"),
        ("number", "12"),
        ("count", 0),
        ("count", 1.5),
        ("count", True),
        ("count", "3"),
        ("count", 10**30),
        ("share", 100.6),
        ("share", float("inf")),
        ("share", "mười"),
        ("urgent", "true"),
        ("day", "24/13/2026"),
        ("day", "2026-02-30"),
        ("day", 20261124),
        ("day", "0001-01-01"),
        ("decision", "maybe"),
        ("decision", None),
        ("papers", ["yes", "other"]),
        ("papers", "yes"),
        ("nominees", []),
        ("nominees", [{"full_name": "A"}] * 4),
        ("nominees", {"full_name": "A"}),
        ("unknown", 1),
    ],
)
def test_one_wrong_answer_names_its_field(field: str, value: Any) -> None:
    assert list(problems(**{field: value})) == [field]


def test_every_wrong_answer_is_named_at_its_path() -> None:
    found = problems(
        reason=None,
        decision="no",
        nominees=[{"full_name": "A", "kind": "no"}, {"full_name": "", "surprise": 1}],
        votes={"17": {"yes": 16}, "99": {"yes": 1}},
    )
    assert set(found) == {
        "reason",
        "because",
        "nominees.0.why",
        "nominees.1.full_name",
        "nominees.1.surprise",
        "votes.99",
    }
    assert set(problems(votes={"17": {"yes": 16}})) == {"votes.17.yes", "votes.18.yes"}
    assert problems(share=101)["share"] == "Nhập một số từ 0 đến 100,5."


def test_hidden_and_read_only_fields_are_not_taken() -> None:
    answers = check_answers(FORM, {**GOOD, "because": "x", "code": "forged"})
    assert (answers["because"], answers["code"]) == (None, None)


def test_a_browser_posts_paths_dates_and_vietnamese_numbers() -> None:
    posted = MultiDict(
        [
            ("csrf_token", "x"),
            ("reason", "đủ hồ sơ\r\nbổ sung"),
            ("count", "1.000"),
            ("share", "92,41"),
            ("day", "24/11/2026"),
            ("decision", "yes"),
            ("papers", "yes"),
            ("papers", "no"),
            ("nominees.2.full_name", "Nguyễn Thị Hà"),
            ("nominees.5.full_name", ""),
            ("votes.17.yes", "14"),
            ("votes.18.yes", "một"),
        ]
    )
    raw = answers_from_html(FORM, posted)
    assert raw["nominees"] == [{"full_name": "Nguyễn Thị Hà", "kind": None, "why": None}]
    assert raw["votes"] == {"17": {"yes": 14}, "18": {"yes": "một"}}
    assert len(answers_from_html(FORM, posted, keep_blank_rows=True)["nominees"]) == 2
    with pytest.raises(Invalid) as refused:
        check_answers(FORM, raw)
    assert [each.field for each in refused.value.problems] == ["votes.18.yes"]
    raw["votes"]["18"]["yes"] = 1
    answers = check_answers(FORM, raw)
    assert (answers["count"], answers["share"], answers["day"]) == (1000, Decimal("92.41"), date(2026, 11, 24))
    assert (answers["urgent"], answers["papers"], answers["reason"]) == (False, ["yes", "no"], "đủ hồ sơ\nbổ sung")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.000,5", Decimal("1000.5")), ("12", 12), ("-3", -3), ("0,05", Decimal("0.05")), (" 1 000 ", 1000)],
)
def test_numbers_as_they_are_written_in_vietnam(text: str, number: Any) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["1.5", "1,000.5", "12a", "1.00", ",5", "--1", "1e5"])
def test_other_numbers_stay_as_typed(text: str) -> None:
    assert read_number(text) == text


def test_dates_as_they_are_written_in_vietnam() -> None:
    assert read_date(" 1/2/2026 ") == date(2026, 2, 1)
    assert read_date("30/02/2026") == "30/02/2026"
    assert read_date("2026-11-24") == "2026-11-24"


def test_a_list_that_came_blank_keeps_a_row_when_it_is_refused() -> None:
    blank = MultiDict([("nominees.0.full_name", ""), ("nominees.1.full_name", " ")])
    again = with_a_row_to_fill(FORM, answers_from_html(FORM, blank), blank)
    assert again["nominees"] == [{"full_name": None, "kind": None, "why": None}]
    half = MultiDict([("nominees.0.full_name", ""), ("nominees.1.full_name", "Bà Hà")])
    counted = answers_from_html(FORM, half)
    assert with_a_row_to_fill(FORM, counted, half) == counted
    assert with_a_row_to_fill(FORM, {"nominees": []}, MultiDict())["nominees"] == []
