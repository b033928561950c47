"""The records of awards: rounds, submissions, nominations, councils, opinions, papers, decisions.

Every law that SQL can hold stands here as a named CHECK; `errors.py` turns the name back into the domain's refusal.
Nominations are rows, never tokens: a diagram knows ids and the few variables that choose its path.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from service.awards import words
from service.database.metadata import Instant, JsonText, metadata

_Id = BigInteger().with_variant(Integer, "sqlite")


class Percent(TypeDecorator[Decimal]):
    """A percentage with two decimals as Decimal, kept as whole hundredths: exact on both databases."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int((Decimal(value) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True, comment="award_round, submission, ad_hoc_case, paper kinds"),
    Column("year", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
)

award_round = Table(
    "award_round",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True, comment="DX-2026-01: the instance's business key"),
    Column("instance_id", ForeignKey("instance.id")),
    Column("title", Text, nullable=False),
    Column("award_class", String(10), nullable=False),
    Column("year", Integer, nullable=False),
    Column("state", String(12), nullable=False, default="drafting"),
    Column("cutoff_at", Instant, comment="the pool freezes then at the latest; NULL only in a draft"),
    Column("guidance_number", Text),
    Column("guidance_on", Date),
    Column("guidance_text", Text, nullable=False, default=""),
    # Frozen when the guidance is signed; NULL before.
    Column("eligibility_resource_id", ForeignKey("resource.id")),
    Column("quota_resource_id", ForeignKey("resource.id")),
    Column("checklist_resource_id", ForeignKey("resource.id")),
    Column("base_salary", Integer, nullable=False, comment="lương cơ sở, đồng a month"),
    Column("vote_threshold_percent", Integer, nullable=False, default=50, comment="more than this, of all members"),
    Column("flag_threshold_percent", Integer, nullable=False, default=80, comment="at least this share, Cờ thi đua"),
    Column("top_n", Integer, nullable=False, default=1, comment="dẫn đầu Chỉ số CCHC: rank 1 … n"),
    Column("secret_ballot", Boolean, nullable=False, default=True),
    Column("settings", JsonText, nullable=False, default={}, comment="defaults of this round: money multiples …"),
    Column("subject_kinds", JsonText, nullable=False, default=["collective", "individual"]),
    Column("invited_unit_ids", JsonText, nullable=False, default=[], comment="submission rows come at signing"),
    Column("created_by", ForeignKey("account.id")),
    Column("opened_at", Instant),
    Column("frozen_at", Instant),
    # S7: the consolidated tờ trình of Sở Nội vụ.
    Column("letter_number", Text),
    Column("letter_on", Date),
    Column("letter_signed_by", ForeignKey("account.id")),
    Column("decided_by", ForeignKey("account.id"), comment="the Chair who approved or refused"),
    Column("outcome_reason", Text, comment="why it was returned or refused, as last said"),
    Column("results_at", Instant, comment="results went out to the units"),
    # S11.
    Column("ceremony_on", Date),
    Column("ceremony_place", Text),
    Column("archive_number", Text),
    Column("settlement_note", Text),
    Column("closed_at", Instant),
    CheckConstraint("award_class in ('annual', 'interim', 'final')", name="round_class_known"),
    CheckConstraint(words.sql_in("state", words.ROUND_STATES), name="round_state_known"),
    CheckConstraint("vote_threshold_percent between 0 and 99", name="vote_threshold_is_share"),
    CheckConstraint("flag_threshold_percent between 0 and 100", name="flag_threshold_is_share"),
    CheckConstraint("base_salary > 0", name="base_salary_positive"),
    CheckConstraint(
        "state = 'drafting' or (cutoff_at is not null and eligibility_resource_id is not null"
        " and quota_resource_id is not null and checklist_resource_id is not null)",
        name="rules_frozen_if_open",
    ),
)

