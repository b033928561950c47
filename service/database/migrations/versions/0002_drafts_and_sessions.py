"""Drafts of answers, and sessions that end when a person signs out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False, comment="whose it is; nobody else reads it"),
        sa.Column(
            "typed", sa.Text(), nullable=False, comment="[[name of the input, what was typed]], as the page sent it"
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draft_task_id")),
        sa.PrimaryKeyConstraint("task_id", "account_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column(
            "token_hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of what the browser's cookie holds",
        ),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_session")),
    )
    op.create_index(op.f("ix_sign_in_session_account_id"), "sign_in_session", ["account_id"])


def downgrade() -> None:
    op.drop_table("sign_in_session")
    op.drop_table("draft")
