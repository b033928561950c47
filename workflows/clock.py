"""The command's moment, the functions expressions may call about time, and deadlines that can be worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from workflows import instants
from workflows.calendar import VIETNAM, CalendarError, ClockStopped, Pause, WorkCalendar
from workflows.errors import ExpressionError
from workflows.model import STOPPED, Deadline, Value

MAX_WORKDAYS = 10_000
MAX_PERCENT = 1_000


def time_functions(at: datetime) -> dict[str, Callable[..., Value]]:
    """`now()` and `today()` of an expression at this aware moment, as the clocks of Hà Nội show it."""
    moment = at.astimezone(VIETNAM)
    return {"now": lambda: moment, "today": lambda: moment.date()}


class Clock:
    """One command's time. `workdays` and `deadline` remember what they were asked, so that a deadline keeps it."""

    def __init__(self, at: datetime, calendar: WorkCalendar) -> None:
        """Raises ValueError for a naive `at`."""
        if at.utcoffset() is None:
            raise ValueError(f"{at!r} has no time zone: the engine takes aware datetimes only")
        self.at = at.astimezone(UTC)
        self.calendar = calendar
        self.host: Callable[[], Deadline | None] | None = None
        """Gives the deadline of the task that a boundary timer sits on."""
        self.asked: Deadline | None = None
        self.functions: Mapping[str, Callable[..., Value]] = {
            "workdays": self.workdays,
            "deadline": self.deadline,
            **time_functions(self.at),
        }

    # -- what expressions call

    def workdays(self, days: Value) -> datetime:
        """The end of the n-th working day after today. Raises ExpressionError."""
        count = _count(days, MAX_WORKDAYS, "workdays")
        due_at = self.within(lambda: self.calendar.workdays_after(self.at, count))
        self.asked = Deadline(due_at=due_at, expression="", started_at=self.at, budget=count)
        return due_at

    def deadline(self, percent: Value) -> datetime:
        """The moment at which `percent` of the host task's time is used. Raises ExpressionError."""
        share = _count(percent, MAX_PERCENT, "deadline")
        host = self.host() if self.host is not None else None
        if host is None:
            raise ExpressionError("deadline(…) chỉ dùng trong hẹn giờ gắn trên bước có hạn xử lý (dueDate).")
        self.asked = self.share_of(host, share, ())
        return self.asked.due_at

    # -- deadlines

    def share_of(self, host: Deadline, percent: int, pauses: tuple[Pause, ...]) -> Deadline:
        """A share of a task's time: of its working days, or of the plain time of a fixed due date."""
        if host.due_at >= STOPPED:
            due_at = STOPPED
        elif host.budget is not None:
            due_at = self.counted(host.started_at, host.budget, percent, pauses)
        else:
            due_at = host.started_at + (host.due_at - host.started_at) * percent / 100
        return Deadline(due_at=due_at, expression="", started_at=host.started_at, budget=host.budget, percent=percent)

    def counted(self, start: datetime, days: int, percent: int, pauses: tuple[Pause, ...]) -> datetime:
        """`STOPPED` while a pause without an end holds. Raises ExpressionError."""
        try:
            if percent == 100:
                return self.within(lambda: self.calendar.workdays_after(start, days, pauses))
            return self.within(lambda: self.calendar.share(start, days, percent, pauses))
        except ClockStopped:
            return STOPPED

    def within(self, count: Callable[[], datetime]) -> datetime:
        """Raises ExpressionError where the calendar ends."""
        try:
            return count()
        except ClockStopped:
            raise
        except (CalendarError, OverflowError) as error:
            raise ExpressionError(str(error)) from error

    def due(self, evaluate: Callable[[], Value], expression: str) -> Deadline | None:
        """A due or follow-up date. A bare day means its closing hour. Raises ExpressionError."""
        self.asked = None
        value = evaluate()
        if value is None or value == "":
            return None
        due_at = instants.due(value, self.at, day_at=self.calendar.day_end)
        return self._kept(due_at, expression)

    def timer(self, evaluate: Callable[[], Value], kind: str, expression: str) -> tuple[Deadline, int | None]:
        """A timer's moment, and for a cycle how many firings it has (None: without end).

        Raises ExpressionError.
        """
        self.asked = None
        value = evaluate()
        if value is None or value == "":
            raise ExpressionError(f"Hẹn giờ “{expression[:80]}” không cho ra thời điểm nào.")
        if kind != "cycle":
            return self._kept(instants.due(value, self.at), expression), 1
        return self._begun(instants.cycle(str(value)), str(value))

    def _begun(self, cycle: instants.Cycle, expression: str) -> tuple[Deadline, int | None]:
        """A cycle's first moment from now on, on its grid. What lies before is used up; nobody waited for it then.

        One that is over altogether is due at once, like a date in the past. Raises ExpressionError.
        """
        first = cycle.start if cycle.start is not None else cycle.span.after(self.at)
        over = _round_at(cycle.span, first, self.at)
        if cycle.times is not None:
            over = min(over, cycle.times - 1)
        left = None if cycle.times is None else cycle.times - over
        return Deadline(due_at=cycle.span.after(first, over), expression=expression, started_at=first), left

    def next_round(self, deadline: Deadline, left: int | None) -> tuple[Deadline, int | None]:
        """After a cycle fired: on its grid, the first moment to come; the rounds it missed are used up.

        The second value is 0 when none is left.
        """
        cycle, first = instants.cycle(deadline.expression), deadline.started_at
        this = _round_at(cycle.span, first, deadline.due_at)
        following = max(this + 1, _round_at(cycle.span, first, self.at + timedelta.resolution))
        rest = None if left is None else max(0, left - (following - this))
        return replace(deadline, due_at=cycle.span.after(first, following)), rest

    def recounted(self, deadline: Deadline, pauses: tuple[Pause, ...]) -> Deadline:
        """The same budget from the same start, by this calendar and these pauses. Raises ExpressionError."""
        if deadline.budget is None:
            return deadline
        due_at = self.counted(deadline.started_at, deadline.budget, deadline.percent, pauses)
        return replace(deadline, due_at=due_at)

    def _kept(self, due_at: datetime, expression: str) -> Deadline:
        """The deadline with the budget it came from, if the value is the very answer of `workdays`/`deadline`."""
        asked = self.asked
        if asked is None or asked.due_at != due_at:
            return Deadline(due_at=due_at, expression=expression, started_at=self.at)
        return Deadline(
            due_at=due_at,
            expression=expression,
            started_at=asked.started_at,
            budget=asked.budget,
            percent=asked.percent,
        )


def _round_at(span: instants.Span, first: datetime, moment: datetime) -> int:
    """The number of the first round at or after `moment`; `first` is round 0."""
    longest = timedelta(days=31 * span.months) + span.rest
    number = max(0, (moment - first) // longest)
    while span.after(first, number) < moment:
        number += 1
    return number


def _count(value: Value, limit: int, name: str) -> int:
    """Raises ExpressionError for anything but a whole number from 0 to `limit`."""
    try:
        number = int(value)
        if isinstance(value, bool) or number != value or not 0 <= number <= limit:
            raise ValueError
    except (TypeError, ValueError, OverflowError) as error:
        raise ExpressionError(f"{name}(…) nhận một số nguyên từ 0 đến {limit:,}.") from error
    return number
