"""The demo's round: three units are invited, by the real procedure, so that a clerk signs in and carries on.

Repeating it adds nothing: an existing round is left alone. Messages go out with the next run of a worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from service.awards.tables import award_round
from service.engine.commands.complete import CompleteTask, complete
from service.engine.commands.start import StartProcess, start
from service.engine.rows import instance_row, task_row
from service.engine.tables import instance, task
from service.engine.task_forms import form_for, task_context
from service.errors import NotFound
from service.people.reads import actor_by_username

if TYPE_CHECKING:
    from service.database.unit import Unit
    from service.engine.context import Engine
    from service.people.actor import Actor

UNITS = ("00070", "00073", "so_du_lich")
EXPERT, DIRECTOR = "chuyenvien", "giamdoc"


class DemoPersonMissing(NotFound):
    """The demo accounts come first."""

    code = "demo_person_missing"
    message = "Chưa có tài khoản mẫu “{username}”. Chạy lệnh trinh demo."


def seed(engine: Engine, at: datetime | None = None) -> None:
    """Open an annual round for two communes and a department, guidance drafted and signed.

    Raises:
        DemoPersonMissing.
        ProcessNotFound: the procedures are not deployed.
    """
    with engine.database.unit_of_work(at, read_only=True) as unit:
        if unit.connection.execute(select(award_round.c.id).limit(1)).first() is not None:
            return
        expert, director = _person(unit, EXPERT), _person(unit, DIRECTOR)
    begun = start(engine, StartProcess(key="award_round", variables={"unit_id": "so_noi_vu"}), expert, at=at)
    invited = {"units_scope": "selected", "unit_ids": list(UNITS)}
    _do(engine, begun.instance_id, "draft_guidance", expert, invited, at)
    signed = {"decision": "approved", "guidance_number": "3215/HD-SNV"}
    _do(engine, begun.instance_id, "sign_guidance", director, signed, at)


def _person(unit: Unit, username: str) -> Actor:
    actor = actor_by_username(unit, username)
    if actor is None:
        raise DemoPersonMissing(username=username)
    return actor


def _do(
    engine: Engine, instance_id: str, element: str, actor: Actor, answers: Mapping[str, Any], at: datetime | None
) -> None:
    """Complete the open task of an element: its form as it starts, with these answers."""
    query = (
        select(task, instance)
        .join(instance, instance.c.id == task.c.instance_id)
        .where(task.c.root_id == instance_id, task.c.element == element, task.c.state == "open")
    )
    with engine.database.unit_of_work(at, read_only=True) as unit:
        row = unit.connection.execute(query).one()
        held, of = task_row(row), instance_row(row)
        context = task_context(unit, held, of, actor, engine.calendar_of(unit))
        form = form_for(engine, unit, held, of, context)
    begun = form.values if form is not None else {}
    complete(engine, CompleteTask(task_id=held.id, revision=held.revision, answers={**begun, **answers}), actor, at=at)
