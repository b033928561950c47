"""Every step of the procedures that touches the records: by form key, and by topic. `wiring.py` registers them."""

from __future__ import annotations

from service.awards import notices
from service.awards.ad_hoc.commend import UnitCommendation
from service.awards.ad_hoc.decide import ChairDecides, DirectorSigns, OfficeChecks
from service.awards.ad_hoc.divert import Divert
from service.awards.ad_hoc.file_case import FileAdHoc
from service.awards.ad_hoc.head import HeadDecides
from service.awards.ad_hoc.intake import AdHocIntake
from service.awards.ad_hoc.settle import NumberAdHoc, SettleCase
from service.awards.ad_hoc.verify import AdHocDivision, AdHocVerify
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
from service.awards.submissions.appraise import Appraise
from service.awards.submissions.confirm import ConfirmAppraisal
from service.awards.submissions.consult import Consult
from service.awards.submissions.intake import Intake
from service.awards.submissions.late import MarkLate, MarkReady, WaiveLate
from service.awards.submissions.prepare import PrepareSubmission
from service.awards.submissions.settle import SettleSubmission
from service.awards.submissions.sign import SendSubmission, SignSubmission
from service.awards.submissions.supplement import Supplement
from service.awards.submissions.withdraw import Withdrawn
from service.engine.handlers import TaskHandler, TopicHandler

TASK_HANDLERS: tuple[TaskHandler, ...] = (
    # award_round
    DraftGuidance(),
    SignGuidance(),
    BreakTie(),
    SignList(),
    OfficeCheck(),
    FixLines(),
    ChairDecision(),
    NumberDecision(),
    SettleAwards(),
    # council_session
    Convene(),
    WrittenOpinions(),
    RecordVotes(),
    Minutes(),
    ApproveMinutes(),
    # unit_submission
    PrepareSubmission(),
    SignSubmission(),
    SendSubmission(),
    Intake(),
    Supplement(),
    Appraise(),
    ConfirmAppraisal(),
    WaiveLate(),
    # agency_consultation
    Consult(),
    # ad_hoc_award
    FileAdHoc(),
    HeadDecides(),
    UnitCommendation(),
    AdHocIntake(),
    Supplement("awards:supplement-ad-hoc"),
    AdHocVerify(),
    AdHocDivision(),
    DirectorSigns(),
    OfficeChecks(),
    ChairDecides(),
    NumberAdHoc(),
)

TOPIC_HANDLERS: tuple[TopicHandler, ...] = (
    CountOutstanding(),
    FreezePool(),
    RankPool(),
    PublishResults(),
    CloseRound(),
    MarkReady(),
    MarkLate(),
    SettleSubmission(),
    Withdrawn(),
    Divert(),
    SettleCase(),
    notices.Warn(),
    notices.Escalate(),
    notices.TellResult(),
    notices.TellIneligible(),
    notices.TellDiverted(),
    notices.TellAdHocResult(),
)
