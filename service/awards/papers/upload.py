"""Somebody adds a file to a dossier: a paper of the checklist, or evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Row, select

from service.awards import words
from service.awards.errors import AwardRefused, RecordNotFound
from service.awards.papers.access import may_upload
from service.awards.papers.checklist import requirements
from service.awards.papers.store import PaperStore
from service.awards.papers.write import write_paper
from service.awards.reads import submission_of_instance
from service.awards.records import nominations_of, round_of
from service.awards.tables import nomination
from service.errors import FieldProblem, Invalid
from service.people.actor import Actor
from service.people.policy import may_read

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.context import Engine


class UploadRefused(AwardRefused):
    """The dossier is not in this person's hands now."""

    code = "upload_refused"
    message = "Hồ sơ đang ở bước khác nên chưa nhận thêm giấy tờ. Giấy tờ được nộp khi đơn vị lập hoặc bổ sung hồ sơ."


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file with what the paper is."""

    kind: str
    title: str
    number: str
    dated_on: date | None
    nomination_id: int | None
    file_name: str


def upload_paper(engine: Engine, instance_id: str, upload: Upload, stream: IO[bytes], actor: Actor) -> int:
    """Store the file and add the paper to the dossier of this instance; returns the paper's id.

    Raises:
        RecordNotFound: no such dossier for this person.
        UploadRefused: not now, or not by this person.
        Invalid: a field, or the file itself (see PaperStore.put).
    """
    store = PaperStore(engine.settings.data_dir, engine.settings.paper_limit_bytes)
    with engine.database.unit_of_work() as unit:
        dossier = submission_of_instance(unit, instance_id)
        if dossier is None or not may_read(actor, dossier.unit_id):
            raise RecordNotFound()
        if not may_upload(actor, dossier):
            raise UploadRefused()
        if problems := _problems(unit, dossier, upload):
            raise Invalid(problems)
        stored = store.put(stream, upload.file_name)
        return write_paper(
            unit,
            kind=upload.kind,
            unit_id=dossier.unit_id,
            submission_id=dossier.id,
            nomination_id=upload.nomination_id,
            title=upload.title or stored.name,
            number=upload.number or None,
            dated_on=upload.dated_on,
            stored=stored,
            created_by=actor.account_id,
        )


def kinds_of(unit: Unit, dossier: Row[Any]) -> dict[str, str]:
    """What may be uploaded: the documents of the checklist and evidence, with their words."""
    needed = requirements(unit, dossier, round_of(unit, dossier), nominations_of(unit, dossier.id))
    kinds = {each.document: each.label for each in needed}
    return kinds or {key: words.PAPER_KINDS[key] for key in ("achievement_report", "evidence")}


def _problems(unit: Unit, dossier: Row[Any], upload: Upload) -> list[FieldProblem]:
    problems = []
    if upload.kind not in kinds_of(unit, dossier):
        problems.append(FieldProblem(field="kind", message="Chọn loại giấy tờ trong danh mục."))
    if upload.nomination_id is not None:
        query = select(nomination.c.id).where(
            nomination.c.id == upload.nomination_id, nomination.c.submission_id == dossier.id
        )
        if unit.connection.execute(query).first() is None:
            problems.append(FieldProblem(field="nomination_id", message="Chọn một đề nghị của hồ sơ này."))
    return problems
