"""Dossiers and their history as the API reads them."""

from __future__ import annotations

from marshmallow import fields

from service.api.schemas import BaseSchema, Moment


class WaitingSchema(BaseSchema):
    """An open task that the dossier waits for."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    element = fields.String(required=True)
    instance_id = fields.UUID(required=True)
    unit_id = fields.String(required=True, allow_none=True)
    assignee_name = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)


class IncidentSchema(BaseSchema):
    """A step that could not go on and waits for somebody to retry it."""

    id = fields.Integer(required=True)
    element = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    raised_at = Moment(required=True)


class InstanceSchema(BaseSchema):
    """A process instance. `variables` is null for those who follow deadlines and may not read the content."""

    id = fields.UUID(required=True)
    root_id = fields.UUID(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)
    process_key = fields.String(required=True)
    process_name = fields.String(required=True)
    process_version = fields.Integer(required=True)
    business_key = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    unit_id = fields.String(required=True, allow_none=True)
    unit_name = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["active", "completed", "cancelled"]})
    started_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)
    variables = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    tasks = fields.List(fields.Nested(WaitingSchema), required=True)
    incidents = fields.List(fields.Nested(IncidentSchema), required=True)


class HistoryEntrySchema(BaseSchema):
    """One thing that happened, oldest first."""

    id = fields.Integer(required=True)
    instance_id = fields.UUID(required=True)
    at = Moment(required=True)
    kind = fields.String(required=True, metadata={"description": "started, entered, left, claimed, completed, …"})
    element = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    account_name = fields.String(required=True, allow_none=True)
    detail = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class HistorySchema(BaseSchema):
    """One page of a dossier's history."""

    items = fields.List(fields.Nested(HistoryEntrySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
