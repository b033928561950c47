"""Tasks as the API reads and writes them."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import fields

from service.api.schemas import BaseSchema, Int, Mapping, Moment, QueryInt, Text
from service.engine.forms import Kind

MAX_PAGE = 200
DEFAULT_PAGE = 50
LARGEST_REVISION = 2**31 - 1


class CommaList(fields.Field[Any]):
    """`,a,b,` in the row, a list outside."""

    def _serialize(self, value: str | None, attr: str | None, obj: Any, **kwargs: Any) -> list[str]:
        return [part for part in (value or "").split(",") if part]


class TaskQuery(BaseSchema):
    """Which tasks, and which page of them."""

    group = Text(max_length=120, metadata={"description": "Only tasks of this candidate group (role key)"})
    due_before = Moment(metadata={"description": "Only tasks due before this moment"})
    limit = QueryInt(minimum=1, maximum=MAX_PAGE, load_default=DEFAULT_PAGE)
    cursor = Text(max_length=400, metadata={"description": "`next_cursor` of the page before"})


class TaskSchema(BaseSchema):
    """An open or closed user task."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    element = fields.String(required=True, metadata={"description": "Id of the user task in the diagram"})
    process_key = fields.String(required=True)
    instance_id = fields.UUID(required=True)
    root_id = fields.UUID(required=True, metadata={"description": "The dossier: the instance at the top"})
    business_key = fields.String(required=True, allow_none=True)
    unit_id = fields.String(required=True, allow_none=True, metadata={"description": "Whose people may act"})
    unit_name = fields.String(required=True, allow_none=True)
    candidate_groups = CommaList(required=True, metadata={"type": "array", "items": {"type": "string"}})
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "Username"})
    assignee_name = fields.String(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    follow_up_at = Moment(required=True, allow_none=True)
    revision = fields.Integer(required=True, metadata={"description": "Send it back with claim, unclaim, complete"})
    state = fields.String(required=True, metadata={"enum": ["open", "completed", "cancelled"]})


class TaskPage(BaseSchema):
    """One page of the worklist, by due date; tasks without one come last."""

    items = fields.List(fields.Nested(TaskSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class OptionSchema(BaseSchema):
    """One choice."""

    value = fields.String(required=True)
    label = fields.String(required=True)


class RowKeySchema(BaseSchema):
    """One fixed row of a table."""

    key = fields.Function(lambda pair: pair[0], required=True, metadata={"type": "string"})
    label = fields.Function(lambda pair: pair[1], required=True, metadata={"type": "string"})


class ShownIfSchema(BaseSchema):
    """The field counts only while another field has one of these values."""

    field = fields.Function(lambda pair: pair[0], required=True, metadata={"type": "string"})
    values = fields.Function(
        lambda pair: list(pair[1]), required=True, metadata={"type": "array", "items": {"type": "string"}}
    )


class FormFieldSchema(BaseSchema):
    """One field of a form."""

    key = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(get_args(Kind))})
    label = fields.String(required=True)
    hint = fields.String(required=True)
    required = fields.Boolean(required=True)
    read_only = fields.Boolean(required=True)
    default = fields.Raw(required=True, allow_none=True)
    options = fields.List(fields.Nested(OptionSchema), required=True)
    minimum = fields.Raw(required=True, allow_none=True, metadata={"type": ["number", "null"]})
    maximum = fields.Raw(required=True, allow_none=True, metadata={"type": ["number", "null"]})
    min_length = fields.Integer(required=True, allow_none=True)
    max_length = fields.Integer(required=True, allow_none=True)
    pattern = fields.String(required=True, allow_none=True)
    columns = fields.List(fields.Nested(lambda: FormFieldSchema()), required=True)
    row_keys = fields.List(fields.Nested(RowKeySchema), required=True)
    max_rows = fields.Integer(required=True)
    shown_if = fields.Nested(ShownIfSchema, required=True, allow_none=True)
    hidden = fields.Boolean(required=True, metadata={"description": "Not asked with the answers there are"})
    disabled = fields.Boolean(required=True, metadata={"description": "Shown, neither checked nor recorded"})
    value = fields.Raw(required=True, allow_none=True, metadata={"description": "What the server itself answers"})
    step = fields.Raw(required=True, allow_none=True, metadata={"type": ["number", "null"]})
    decimals = fields.Integer(required=True, allow_none=True)
    found_pattern = fields.String(required=True, allow_none=True)
    keeps_rows = fields.Boolean(required=True)
    markup = fields.String(required=True, metadata={"description": "Safe HTML of a drawn text"})
    cells = fields.List(fields.List(fields.String()), required=True)


class FormSchema(BaseSchema):
    """What has to be answered to complete the task."""

    intro = fields.String(required=True)
    submit_label = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FormFieldSchema), required=True, attribute="fields", data_key="fields")
    values = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Starting values by key"})


class TaskDetailSchema(TaskSchema):
    """A task with its form; without one once it is closed."""

    form = fields.Nested(FormSchema, required=True, allow_none=True)


class RevisionBody(BaseSchema):
    """The revision as the caller saw it; a newer one in the database refuses the act."""

    revision = Int(minimum=1, maximum=LARGEST_REVISION, required=True)


class CompleteBody(RevisionBody):
    """The answers of a task's form by field key."""

    answers = Mapping(keys=fields.String(), load_default=dict)


class ClaimedSchema(BaseSchema):
    """Whether somebody holds the task now, and the revision to go on with."""

    task_id = fields.UUID(required=True)
    held = fields.Function(lambda claimed: claimed.assignee_id is not None, required=True, metadata={"type": "boolean"})
    revision = fields.Integer(required=True)


class OpenedSchema(BaseSchema):
    """A task that waits now because of the completion."""

    id = fields.UUID(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)


class StoppedSchema(BaseSchema):
    """A step that could not go on. The completion itself is kept; somebody retries the step."""

    element = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class CompletedSchema(BaseSchema):
    """What the completion brought about, called processes included."""

    task_id = fields.UUID(required=True)
    instance_id = fields.UUID(required=True)
    root_id = fields.UUID(required=True)
    completed_at = Moment(required=True)
    instance_state = fields.String(required=True, metadata={"enum": ["active", "completed", "cancelled"]})
    opened = fields.List(fields.Nested(OpenedSchema), required=True)
    incidents = fields.List(fields.Nested(StoppedSchema), required=True)
