"""Who may act and who may read, as a rule for a row and as SQL: the two must agree."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text

from service.database.unit import Database
from service.engine.tables import deployment, instance, resource, task
from service.people import policy
from service.people.actor import Actor, RoleHeld
from service.people.errors import MayNotStart, StartingUnitUnclear
from service.people.reads import actor_by_username

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Row:
    unit_id: str | None = "00070"
    assignee_id: int | None = None
    candidate_groups: str = ","
    candidate_users: str = ","


def actor(*roles: str, username: str = "ai.do", account_id: int = 77) -> Actor:
    held = tuple(RoleHeld(role=role.split("@")[0], unit_id=[*role.split("@"), None][1]) for role in roles)
    return Actor(account_id=account_id, username=username, full_name="Ai Đó", title="", roles=held)


@pytest.mark.parametrize(
    ("who", "row", "allowed"),
    [
        (actor("unit_clerk@00070"), Row(candidate_groups=",unit_clerk,"), True),
        (actor("unit_clerk@00073"), Row(candidate_groups=",unit_clerk,"), False),
        (actor("unit_clerk@00070"), Row(candidate_groups=",unit_clerk,", unit_id=None), False),
        (actor("unit_head@00070"), Row(candidate_groups=",unit_clerk,"), False),
        (actor("unit_head@00070"), Row(candidate_groups=",unit_clerk,unit_head,"), True),
        (actor("snv_expert"), Row(candidate_groups=",snv_expert,"), True),
        (actor("snv_expert"), Row(candidate_groups=",snv_expert,", unit_id=None), True),
        (actor("snv_expert"), Row(candidate_groups=",snv_expert_of_something,"), False),
        (actor("process_owner"), Row(candidate_groups=",snv_expert,"), False),
        (actor(username="le.lan"), Row(candidate_users=",le.lan,"), True),
        (actor(username="le.lan"), Row(candidate_users=",le.lan2,"), False),
        (actor(username="le_lan"), Row(candidate_users=",leXlan,"), False),
        (actor(account_id=5), Row(assignee_id=5), True),
        (actor(account_id=5), Row(assignee_id=6), False),
        (actor(), Row(), False),
    ],
)
def test_who_may_act(who: Actor, row: Row, allowed: bool, city: Database) -> None:
    assert policy.may_act(who, row) is allowed
    columns = {
        "unit_id": row.unit_id,
        "assignee_id": row.assignee_id,
        "candidate_groups": row.candidate_groups,
        "candidate_users": row.candidate_users,
    }
    parts = ", ".join(
        f"cast(:{name} as {'integer' if name == 'assignee_id' else 'text'}) as {name}" for name in columns
    )
    one_row = text(f"select {parts}").bindparams(**columns).columns(**{name: task.c[name].type for name in columns})
    as_table = one_row.subquery()
    with city.unit_of_work(read_only=True) as unit:
        found = unit.connection.execute(select(as_table).where(policy.tasks_actionable_by(who, as_table.c))).all()
    assert bool(found) is allowed


def add_instances(database: Database, units: Sequence[str | None]) -> dict[str | None, str]:
    ids = {unit_id: str(uuid.uuid4()) for unit_id in units}
    with database.unit_of_work(AT) as unit:
        unit.connection.execute(
            insert(deployment).values(id="d", name="", source="test", deployed_by=None, deployed_at=AT)
        )
        unit.connection.execute(
            insert(resource).values(
                id="p:1:x", deployment_id="d", kind="process", key="p", version=1, name="", file_name="p.bpmn",
                sha256="0" * 64, content=b"<x/>",
            )
        )  # fmt: skip
        for unit_id, instance_id in ids.items():
            unit.connection.execute(
                insert(instance).values(
                    id=instance_id, root_id=instance_id, definition_id="p:1:x", key="p", unit_id=unit_id,
                    state="active", snapshot=b"", format=1, started_at=AT,
                )
            )  # fmt: skip
    return ids


READERS = {
    "vanthu.hoankiem": ({"00070"}, {"00070"}),
    "chutich.cuanam": ({"00073"}, {"00073"}),
    "lanhdao.thanhtra": (set(), set()),
    "chuyenvien": ({"00070", "00073", None}, {"00070", "00073", None}),
    "chutich": ({"00070", "00073", None}, {"00070", "00073", None}),
    "thanhtra": ({"00070", "00073", None}, {"00070", "00073", None}),
    "giamsat": (set(), {"00070", "00073", None}),
    "quytrinh": (set(), set()),
    "quantri": (set(), set()),
    "dichvu": (set(), set()),
}


def test_who_may_read(city: Database) -> None:
    units = ("00070", "00073", None)
    ids = add_instances(city, units)
    for username, (content, overseen) in READERS.items():
        with city.unit_of_work(read_only=True) as unit:
            who = actor_by_username(unit, username)
            assert who is not None
            query = select(instance.c.id)
            read = set(unit.connection.execute(query.where(policy.instances_readable_by(who, instance.c))).scalars())
            seen = set(unit.connection.execute(query.where(policy.instances_overseen_by(who, instance.c))).scalars())
        assert read == {ids[unit_id] for unit_id in content}, username
        assert seen == {ids[unit_id] for unit_id in overseen}, username
        assert {unit_id for unit_id in units if policy.may_read(who, unit_id)} == content, username
        assert {unit_id for unit_id in units if policy.may_oversee(who, unit_id)} == overseen, username


def test_role_acted_in_is_the_candidate_group_held_for_the_unit() -> None:
    who = actor("unit_clerk@00073", "unit_head@00070")
    assert policy.role_acted_in(who, Row(candidate_groups=",unit_clerk,unit_head,")) == "unit_head"
    assert policy.role_acted_in(who, Row(candidate_groups=",snv_expert,")) is None


def test_starting_unit() -> None:
    groups = ("unit_clerk",)
    assert policy.starting_unit(actor("unit_clerk@00070"), groups, None) == "00070"
    assert policy.starting_unit(actor("unit_clerk@00070"), groups, "00070") == "00070"
    assert policy.starting_unit(actor("snv_expert"), ("snv_expert",), "so_noi_vu") == "so_noi_vu"
    assert policy.starting_unit(actor("snv_expert"), ("snv_expert",), None) is None
    for who, asked in (
        (actor("unit_clerk@00070"), "00073"),
        (actor("unit_head@00070"), None),
        (actor("process_owner"), None),
    ):
        with pytest.raises(MayNotStart):
            policy.starting_unit(who, groups, asked)
    with pytest.raises(StartingUnitUnclear):
        policy.starting_unit(actor("unit_clerk@00070", "unit_clerk@00073"), groups, None)


@pytest.mark.parametrize(
    ("who", "groups", "allowed"),
    [
        (actor("unit_clerk@00070"), ",unit_head,", True),
        (actor("unit_clerk@00070"), ",snv_expert,", False),
        (actor("unit_clerk@00070"), ",unit_head,ubnd_chair,", False),
        (actor("unit_clerk@00070"), ",", True),
        (actor("unit_clerk@00073"), ",unit_head,", False),
        (actor("auditor"), ",snv_expert,", True),
        (actor("supervisor"), ",unit_head,", False),
        (actor("administrator"), ",unit_head,", False),
    ],
)
def test_who_reads_a_step_that_is_not_theirs(who: Actor, groups: str, allowed: bool) -> None:
    assert policy.may_read_step(who, Row(candidate_groups=groups), "00070") is allowed
