"""A cursor is the place after a row: it comes back as it went, and nothing else passes for one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.paging import CursorUnreadable, read_cursor, write_cursor

MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)


@given(MOMENTS, st.uuids())
def test_round_trip(due_at: datetime | None, row_id: object) -> None:
    assert read_cursor(write_cursor((due_at, str(row_id)))) == (due_at, str(row_id))


def test_any_zone_is_the_same_moment() -> None:
    hanoi = datetime(2026, 11, 24, 17, tzinfo=timezone(timedelta(hours=7)))
    assert write_cursor((hanoi, "a")) == write_cursor((hanoi.astimezone(UTC), "a"))


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_garbage_is_refused(cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        read_cursor(cursor)


@pytest.mark.parametrize(
    "text",
    ['["2026-11-24T10:00:00", "a"]', "[null]", "[null, 5]", '[null, "\\u0000"]', '[5, "a"]', '{"a": 1}', "[" * 5000],
)
def test_wrong_contents_are_refused(text: str) -> None:
    with pytest.raises(CursorUnreadable):
        read_cursor(base64.urlsafe_b64encode(text.encode()).decode())
