"""Runs inside a unit of work that `service.database.migrate` opened: alembic itself neither begins nor commits."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from service.database.metadata import metadata


def render_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the house's own column types as the database's: a migration never imports the application."""
    if kind == "type" and isinstance(item, TypeDecorator):
        inner = item.impl_instance
        arguments = "timezone=True" if getattr(inner, "timezone", False) else ""
        return f"sa.{type(inner).__name__}({arguments})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_type,
    compare_type=True,
)
context.run_migrations()