quota = Table(
    "quota",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("round_id", ForeignKey("award_round.id"), nullable=False),
    Column("award_form", String(30), nullable=False),
    Column("subject_kind", String(12), nullable=False),
    Column("bloc", String(40), nullable=False, default="", comment="'' = any"),
    Column("ceiling", Integer, nullable=False, comment="số lượng tối đa: an upper limit, never a target"),
    Column("awarded", Integer, nullable=False, default=0),
    UniqueConstraint("round_id", "award_form", "subject_kind", "bloc"),
    CheckConstraint("ceiling >= 0", name="ceiling_not_negative"),
    CheckConstraint("awarded >= 0 and awarded <= ceiling", name="awarded_within_ceiling"),
)

submission = Table(
    "submission",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("code", String(40), nullable=False, unique=True, comment="HS-2026-0001, DXT-2026-0001: the business key"),
    Column("round_id", ForeignKey("award_round.id"), comment="NULL: ad hoc"),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, index=True),
    Column("award_class", String(10), nullable=False),
    Column("instance_id", ForeignKey("instance.id"), index=True, comment="set by the first step that is done in it"),
    Column("state", String(16), nullable=False, default="invited"),
    Column("returns", Integer, nullable=False, default=0),
    Column("prepared_by", ForeignKey("account.id")),
    Column("letter_number", Text, comment="số tờ trình"),
    Column("letter_on", Date),
    Column("signed_by", ForeignKey("account.id")),
    Column("signed_at", Instant),
    Column("sent_at", Instant),
    Column("received_by", ForeignKey("account.id")),
    Column("received_at", Instant),
    Column("appraised_by", ForeignKey("account.id")),
    Column("confirmed_by", ForeignKey("account.id")),
    Column("confirmed_at", Instant),
    Column("late", Boolean, nullable=False, default=False, comment="the pool froze before it was ready"),
    Column("waived", Boolean, nullable=False, default=False, comment="the Director took it in all the same"),
    Column("waiver_reason", Text),
    Column("consult_agencies", JsonText, nullable=False, default=[], comment="unit ids asked for hiệp y"),
    Column("classified_register", Text, comment="register number of state secrets: they never enter"),
    Column("withdrawn_by", ForeignKey("account.id")),
    Column("outcome", String(20)),
    Column("outcome_reason", Text),
    # Ad hoc only.
    Column("decided_by", ForeignKey("account.id"), comment="the Chair who approved or refused"),
    Column("deed", Text, comment="the achievement, in a few sentences"),
    Column("deed_on", Date),
    Column("ground", Text, comment="the head asserts why this is đột xuất"),
    Column("urgency_reason", Text, comment="what Sở Nội vụ found in the urgency test"),
    Column("unit_commendation", Boolean, nullable=False, default=False),
    Column("propose_city", Boolean, nullable=False, default=False),
    Column("diverted_to", ForeignKey("submission.id"), comment="the submission that took its nominations over"),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    UniqueConstraint("round_id", "unit_id"),
    Index(None, "round_id", "state"),
    CheckConstraint(words.sql_in("award_class", words.AWARD_CLASSES), name="submission_class_known"),
    CheckConstraint(words.sql_in("state", words.SUBMISSION_STATES), name="submission_state_known"),
    CheckConstraint("(award_class = 'ad_hoc') = (round_id is null)", name="round_unless_ad_hoc"),
    CheckConstraint("returns between 0 and 3", name="returned_twice_at_most"),
    CheckConstraint(
        "sent_at is null or (letter_number is not null and letter_on is not null and signed_by is not null)",
        name="signed_if_sent",
    ),
    CheckConstraint(
        "appraised_by is null or prepared_by is null or appraised_by <> prepared_by", name="appraiser_is_not_preparer"
    ),
    CheckConstraint("not waived or waiver_reason is not null", name="reason_if_waived"),
    CheckConstraint("state <> 'in_pool' or not late or waived", name="waived_if_late_in_pool"),
)

