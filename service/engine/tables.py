"""The engine's rows: what is deployed, what runs, what waits, what was decided, what is still to be done.

An instance's state is bytes that only `workflows` reads; every row here can be listed, counted and searched.
Ids of instances and tokens are UUIDs as text. `root_id` names the instance at the top of a call tree: commands lock
its row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.database.metadata import Instant, JsonText, metadata

_Id = BigInteger().with_variant(Integer, "sqlite")
_RUNNING = text("parent_id is null and state = 'active'")
_OPEN, _READY = text("state = 'open'"), text("state = 'ready'")

deployment = Table(
    "deployment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False, comment="Camunda Modeler, trinh deploy, page"),
    Column("deployed_by", ForeignKey("account.id")),
    Column("deployed_at", Instant, nullable=False),
)

resource = Table(
    "resource",
    metadata,
    Column("id", String(160), primary_key=True, comment="key:version:uuid"),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False, comment="process, decision, form"),
    Column("key", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the whole file"),
    Column("content", LargeBinary, nullable=False, comment="the whole file, as deployed"),
    UniqueConstraint("kind", "key", "version"),
    CheckConstraint("kind in ('process', 'decision', 'form')", name="resource_kind_known"),
)

deployment_check = Table(
    "deployment_check",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("checked_at", Instant, nullable=False),
    Column("checked_by", ForeignKey("account.id")),
    Column("source", Text, nullable=False),
    Column("deployment_id", ForeignKey("deployment.id"), comment="what is in force now; NULL: it was refused"),
    Column("files", JsonText, nullable=False, comment="[{name, bytes}]"),
    Column("problems", JsonText, nullable=False, comment="[{file, element, line, severity, code, message}]"),
)

start_subscription = Table(
    "start_subscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("definition_id", ForeignKey("resource.id"), nullable=False),
    Column("key", String(120), nullable=False),
    Column("element", String(120), nullable=False),
    Column("kind", String(8), nullable=False, comment="message, timer, signal"),
    Column("name", Text, comment="of the message or signal"),
    Column("due_at", Instant, comment="next start of a timer; NULL: none is left"),
    Column("started_at", Instant, comment="where the timer counts from"),
    Column("expression", Text, comment="the timer's moment or cycle"),
    Column("repeats_left", Integer, comment="starts left of a cycle; NULL: without end"),
    Index(None, "kind", "name"),
)

instance = Table(
    "instance",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("root_id", String(36), nullable=False, index=True),
    Column("parent_id", ForeignKey("instance.id"), index=True),
    Column("parent_token", String(36), comment="the call activity's token in the parent"),
    Column("definition_id", ForeignKey("resource.id"), nullable=False),
    Column("key", String(120), nullable=False),
    Column("business_key", String(120)),
    Column("unit_id", ForeignKey("unit.id"), comment="whose dossier; NULL: the City's"),
    Column("title", Text, nullable=False, default=""),
    Column("state", String(10), nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
    Column("format", Integer, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("started_by", ForeignKey("account.id")),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "key", "business_key"),
    Index(None, "unit_id", "started_at"),
    Index("uq_instance_running", "key", "business_key", unique=True, postgresql_where=_RUNNING, sqlite_where=_RUNNING),
    CheckConstraint("state in ('active', 'completed', 'cancelled')", name="instance_state_known"),
)

task = Table(
    "task",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    Column("root_id", String(36), nullable=False, index=True),
    Column("element", String(120), nullable=False),
    Column("name", Text, nullable=False),
    Column("lane", Text),
    Column("unit_id", ForeignKey("unit.id"), comment="whose people may act"),
    Column("candidate_groups", Text, nullable=False, default=",", comment=",role,role, with a comma at both ends"),
    Column("candidate_users", Text, nullable=False, default=",", comment=",username, likewise"),
    Column("assignee_id", ForeignKey("account.id")),
    Column("assigned_at", Instant),
    Column("form_key", String(120)),
    Column("form_ref", JsonText, comment="{key, binding, version} of a Camunda Form"),
    Column("properties", JsonText, nullable=False, default={}),
    Column("priority", Integer, nullable=False, default=50),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("due_budget", Integer, comment="working days"),
    Column("follow_up_at", Instant),
    Column("revision", Integer, nullable=False, default=1),
    Column("state", String(10), nullable=False, default="open"),
    Column("closed_at", Instant),
    Column("closed_by", ForeignKey("account.id")),
    Index("ix_task_open_due", "due_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_task_instance_id", "instance_id"),
    Index("ix_task_unit_id_state", "unit_id", "state"),
    Index("ix_task_assignee_id_state", "assignee_id", "state"),
    CheckConstraint("state in ('open', 'completed', 'cancelled')", name="task_state_known"),
    CheckConstraint("state <> 'completed' or closed_by is not null", name="completed_by_somebody"),
)

external_task = Table(
    "external_task",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False, index=True),
    Column("root_id", String(36), nullable=False),
    Column("element", String(120), nullable=False),
    Column("topic", String(120), nullable=False),
    Column("variables", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("worker_id", String(120), comment="the program outside that locked it last, by the name it gives itself"),
    Column("lock_expires_at", Instant, comment="nobody else gets it before; after a failure: no try before"),
    Column("retries", Integer, comment="tries left after a failure; NULL: none has failed"),
    Column("error_message", Text, comment="of the last failure"),
    Column("error_details", Text),
    Index(None, "topic", "created_at"),
)

worker_topic = Table(
    "worker_topic",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True, comment="of a service outside"),
    Column("topic", String(120), primary_key=True, comment="it may work on; a diagram may name it"),
)

timer = Table(
    "timer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False, index=True),
    Column("root_id", String(36), nullable=False),
    Column("element", String(120), nullable=False),
    Column("host", String(36), comment="the task a boundary timer sits on"),
    Column("due_at", Instant, nullable=False, index=True),
    Column("expression", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("budget", Integer, comment="working days"),
    Column("percent", Integer, nullable=False, default=100),
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False, index=True),
    Column("root_id", String(36), nullable=False),
    Column("element", String(120), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", Text, nullable=False),
    Index(None, "kind", "name"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("token_id", String(36), comment="the parked token; NULL: a job failed"),
    Column("job_id", _Id),
    Column("instance_id", ForeignKey("instance.id"), nullable=False, index=True),
    Column("root_id", String(36), nullable=False),
    Column("element", String(120)),
    Column("code", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("resolved_at", Instant),
)

approval = Table(
    "approval",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("task_id", ForeignKey("task.id"), nullable=False, unique=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False, index=True),
    Column("root_id", String(36), nullable=False, index=True),
    Column("element", String(120), nullable=False),
    Column("task_name", Text, nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("on_behalf_of", ForeignKey("account.id"), comment="ủy quyền"),
    Column("role", String(40), nullable=False),
    Column("unit_id", ForeignKey("unit.id")),
    Column("at", Instant, nullable=False),
    Column("decision", Text),
    Column("reason", Text),
    Column("revision", Integer, nullable=False, comment="of the task, as the person saw it"),
    Column("answers", JsonText, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("task_id", ForeignKey("task.id"), primary_key=True),
    Column("account_id", ForeignKey("account.id"), primary_key=True, comment="whose it is; nobody else reads it"),
    Column("typed", JsonText, nullable=False, comment="[[name of the input, what was typed]], as the page sent it"),
    Column("saved_at", Instant, nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), nullable=False),
    Column("root_id", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(30), nullable=False, comment="entered, left, cancelled, started, completed, claimed …"),
    Column("element", String(120)),
    Column("name", Text),
    Column("account_id", ForeignKey("account.id")),
    Column("detail", JsonText),
    Index(None, "root_id", "id"),
    Index(None, "instance_id", "id"),
)

job = Table(
    "job",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(40), nullable=False, comment="message, signal, external, mail, notice"),
    Column("payload", JsonText, nullable=False),
    Column("instance_id", ForeignKey("instance.id"), index=True),
    Column("state", String(8), nullable=False, default="ready"),
    Column("run_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("max_attempts", Integer, nullable=False, default=5),
    Column("leased_until", Instant),
    Column("leased_by", Text),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_job_ready", "run_at", "id", postgresql_where=_READY, sqlite_where=_READY),
    CheckConstraint("state in ('ready', 'done', 'failed')", name="job_state_known"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("link", Text),
    Column("read_at", Instant),
    Column("dedupe", String(120), unique=True, comment="the same event never tells the same person twice"),
    Index(None, "account_id", "read_at", "id"),
)
