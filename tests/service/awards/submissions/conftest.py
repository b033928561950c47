"""The world of a submission, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from service.database.unit import Database
from tests.service.awards.submission_world import SubmissionWorld


@pytest.fixture
def world(database: Database) -> SubmissionWorld:
    return SubmissionWorld(database).settle()