award_decision = Table(
    "award_decision",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("issuer", String(40), nullable=False, comment="ubnd_tp, or the id of the unit whose Giấy khen it is"),
    Column("round_id", ForeignKey("award_round.id"), index=True),
    Column("submission_id", ForeignKey("submission.id"), index=True),
    Column("year", Integer, nullable=False),
    Column("number", String(60), nullable=False, comment="6120/QĐ-UBND"),
    Column("decided_on", Date, nullable=False),
    Column("signer_id", ForeignKey("account.id"), nullable=False),
    Column("signer_title", Text, nullable=False, default=""),
    Column("base_salary", Integer, nullable=False, comment="lương cơ sở on that day, đồng"),
    Column("issued_by", ForeignKey("account.id")),
    Column("issued_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revocation_reason", Text),
    UniqueConstraint("issuer", "year", "number", name="decision_number_unique"),
    CheckConstraint("length(number) > 0", name="decision_is_numbered"),
    CheckConstraint("revoked_at is null or revocation_reason is not null", name="reason_if_revoked"),
    CheckConstraint("round_id is not null or submission_id is not null", name="decision_has_subject"),
)

nomination = Table(
    "nomination",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False),
    Column("position", Integer, nullable=False, comment="order in the tờ trình, from 1"),
    Column("subject_kind", String(12), nullable=False),
    Column("subject_name", Text, nullable=False),
    Column("subject_search", Text, nullable=False, index=True, comment="folded: no diacritics, lower case"),
    Column("subject_title", Text, nullable=False, default="", comment="chức vụ, đơn vị công tác"),
    Column("nominee_account_id", ForeignKey("account.id"), comment="where the nominee works with this system"),
    Column("award_form", String(30), nullable=False),
    Column("bloc", String(40), nullable=False, default=""),
    # For ties by Điều 4.
    Column("gender", String(10), comment="male, female; individuals"),
    Column("women_share", Percent, comment="collectives"),
    # Criteria, in the words of the plan IV.2.a.
    Column("exemplary", Boolean, nullable=False, default=False),
    Column("initiative_recognised", Boolean, nullable=False, default=False),
    Column("initiative_title", Text),
    Column("initiative_number", Text),
    Column("initiative_on", Date),
    Column("par_index", Percent),
    Column("sipas", Percent),
    Column("component_assigned", Boolean, nullable=False, default=False),
    Column("component_score_kept", Boolean),
    Column("advisory_collective", Boolean, nullable=False, default=False),
    Column("rating_excellent", Boolean, nullable=False, default=False),
    Column("parent_rank", Integer, comment="rank of the parent unit in the PAR INDEX"),
    Column("specialist_collective", Boolean, nullable=False, default=False),
    Column("report_template", String(10)),
    Column("report", Text, nullable=False, default=""),
    Column("justification", Text, comment="why it is proposed although a rule is not met, or by judgement"),
    Column("state", String(20), nullable=False, default="draft"),
    Column("unit_reason", Text, comment="of the unit's council, where it did not propose"),
    Column("appraisal_result", String(12)),
    Column("appraisal_reason", Text),
    Column("pool_rank", Integer, comment="1 = first, within its quota row"),
    Column("reserve_rank", Integer),
    Column("quota_id", ForeignKey("quota.id"), index=True, comment="set when the pool freezes"),
    Column("chair_order", Integer, comment="place given by the chair within a tie, from 1"),
    Column("tie_reason", Text, comment="how its tie was settled: Điều 4, or the chair's words"),
    Column("line_note", Text, comment="what Văn phòng or the Chair said about this line"),
    Column("outcome_reason", Text, comment="why it was not awarded, as the unit reads it"),
    Column("decision_id", ForeignKey("award_decision.id"), index=True),
    Column("commendation_id", ForeignKey("award_decision.id"), comment="the unit's own Giấy khen"),
    Column("award_amount", Integer, comment="tiền thưởng of the City's decision, đồng"),
    Column("commendation_amount", Integer, comment="tiền thưởng of the unit's own Giấy khen, đồng"),
    Column("award_item", Text, comment="hiện vật khen thưởng"),
    Column("paid_on", Date),
    Column("hold_since", Instant),
    Column("hold_reason", Text, comment="only Sở Nội vụ and inspectors read it"),
    Column("held_state", String(20), comment="the state to go back to"),
    Column("carried_from", ForeignKey("submission.id"), comment="the ad-hoc case it was diverted from"),
    UniqueConstraint("submission_id", "position"),
    Index(None, "award_form", "subject_kind", "state"),
    CheckConstraint(words.sql_in("state", words.NOMINATION_STATES), name="nomination_state_known"),
    CheckConstraint(words.sql_in("award_form", words.AWARD_FORMS), name="award_form_known"),
    CheckConstraint(words.sql_in("subject_kind", words.SUBJECT_KINDS), name="subject_kind_known"),
    CheckConstraint("gender is null or gender in ('male', 'female')", name="nominee_gender_known"),
    CheckConstraint("state <> 'awarded' or decision_id is not null", name="decision_if_awarded"),
    CheckConstraint("state <> 'ineligible' or appraisal_reason is not null", name="reason_if_ineligible"),
    CheckConstraint("state <> 'reserve' or reserve_rank is not null", name="rank_if_reserve"),
    CheckConstraint("state <> 'held' or (hold_since is not null and held_state is not null)", name="since_if_held"),
    CheckConstraint("par_index is null or par_index between 0 and 10000", name="par_index_is_percent"),
    CheckConstraint("sipas is null or sipas between 0 and 10000", name="sipas_is_percent"),
)

