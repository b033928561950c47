"""Every closed set of the domain: the ASCII key kept in a row, and the official Vietnamese words on screen."""

from __future__ import annotations

from collections.abc import Mapping

AWARD_CLASSES: Mapping[str, str] = {
    "ad_hoc": "Khen thưởng đột xuất",
    "annual": "Khen thưởng hằng năm",
    "interim": "Khen thưởng sơ kết phong trào thi đua",
    "final": "Khen thưởng tổng kết phong trào thi đua",
}

AWARD_FORMS: Mapping[str, str] = {
    "city_merit_certificate": "Bằng khen Chủ tịch UBND Thành phố",
    "pm_merit_certificate": "Bằng khen Thủ tướng Chính phủ",
    "city_emulation_flag": "Cờ thi đua UBND Thành phố",
    "unit_commendation": "Giấy khen",
}

SUBJECT_KINDS: Mapping[str, str] = {
    "collective": "Tập thể",
    "individual": "Cá nhân",
    "household": "Hộ gia đình",
}

BLOCS: Mapping[str, str] = {
    "": "Mọi khối",
    "xa_phuong": "Khối xã, phường",
    "so_ban_nganh": "Khối sở, ban, ngành",
    "mttq_doan_the": "Khối Mặt trận Tổ quốc và đoàn thể",
}

ROUND_STATES: Mapping[str, str] = {
    "drafting": "Đang dự thảo hướng dẫn",
    "open": "Đang nhận hồ sơ",
    "frozen": "Đã chốt danh sách xét",
    "council": "Hội đồng đang xét",
    "signing": "Chờ Giám đốc Sở Nội vụ ký",
    "office": "Văn phòng UBND Thành phố đang kiểm tra",
    "chair": "Chờ Chủ tịch UBND Thành phố quyết định",
    "numbering": "Chờ ban hành quyết định",
    "decided": "Đã có quyết định",
    "refused": "Không được chấp thuận",
    "closed": "Đã kết thúc",
}

SUBMISSION_STATES: Mapping[str, str] = {
    "invited": "Đã mời tham gia",
    "drafting": "Đơn vị đang lập hồ sơ",
    "council": "Hội đồng đơn vị đang xét",
    "signing": "Chờ thủ trưởng đơn vị ký",
    "signed": "Đã ký, chờ gửi Sở Nội vụ",
    "submitted": "Đã gửi Sở Nội vụ",
    "returned": "Đã trả, chờ đơn vị bổ sung",
    "appraising": "Sở Nội vụ đang thẩm định",
    "consulting": "Đang lấy ý kiến hiệp y",
    "confirming": "Chờ lãnh đạo phòng xác nhận",
    "ready": "Đủ điều kiện, chờ đợt xét",
    "late": "Quá thời điểm chốt danh sách",
    "withdrawn": "Đơn vị đã rút hồ sơ",
    "expired": "Hết hạn bổ sung",
    "ineligible": "Không đủ điều kiện",
    "no_proposal": "Hội đồng đơn vị không đề nghị",
    "not_taking_part": "Đơn vị không tham gia",
    "in_pool": "Trong danh sách xét",
    "director": "Chờ Giám đốc Sở Nội vụ ký",
    "office": "Văn phòng UBND Thành phố đang kiểm tra",
    "chair": "Chờ Chủ tịch UBND Thành phố quyết định",
    "numbering": "Chờ ban hành quyết định",
    "diverted": "Đã chuyển sang xét theo thủ tục đầy đủ",
    "decided": "Đã có kết quả",
    "closed": "Đã kết thúc",
}

# A submission in one of these no longer keeps its round waiting.
SETTLED_SUBMISSION_STATES = frozenset(
    {"ready", "in_pool", "withdrawn", "expired", "ineligible", "no_proposal", "not_taking_part", "decided", "closed"}
)

