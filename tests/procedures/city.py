"""A small city for the diagrams: it acts for the people and, at the engine's edge, for the records of service/awards.

Only the answers are made up; diagrams, tables, messages, calls and timers are the real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.procedures.files import everything
from workflows.external_steps import drawn_step
from workflows.model import ExternalTask
from workflows.simulate import SimulatedTask, Simulator

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""09:00 in Hà Nội, no holiday for weeks."""
CUTOFF = datetime(2026, 6, 30, 10, tzinfo=UTC)

Answers = Mapping[str, Any]


class City:
    """One simulated world. `topics` gives the answer of each `awards:*` topic; a `notify:*` is noted in `sent`."""

    def __init__(self) -> None:
        self.sim = Simulator(at=MONDAY)
        self.sim.deploy(everything())
        self.codes: dict[int, str] = {}
        """Submission id -> business key."""
        self.sent: list[tuple[str, Answers]] = []
        self.topics: dict[str, Callable[[ExternalTask], Answers]] = {
            "awards:count-outstanding": lambda _: {"outstanding": len(self.outstanding())},
            "awards:freeze-pool": lambda _: self._freeze(),
            "awards:mark-late": lambda _: {"late": True},
            "awards:rank-pool": lambda _: {"ties": 0},
            "awards:publish-results": lambda _: {
                "results": [{"code": self.code(one), "outcome": "awarded"} for one in self.pool()]
            },
        }

    # -- people

    def open(self, instance: str) -> list[str]:
        """Elements of the open user tasks, called processes included."""
        return [task.element for task in self.sim.open_tasks(instance)]

    def task(self, instance: str, element: str) -> SimulatedTask:
        found = [task for task in self.sim.open_tasks(instance) if task.element == element]
        assert len(found) == 1, f"{element} in {self.open(instance)}"
        return found[0]

    def do(self, instance: str, element: str, **answers: Any) -> None:
        """Somebody completes the one open task of that element; what follows by itself follows."""
        self.sim.complete(self.task(instance, element).id, answers)
        self.settle()

    def deliver(self, message: str, business_key: str) -> None:
        self.sim.deliver(message, business_key)
        self.settle()

    def at(self, moment: datetime) -> None:
        self.sim.move_clock(moment)
        self.settle()

    def settle(self) -> None:
        """Work off external tasks until none is open."""
        topics = {topic for key in self.sim.library.processes for topic in self.sim.library.process(key).topics}
        while waiting := [task for topic in sorted(topics) for task in self.sim.external(topic)]:
            for task in waiting:
                if task.topic.startswith("notify:"):
                    self.sent.append((task.topic, self._drawn(task)))
                self.sim.finish_external(task.id, self.topics.get(task.topic, lambda _: {})(task))

    def _drawn(self, task: ExternalTask) -> Answers:
        """What the diagram hands to this step by name, without the process's own variables."""
        definitions = [self.sim.library.process(key) for key in self.sim.library.processes]
        names = {name for each in definitions for name in drawn_step(each, task.element).inputs}
        return {name: value for name, value in task.variables.items() if name in names}

    # -- rounds and submissions

    def open_round(self, *units: str, award_class: str = "annual") -> str:
        """Start a round, sign its guidance, invite the units. Returns the round's instance."""
        round_ = self.sim.start("award_round", {"unit_id": "so_noi_vu"}, "DX-2026-01")
        guidance = {"round_id": 1, "round_key": "DX-2026-01", "award_class": award_class, "cutoff_at": CUTOFF}
        self.do(round_, "draft_guidance", **guidance)
        submissions = [{"id": n, "code": f"HS-2026-000{n}", "unit_id": unit} for n, unit in enumerate(units, start=1)]
        self.codes = {one["id"]: one["code"] for one in submissions}
        signed = {"decision": "approved", "round_open": True, "submissions": submissions, "outstanding": len(units)}
        self.do(round_, "sign_guidance", **signed)
        return round_

    def submissions(self) -> list[str]:
        return self.sim.instances("unit_submission")

    def code(self, submission: str) -> str:
        return self.codes[self.sim.variables(submission)["submission_id"]]

    def pool(self) -> list[str]:
        return [one for one in self.submissions() if "wait_result" in self.sim.tokens(one)]

    def outstanding(self) -> list[str]:
        """Neither ready nor closed: those the round still waits for."""
        return [one for one in self.submissions() if self.sim.state(one) == "active" and one not in self.pool()]

    def _freeze(self) -> Answers:
        late = [{"code": self.code(one)} for one in self.outstanding()]
        received = sum("send_submission" in self.sim.path(one) for one in self.outstanding())
        return {"pool_size": len(self.pool()), "late_submissions": late, "waiver_candidates": received}

    def session(self, caller: str, **votes: Any) -> None:
        """A council's meeting without hitches, in whichever called session is open."""
        self.do(caller, "convene", session_id=7, quorate=True)
        self.do(caller, "record_votes", **{"proposed_count": 2, "for_city": 1, **votes})
        self.do(caller, "minutes")
        self.do(caller, "approve_minutes", decision="approved")

    def send(self, submission: str) -> None:
        """From U1 to the receipt desk of Sở Nội vụ."""
        self.do(submission, "prepare", decision="submit")
        self.session(submission)
        self.do(submission, "sign_submission", decision="signed")
        self.do(submission, "send_submission")

    def appraise(self, submission: str, eligible: int = 2, ineligible: int = 0, agencies: tuple[str, ...] = ()) -> None:
        """S1 and S2: received and appraised."""
        self.do(submission, "intake", decision="accepted")
        done = {"decision": "done", "eligible_count": eligible, "ineligible_count": ineligible}
        self.do(submission, "appraise", **done, consult_agencies=list(agencies))

    def confirm(self, submission: str, eligible: int = 2, ineligible: int = 0) -> None:
        counts = {"eligible_count": eligible, "ineligible_count": ineligible}
        self.do(submission, "confirm_appraisal", decision="confirmed", **counts)

    def make_ready(self, submission: str) -> None:
        """The straight road from U1 to S4."""
        self.send(submission)
        self.appraise(submission)
        self.confirm(submission)

    # -- verdict

    def assert_clean(self) -> None:
        """No incident anywhere, no message that nobody took."""
        for key in self.sim.library.processes:
            for instance in self.sim.instances(key):
                assert self.sim.incidents(instance) == []
        assert self.sim.undelivered == []
