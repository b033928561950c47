"""Every step of a round, its councils and its decision, for `handlers.py` to list."""

from __future__ import annotations

from service.awards.councils.approve_minutes import ApproveMinutes
from service.awards.councils.break_tie import BreakTie
from service.awards.councils.convene import Convene
from service.awards.councils.minutes import Minutes
from service.awards.councils.record_votes import RecordVotes
from service.awards.councils.written_opinions import WrittenOpinions
from service.awards.decisions.chair_decision import ChairDecision
from service.awards.decisions.fix_lines import FixLines
from service.awards.decisions.number_decision import NumberDecision
from service.awards.decisions.office_check import OfficeCheck
from service.awards.decisions.settle_awards import SettleAwards
from service.awards.decisions.sign_list import SignList
from service.awards.rounds.close_round import CloseRound
from service.awards.rounds.count_outstanding import CountOutstanding
from service.awards.rounds.draft_guidance import DraftGuidance
from service.awards.rounds.freeze_pool import FreezePool
from service.awards.rounds.publish_results import PublishResults
from service.awards.rounds.rank_pool import RankPool
from service.awards.rounds.sign_guidance import SignGuidance
from service.engine.handlers import TaskHandler, TopicHandler

ROUND_TASKS: tuple[TaskHandler, ...] = (
    DraftGuidance(),
    SignGuidance(),
    Convene(),
    WrittenOpinions(),
    RecordVotes(),
    Minutes(),
    ApproveMinutes(),
    BreakTie(),
    SignList(),
    OfficeCheck(),
    FixLines(),
    ChairDecision(),
    NumberDecision(),
    SettleAwards(),
)

ROUND_TOPICS: tuple[TopicHandler, ...] = (
    CountOutstanding(),
    FreezePool(),
    RankPool(),
    PublishResults(),
    CloseRound(),
)
