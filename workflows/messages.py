"""What the check of a diagram says, by code: what is wrong, and how to mend it. A person reads it, in Vietnamese."""

from __future__ import annotations

from typing import Literal

Severity = Literal["error", "warning"]

XML = {
    "xml_too_large": "Tệp lớn hơn {limit} MB. Hãy tách quy trình thành nhiều tệp nhỏ hơn.",
    "xml_broken": "{reason} Hãy mở và lưu lại tệp bằng Camunda Modeler.",
    "xml_doctype": "Tệp có khai báo DOCTYPE hoặc thực thể XML nên bị từ chối. Hãy xóa khai báo đó.",
    "xml_too_deep": "Các phần tử lồng nhau quá sâu. Hãy dùng quy trình được gọi thay cho quy trình con lồng nhau.",
    "xml_unreadable": "Không đọc được tệp ({reason}). Hãy mở và lưu lại bằng Camunda Modeler.",
    "not_bpmn": "Tệp không phải sơ đồ BPMN 2.0 (phần tử gốc là “{tag}”). Hãy xuất lại từ Camunda Modeler.",
    "camunda8": "Sơ đồ được vẽ cho Camunda 8. Hãy tạo trong Modeler sơ đồ mới loại “Camunda 7” "
    "(bản cũ ghi “Camunda Platform 7”), chép các ô sang, rồi điền lại nhóm xử lý, hạn, biểu mẫu và điều kiện.",
    "other_vendor": "Sơ đồ dùng phần mở rộng của {vendor}; hệ thống chỉ chạy sơ đồ Camunda 7. Hãy bỏ phần đó.",
    "unknown_extension": "Phần mở rộng “{name}” không có tác dụng ở đây. Hãy bỏ nếu không cần.",
    "no_process": "Tệp không có quy trình nào được đánh dấu thực thi (Executable). Hãy đánh dấu quy trình cần chạy.",
    "process_without_id": "Quy trình chưa có mã (ID). Hãy đặt mã cho quy trình.",
    "duplicate_process": "Mã quy trình “{name}” có ở hai nơi trong lần triển khai này. Hãy đổi một mã.",
    "duplicate_id": "Mã “{name}” được dùng cho hai phần tử. Hãy đổi một mã.",
    "bad_id": "Mã “{name}” trống hoặc có khoảng trắng. Hãy đặt mã chỉ gồm chữ, số, “_” và “-”.",
    "flag_wrong": "Thuộc tính {name} là “{value}”, không phải true hay false. Hãy ghi true hoặc false.",
    "too_large": "Quy trình có hơn {limit} phần tử. Hãy tách bớt thành quy trình được gọi.",
    "no_drawing": "Sơ đồ không có phần hình vẽ (DI) nên không hiển thị được. Hãy mở và lưu lại trong Modeler.",
    "shape_missing": "“{name}” chưa có hình trong sơ đồ nên không nhìn thấy được. Hãy vẽ lại phần tử này.",
    "diagram_invalid": "{reason} Hãy sửa phần tử được nêu rồi triển khai lại.",
}
ELEMENTS = {
    "element_unsupported": "Hệ thống không chạy phần tử “{name}”. Hãy thay bằng phần tử khác.",
    "complex_gateway": "Cổng phức hợp (complex gateway) không được hỗ trợ. Hãy dùng cổng bao hàm hoặc cổng loại trừ.",
    "ad_hoc": "Quy trình con tùy ý (ad-hoc) không được hỗ trợ. Hãy dùng quy trình con thường.",
    "compensation": "Bù hoàn (compensation) không được hỗ trợ. Hãy vẽ bước sửa sai như một nhánh thường.",
    "service_not_external": "Bước dịch vụ phải có kiểu “External”. Hãy chọn Implementation: External và đặt Topic.",
    "type_unsupported": "Kiểu thực hiện “{name}” không được hỗ trợ. Hãy chọn External và đặt Topic.",
    "topic_missing": "Bước dịch vụ chưa có chủ đề (Topic). Hãy đặt Topic để hệ thống biết ai xử lý.",
    "java": "“{name}” gọi mã Java của Camunda, hệ thống không chạy. Hãy dùng bước dịch vụ kiểu External.",
    "listener": "Bộ lắng nghe (listener) không được chạy. Hãy thay bằng một bước dịch vụ kiểu External.",
    "error_mapping": "Ánh xạ lỗi của bước dịch vụ không được chạy. Hãy để bên xử lý báo lỗi BPMN theo mã lỗi.",
    "connector": "Connector không được chạy. Hãy thay bằng bước dịch vụ kiểu External.",
    "parameter_script": "Tham số không được là kịch bản (script). Hãy dùng biểu thức, danh sách hoặc bảng.",
    "script_language": "Ngôn ngữ “{name}” không được chạy. Hãy viết kịch bản bằng feel hoặc juel.",
    "script_missing": "Bước kịch bản chưa có nội dung. Hãy viết một biểu thức feel hoặc juel.",
    "script_without_result": "Bước kịch bản chưa có biến nhận kết quả. Hãy đặt Result variable.",
    "resource_unsupported": "Kịch bản đặt ở tệp ngoài không được chạy. Hãy viết thẳng vào sơ đồ.",
    "rule_without_decision": "Bước quy tắc chưa chỉ ra bảng quyết định. Hãy đặt Decision reference.",
    "result_mapping": "Cách nhận kết quả “{name}” không có. Hãy chọn một cách trong danh sách của Modeler.",
    "call_without_target": "Bước gọi quy trình chưa chỉ ra quy trình được gọi. Hãy đặt Called element.",
    "binding": "Cách chọn phiên bản “{name}” không được hỗ trợ. Hãy chọn latest, deployment hoặc version.",
    "version_missing": "Đã chọn phiên bản cố định nhưng chưa ghi số phiên bản. Hãy ghi số phiên bản.",
    "mapping_target": "Ánh xạ biến thiếu tên đích hoặc nguồn. Hãy điền Source và Target.",
    "parameter_name": "Một tham số chưa có tên. Hãy đặt tên cho tham số.",
    "message_missing": "“{label}” chưa chỉ ra thông điệp. Hãy chọn thông điệp (Message) cho nó.",
    "instantiate": "Không hỗ trợ phần tử tự khởi tạo quy trình (instantiate). Hãy dùng sự kiện bắt đầu.",
    "no_due_date": "“{label}” chưa có hạn xử lý. Hãy đặt Due date, ví dụ ${{workdays(5)}}.",
    "async_misplaced": "asyncBefore/asyncAfter không có nghĩa trên “{label}”. Hãy bỏ thuộc tính đó.",
    "attribute_unsupported": "“{label}” có {name} là “{value}”, hệ thống không chạy như vậy. Hãy bỏ thuộc tính đó.",
    "attribute_ignored": "Thuộc tính camunda:{name} không có tác dụng. Hãy bỏ nếu không cần.",
    "loop_misplaced": "“{label}” không lặp lại được. Hãy chỉ đặt vòng lặp trên các bước công việc.",
    "loop_empty": "Vòng lặp của “{label}” chưa có giới hạn. Hãy đặt Collection, Cardinality hoặc điều kiện lặp.",
    "loop_maximum": "Số lần lặp tối đa của “{label}” phải là số nguyên dương. Hãy sửa Loop maximum.",
    "loop_twice": "“{label}” có cả vòng lặp thường và lặp nhiều thể hiện. Hãy giữ một loại.",
    "loop_data_output": "Dữ liệu ra của vòng lặp không được hỗ trợ. Hãy dùng tham số đầu ra (Output parameter).",
}
EVENTS = {
    "event_kind": "Loại “{kind}” không có nghĩa ở {place}. Hãy chọn loại sự kiện khác.",
    "event_needs_definition": "Sự kiện “{label}” chưa chọn loại hoặc chưa điền đủ. Hãy chọn loại phù hợp.",
    "event_many_definitions": "Sự kiện “{label}” có nhiều loại cùng lúc. Hãy giữ một loại, tách các loại khác ra.",
    "event_twice": "“{label}” và “{other}” cùng chờ một sự kiện nên không biết nơi nào chạy. Hãy bỏ hoặc đổi một nơi.",
    "must_interrupt": "Sự kiện “{label}” loại này luôn ngắt bước. Hãy đổi thành loại có ngắt (nét liền).",
    "cancel_misplaced": "Sự kiện hủy chỉ dùng trong quy trình con giao dịch (transaction). Hãy chuyển vào đó.",
    "cancel_uncaught": "Giao dịch có kết thúc hủy nhưng không nơi nào bắt. Hãy gắn sự kiện biên loại Cancel.",
    "reference_missing": "“{label}” trỏ đến {kind} “{name}” không có trong tệp. Hãy chọn lại hoặc tạo mới.",
    "name_missing": "{kind} mà “{label}” dùng chưa có tên. Hãy đặt tên.",
    "start_name": "“{label}” bắt đầu quy trình nên tên “{name}” không được là biểu thức. Hãy ghi tên cố định.",
    "error_without_code": "“{label}” ném lỗi nhưng lỗi chưa có mã (Code). Hãy đặt mã lỗi.",
    "escalation_without_code": "“{label}” báo vượt cấp nhưng chưa có mã (Code). Hãy đặt mã.",
    "timer_empty": "Hẹn giờ của “{label}” phải có đúng một trong: Date, Duration, Cycle. Hãy điền một giá trị.",
    "timer_wrong": "{reason} Hãy sửa giá trị hẹn giờ của “{label}”.",
    "cycle_once": "Chu kỳ trên “{label}” chỉ chạy một lần vì sự kiện này không lặp. Hãy dùng Duration cho rõ.",
    "boundary_unattached": "Sự kiện biên “{label}” không gắn vào bước nào. Hãy gắn lại vào một bước.",
    "link_unmatched": "Sự kiện liên kết “{name}” cần đúng một nơi đến cùng tên, và ít nhất một nơi đi. Hãy sửa tên.",
    "event_gateway": "Sau cổng chờ “{label}” chỉ được có sự kiện chờ hoặc bước nhận thông điệp. Hãy vẽ lại các nhánh.",
}
STRUCTURE = {
    "flow_dangling": "Luồng này không nối hai phần tử cùng cấp. Hãy vẽ lại luồng.",
    "flow_into": "“{label}” không được có luồng đi vào. Hãy nối luồng vào phần tử khác.",
    "flow_out": "“{label}” không được có luồng đi ra. Hãy bỏ luồng đó.",
    "default_wrong": "Luồng mặc định của “{label}” không đi ra từ nó. Hãy chọn lại luồng mặc định.",
    "condition_on_default": "Luồng mặc định không được có điều kiện. Hãy bỏ điều kiện hoặc bỏ mặc định.",
    "condition_on_only_flow": "“{label}” chỉ có một nhánh ra nên điều kiện không có nghĩa. Hãy bỏ điều kiện.",
    "condition_meaningless": "“{label}” đi theo mọi nhánh nên điều kiện không có nghĩa. Hãy bỏ điều kiện.",
    "flow_without_condition": "Một nhánh ra khỏi “{label}” không có điều kiện. Hãy đặt điều kiện hoặc mặc định.",
    "start_twice": "Thông điệp “{name}” bắt đầu quy trình ở hai nơi nên không biết nơi nào chạy. Hãy đổi tên một nơi.",
    "no_start": "Quy trình “{label}” chưa có sự kiện bắt đầu. Hãy thêm một sự kiện bắt đầu.",
    "many_starts": "Quy trình “{label}” có nhiều sự kiện bắt đầu loại thường. Hãy giữ một.",
    "sub_process_start": "Quy trình con “{label}” cần đúng một sự kiện bắt đầu loại {kind}. Hãy sửa lại.",
    "unreachable": "Không có đường nào đến “{label}”. Hãy nối luồng vào hoặc xóa phần tử này.",
    "no_way_out": "“{label}” không có luồng đi ra. Hãy nối luồng ra khỏi cổng này.",
    "join_after_itself": "“{label}” chờ một nhánh chỉ đến được sau chính nó. Hãy đổi thành cổng loại trừ.",
    "join_never": "“{label}” chờ mọi nhánh, nhưng “{other}” chỉ đi một nhánh. Hãy đổi thành cổng loại trừ.",
    "event_sub_process_flow": "Quy trình con sự kiện “{label}” không được nối với luồng nào. Hãy bỏ các luồng đó.",
}
EXPRESSIONS = {
    "expression_syntax": "{where}: {reason} Hãy sửa biểu thức.",
    "expression_language": "Ngôn ngữ biểu thức “{name}” không được hỗ trợ. Hãy dùng ${{…}} hoặc =… (FEEL).",
    "condition_literal": "{where} “{text}” không phải biểu thức. Hãy viết dạng ${{…}} hoặc =….",
    "value_wrong": "{where}: {reason} Hãy sửa giá trị.",
    "function_unknown": "{where} gọi hàm “{name}” không có. Hãy dùng workdays(n), deadline(phần trăm), now(), today().",
    "execution_unknown": "{where} dùng execution.{name}, hệ thống không có. Hãy dùng một trong: {known}.",
    "name_unset": "{where} dùng biến “{name}” mà không nơi nào trong sơ đồ đặt{hint}. Hãy kiểm tra chính tả.",
    "deadline_misplaced": "deadline(…) chỉ dùng trong hẹn giờ gắn trên bước có Due date. Hãy chuyển hoặc đặt hạn.",
}
REFERENCES = {
    "call_unknown": "Chưa có quy trình “{name}” mà “{label}” gọi. Hãy triển khai quy trình đó cùng lúc hoặc trước.",
    "decision_unknown": "Chưa có bảng quyết định “{name}” mà “{label}” dùng. Hãy triển khai bảng đó cùng lúc.",
    "form_unknown": "Chưa có biểu mẫu “{name}” mà “{label}” dùng. Hãy triển khai biểu mẫu đó cùng lúc hoặc trước.",
    "form_key_unknown": "Khóa biểu mẫu “{name}” của “{label}” không có trong ứng dụng. Hãy chọn khóa có sẵn.",
    "topic_unknown": "Chủ đề “{name}” của “{label}” không có ai xử lý. "
    "Hãy chọn chủ đề có sẵn, hoặc nhờ quản trị hệ thống giao chủ đề này cho một dịch vụ (trinh topic give).",
    "group_unknown": "Nhóm “{name}” của “{label}” không có trong ứng dụng nên không ai thấy. Hãy chọn nhóm có sẵn.",
    "form_broken": "Biểu mẫu hỏng: {reason} Hãy mở và lưu lại trong Modeler.",
    "file_kind": "Không biết loại tệp “{name}”. Hãy chỉ gửi tệp .bpmn, .dmn và .form.",
}
WARNINGS = frozenset(
    (
        "attribute_ignored",
        "cycle_once",
        "group_unknown",
        "name_unset",
        "no_drawing",
        "no_due_date",
        "shape_missing",
        "unknown_extension",
    )
)
MESSAGES = {**XML, **ELEMENTS, **EVENTS, **STRUCTURE, **EXPRESSIONS, **REFERENCES}


def message(code: str, **data: object) -> str:
    """The sentence of a code, with its details in it."""
    return MESSAGES[code].format(**data)


def severity(code: str) -> Severity:
    return "warning" if code in WARNINGS else "error"