appraisal = Table(
    "appraisal",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("nomination_id", ForeignKey("nomination.id"), nullable=False, index=True),
    Column("result", String(12), nullable=False),
    Column("reason", Text),
    Column("findings", JsonText, nullable=False, comment="[{criterion, result, explanation}] of the frozen table"),
    Column("resource_id", String(160), comment="which version of the table said so"),
    Column("by", ForeignKey("account.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("confirmed_by", ForeignKey("account.id")),
    Column("confirmed_at", Instant),
    CheckConstraint(words.sql_in("result", words.APPRAISAL_RESULTS), name="appraisal_result_known"),
    CheckConstraint("result = 'eligible' or reason is not null", name="reason_unless_eligible"),
)

council_session = Table(
    "council_session",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("instance_id", ForeignKey("instance.id"), index=True),
    Column("body", String(8), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, comment="whose council"),
    Column("round_id", ForeignKey("award_round.id"), index=True),
    Column("submission_id", ForeignKey("submission.id"), index=True),
    Column("held_on", Date, nullable=False),
    Column("place", Text),
    Column("chair_name", Text),
    Column("members_total", Integer, nullable=False),
    Column("present", Integer, nullable=False),
    Column("written_opinions", Integer, nullable=False, default=0, comment="of absent members"),
    Column("attendance", JsonText, nullable=False, default={}, comment="names: {present, absent, written, invited}"),
    Column("secret_ballot", Boolean, nullable=False, default=True),
    Column("state", String(10), nullable=False, default="convened"),
    Column("minutes_number", Text),
    Column("minutes_on", Date),
    Column("minutes_text", Text),
    Column("secretary_id", ForeignKey("account.id")),
    Column("approved_by", ForeignKey("account.id")),
    Column("approved_at", Instant),
    CheckConstraint(words.sql_in("body", words.COUNCIL_BODIES), name="council_body_known"),
    CheckConstraint(words.sql_in("state", words.SESSION_STATES), name="session_state_known"),
    CheckConstraint("(round_id is null) <> (submission_id is null)", name="session_has_one_subject"),
    CheckConstraint(
        "members_total > 0 and present >= 0 and written_opinions >= 0 and present + written_opinions <= members_total",
        name="members_add_up",
    ),
    CheckConstraint(
        "state not in ('voted', 'minuted', 'approved') or 3 * (present + written_opinions) >= 2 * members_total",
        name="quorum_if_voted",
    ),
    CheckConstraint(
        "state not in ('minuted', 'approved') or (minutes_number is not null and minutes_on is not null)",
        name="numbered_if_minuted",
    ),
)

vote_tally = Table(
    "vote_tally",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("session_id", ForeignKey("council_session.id"), nullable=False),
    Column("nomination_id", ForeignKey("nomination.id"), nullable=False, index=True),
    Column("voters", Integer, nullable=False, comment="present + written, less those who recused themselves"),
    Column("yes", Integer, nullable=False),
    Column("no", Integer, nullable=False),
    Column("invalid", Integer, nullable=False, default=0),
    Column("outcome", String(20), nullable=False, comment="propose, commendation, reject; passed, failed"),
    Column("reason", Text),
    UniqueConstraint("session_id", "nomination_id"),
    CheckConstraint(
        "yes >= 0 and no >= 0 and invalid >= 0 and yes + no + invalid <= voters", name="votes_within_voters"
    ),
)

recusal = Table(
    "recusal",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("session_id", ForeignKey("council_session.id"), nullable=False),
    Column("nomination_id", ForeignKey("nomination.id"), comment="NULL: for the whole session"),
    Column("member_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("session_id", "nomination_id", "member_name"),
)

consultation_opinion = Table(
    "consultation_opinion",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    Column("agency_id", ForeignKey("unit.id"), nullable=False),
    Column("task_id", String(36), nullable=False, unique=True, comment="one answer per question asked"),
    Column("decision", String(14), nullable=False),
    Column("reason", Text),
    Column("document_number", Text),
    Column("document_on", Date),
    Column("by", ForeignKey("account.id"), nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("decision in ('no_objection', 'objection')", name="opinion_known"),
    CheckConstraint("decision = 'no_objection' or reason is not null", name="reason_if_objection"),
)

return_item = Table(
    "return_item",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    Column("nomination_id", ForeignKey("nomination.id"), comment="NULL: the dossier as a whole"),
    Column("stage", String(10), nullable=False, comment="intake, appraisal, office, chair"),
    Column("return_number", Integer, nullable=False, comment="1, 2, 3: which return it belongs to"),
    Column("subject", Text, nullable=False, comment="what is missing or wrong"),
    Column("reason", Text, nullable=False),
    Column("basis", Text, comment="căn cứ"),
    Column("made_by", ForeignKey("account.id"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("answer", Text),
    Column("answered_by", ForeignKey("account.id")),
    Column("answered_at", Instant),
    CheckConstraint("stage in ('intake', 'appraisal', 'office', 'chair')", name="return_stage_known"),
    CheckConstraint("answered_at is null or answer is not null", name="answer_if_answered"),
)

paper = Table(
    "paper",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, comment="whose paper: decides who reads it"),
    Column("round_id", ForeignKey("award_round.id"), index=True),
    Column("submission_id", ForeignKey("submission.id"), index=True),
    Column("nomination_id", ForeignKey("nomination.id"), index=True),
    Column("session_id", ForeignKey("council_session.id")),
    Column("decision_id", ForeignKey("award_decision.id")),
    Column("kind", String(40), nullable=False, comment="a document of the checklist, or of our own making"),
    Column("version", Integer, nullable=False, default=1),
    Column("number", Text),
    Column("dated_on", Date),
    Column("title", Text, nullable=False),
    Column("certifier", Text, comment="who certified it"),
    Column("text", Text, comment="what the system drew up, plain text with blank lines between paragraphs"),
    Column("file_sha256", String(64)),
    Column("file_name", Text),
    Column("file_size", Integer, comment="bytes"),
    Column("media_type", String(100)),
    Column("created_by", ForeignKey("account.id")),
    Column("created_at", Instant, nullable=False),
    Column("superseded_at", Instant, comment="a later version took its place; the old one stays readable"),
    CheckConstraint("text is not null or file_sha256 is not null or number is not null", name="paper_has_content"),
    CheckConstraint("file_sha256 is null or (file_name is not null and file_size > 0)", name="file_is_described"),
    CheckConstraint("file_size is null or file_size <= 10485760", name="file_at_most_10_mb"),
)
