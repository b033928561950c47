"""The road of one unit's submission through the engine, for tests that begin further on. Units as in the demo."""

from __future__ import annotations

from typing import Any

from service.awards.tables import nomination, submission
from tests.service.awards.round_world import TODAY, members
from tests.service.awards.submission_world import person
from tests.service.awards.town import Town

SUFFIXES = {"00070": "hoankiem", "00073": "cuanam", "so_du_lich": "dulich"}
HEADS = {"00070": "chutich.hoankiem", "00073": "chutich.cuanam", "so_du_lich": "giamdoc.dulich"}


def code_of(town: Town, unit_id: str) -> str:
    return str(town.one(submission, submission.c.unit_id == unit_id).code)


def to_intake(town: Town, unit_id: str, *people: dict[str, Any]) -> str:
    """U1 to U3 of one unit. Gives the submission's code."""
    code, suffix, head = code_of(town, unit_id), SUFFIXES[unit_id], HEADS[unit_id]
    town.do(f"vanthu.{suffix}", "prepare", code, decision="submit", nominees=list(people))
    town.do(f"thuky.{suffix}", "convene", code, held_on=TODAY, chair_name="Chủ trì", members=members(9))
    votes = town.form(f"thuky.{suffix}", "record_votes", code).values["votes"]
    ballots = {key: {"yes": 9, "no": 0, "invalid": 0, "outcome": "propose"} for key in votes}
    town.do(f"thuky.{suffix}", "record_votes", code, votes=ballots)
    town.do(f"thuky.{suffix}", "minutes", code, minutes_number="12/BB-HĐ")
    town.do(head, "approve_minutes", code, decision="approved")
    town.do(head, "sign_submission", code, decision="signed")
    town.do(f"vanthu.{suffix}", "send_submission", code, letter_number="86/TTr", letter_on=TODAY)
    return code


def to_confirmation(town: Town, unit_id: str, *conclusions: str) -> str:
    """U1 to S2, so that only the division's confirmation is missing. Gives the submission's code."""
    code = to_intake(town, unit_id, *(person(f"Lê Văn {index}") for index, _ in enumerate(conclusions, start=1)))
    town.do("chuyenvien", "intake", code, decision="accepted")
    dossier = town.one(submission, submission.c.code == code)
    rows = town.rows(nomination, nomination.c.submission_id == dossier.id)
    results = {
        str(row.id): {"result": said, "reason": "Đã đối chiếu."} for row, said in zip(rows, conclusions, strict=True)
    }
    town.do("chuyenvien", "appraise", code, decision="done", results=results)
    return code