NOMINATION_STATES: Mapping[str, str] = {
    "draft": "Đang lập",
    "proposed": "Đơn vị đề nghị",
    "commendation_only": "Đơn vị tặng Giấy khen",
    "rejected_by_unit": "Hội đồng đơn vị không đề nghị",
    "eligible": "Đủ điều kiện",
    "ineligible": "Không đủ điều kiện",
    "needs_data": "Cần bổ sung",
    "held": "Tạm dừng xét",
    "in_pool": "Trong danh sách xét",
    "recommended": "Đề nghị khen thưởng",
    "reserve": "Dự bị",
    "not_recommended": "Không đề nghị khen thưởng",
    "struck": "Đã rút khỏi danh sách",
    "awarded": "Được khen thưởng",
    "not_awarded": "Không được khen thưởng",
    "withdrawn": "Đơn vị đã rút",
}

APPRAISAL_RESULTS: Mapping[str, str] = {
    "eligible": "Đủ điều kiện",
    "ineligible": "Không đủ điều kiện",
    "needs_data": "Cần bổ sung",
}

COUNCIL_BODIES: Mapping[str, str] = {
    "unit": "Hội đồng Thi đua - Khen thưởng của đơn vị",
    "snv": "Hội đồng Thi đua - Khen thưởng Sở Nội vụ",
    "city": "Hội đồng Thi đua - Khen thưởng Thành phố",
}

SESSION_STATES: Mapping[str, str] = {
    "convened": "Đã triệu tập",
    "inquorate": "Chưa đủ thành phần",
    "quorate": "Đủ thành phần",
    "voted": "Đã kiểm phiếu",
    "minuted": "Đã lập biên bản",
    "approved": "Biên bản đã duyệt",
    "adjourned": "Hoãn họp",
}

SUBMISSION_OUTCOMES: Mapping[str, str] = {
    "awarded": "Có đề nghị được khen thưởng",
    "not_awarded": "Không có đề nghị được khen thưởng",
    "refused": "Chủ tịch UBND Thành phố không chấp thuận",
    "forwarded": "UBND Thành phố đã trình Thủ tướng Chính phủ",
    "withdrawn": "Đơn vị rút hồ sơ",
    "expired": "Hết hạn bổ sung",
    "ineligible": "Không đủ điều kiện",
    "no_proposal": "Hội đồng đơn vị không đề nghị",
    "not_taking_part": "Đơn vị không tham gia",
    "late": "Quá thời điểm chốt danh sách, không được nhận",
    "diverted": "Chuyển sang xét theo thủ tục đầy đủ",
    "unit_only": "Đơn vị tặng Giấy khen",
}

PAPER_KINDS: Mapping[str, str] = {
    "submission_letter": "Tờ trình đề nghị khen thưởng",
    "meeting_minutes": "Biên bản họp xét khen thưởng",
    "achievement_report": "Báo cáo thành tích",
    "evidence": "Tài liệu minh chứng",
    "locality_confirmation": "Xác nhận của chính quyền địa phương",
    "tax_confirmation": "Xác nhận hoàn thành nghĩa vụ nộp ngân sách nhà nước",
    "social_insurance_confirmation": "Xác nhận của cơ quan Bảo hiểm xã hội",
    "managing_body_confirmation": "Xác nhận của cơ quan quản lý tổ chức, cán bộ và quỹ lương",
    "appraisal_sheet": "Phiếu thẩm định",
    "intake_receipt": "Phiếu tiếp nhận hồ sơ",
    "return_slip": "Phiếu trả hồ sơ bổ sung",
    "consultation_reply": "Văn bản trả lời hiệp y",
    "guidance": "Văn bản hướng dẫn đợt xét",
    "consolidated_letter": "Tờ trình của Sở Nội vụ",
    "award_decision": "Quyết định khen thưởng",
    "forwarding_letter": "Tờ trình Thủ tướng Chính phủ",
}

REPORT_TEMPLATES: Mapping[str, str] = {
    "mau_06": "Mẫu số 06 (thành tích đột xuất)",
    "mau_08": "Mẫu số 08 (thành tích theo chuyên đề)",
}


def sql_in(column: str, keys: Mapping[str, str]) -> str:
    """The condition of a CHECK that holds `column` to the keys of one of the sets above."""
    return f"{column} in ({', '.join(repr(key) for key in keys)})"
