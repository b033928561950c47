"""Drafts of answers, sessions that end when a person signs out, and submissions about which agencies are asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = "'appraising', 'confirming'"
AFTER = "'appraising', 'consulting', 'confirming'"
STATES = (
    "'invited', 'drafting', 'council', 'signing', 'signed', 'submitted', 'returned', 'appraising', 'consulting', "
    "'confirming', 'ready', 'late', 'withdrawn', 'expired', 'ineligible', 'no_proposal', 'not_taking_part', 'in_pool', "
    "'director', 'office', 'chair', 'numbering', 'diverted', 'decided', 'closed'"
)


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
    _let_agencies_be_asked()


def _let_agencies_be_asked() -> None:
    """A law of the table that allows one state more.

    SQLite cannot alter a CHECK, and a table made anew would take the rows that point at it along. What is stored does
    not change, so its own way for that is taken: the text of the table is corrected where SQLite keeps it.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("submission_state_known"), "submission", type_="check")
        op.create_check_constraint(op.f("submission_state_known"), "submission", f"state in ({STATES})")
        return
    connection = op.get_bind()
    number = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    corrected = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'submission'"
    connection.exec_driver_sql(corrected, (BEFORE, AFTER))
    connection.exec_driver_sql(f"PRAGMA schema_version={number + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=RESET")


def downgrade() -> None:
    # The law stays as wide as it is: rows may have the new state.
    op.drop_table("sign_in_session")
    op.drop_table("draft")
