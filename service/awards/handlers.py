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
from service.awards.round_handlers import ROUND_TASKS, ROUND_TOPICS
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
    *ROUND_TASKS,
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
    *ROUND_TOPICS,
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
