"""Writes docs/check-codes.md from the catalogue of the check: `python -m tests.conformance.bpmn.check_codes`."""

from __future__ import annotations

import re
from pathlib import Path

from workflows import messages

PAGE = Path(__file__).parents[3] / "docs" / "check-codes.md"
TITLES = (
    ("Tệp", messages.XML),
    ("Phần tử", messages.ELEMENTS),
    ("Sự kiện", messages.EVENTS),
    ("Cách nối các phần tử", messages.STRUCTURE),
    ("Biểu thức", messages.EXPRESSIONS),
    ("Những gì sơ đồ dựa vào", messages.REFERENCES),
)
DMN = {
    "cyclic_type": "Kiểu dữ liệu được định nghĩa bằng chính nó. Hãy chọn kiểu khác cho nó.",
    "dmn_namespace": "Tệp không phải DMN 1.1 đến 1.5. Hãy xuất lại từ Camunda Modeler.",
    "dmn_too_many_cells": "Tệp có quá nhiều ô và biểu thức. Hãy chia bảng thành nhiều tệp.",
    "dmn_too_many_parts": "Tệp có quá nhiều quyết định, dữ liệu vào và kiểu dữ liệu. Hãy chia thành nhiều tệp.",
    "duplicate_id": "Một mã dùng cho hai phần tử. Hãy đổi một mã.",
    "expression_language": "Biểu thức ghi ngôn ngữ khác FEEL. Hãy viết bằng FEEL.",
    "external_function": "Hàm ngoài (Java, PMML) không được chạy. Hãy viết hàm bằng FEEL.",
    "import_unsupported": "Tệp nhập quyết định từ tệp khác. Hãy gộp vào một tệp.",
    "no_output_values": "Bảng xếp theo ưu tiên mà cột kết quả chưa có danh sách giá trị. Hãy điền danh sách giá trị.",
    "output_not_allowed": "Kết quả của một dòng không có trong các giá trị cho phép của cột. Hãy sửa một bên.",
    "output_without_name": "Bảng có nhiều cột kết quả mà một cột chưa có tên. Hãy đặt tên cho cột.",
    "relation_row": "Một dòng của quan hệ (relation) thiếu hoặc thừa ô. Hãy điền đủ ô.",
    "cyclic_requirement": "Các quyết định cần lẫn nhau thành vòng. Hãy bỏ một liên kết.",
    "rule_cells": "Một dòng của bảng thiếu hoặc thừa ô. Hãy mở và lưu lại trong Modeler.",
    "rules_gap": "Có giá trị mà chưa dòng nào xét đến. Hãy thêm dòng nếu giá trị đó có thể có.",
    "rules_not_compared": "Bảng dài quá nên không tìm dòng chồng nhau và khoảng trống. Hãy chia bảng nếu cần tìm.",
    "rules_overlap": "Các dòng có thể cùng khớp trong khi bảng chỉ nhận một. Hãy sửa điều kiện hoặc đổi hit policy.",
    "table_without_output": "Bảng chưa có cột kết quả. Hãy thêm một cột.",
    "type_too_deep": "Các kiểu dữ liệu chứa nhau quá nhiều tầng. Hãy bỏ bớt tầng.",
    "unknown_aggregation": "Không có phép gộp này. Hãy chọn SUM, MIN, MAX hoặc COUNT.",
    "unknown_expression": "Không đọc được loại biểu thức này. Hãy dùng bảng quyết định hoặc biểu thức FEEL.",
    "unknown_hit_policy": "Không có hit policy này. Hãy chọn một trong danh sách của Modeler.",
    "unknown_reference": "Tham chiếu đến phần tử không có trong tệp. Hãy nối lại hoặc xóa tham chiếu.",
    "unknown_type": "Không có kiểu dữ liệu này. Hãy chọn kiểu có sẵn hoặc khai báo kiểu.",
    "unsupported": "Giá trị nhập từ tệp khác không được hỗ trợ. Hãy chép giá trị vào tệp này.",
}
"""Said by `workflows/dmn/`, with table, rule and cell in the sentence."""
DMN_WARNINGS = ("output_not_allowed", "rules_gap", "rules_not_compared", "rules_overlap", "unknown_type")
HEAD = """# Mã kiểm tra và cách sửa

Trang này được sinh từ danh mục thông báo (`python -m tests.conformance.bpmn.check_codes`); có phép thử giữ cho trang
luôn đúng. `trinh check`, trang triển khai và nút Deploy của Camunda Modeler đều nói bằng các mã này, cùng tệp, phần tử
và dòng. **Lỗi** thì không triển khai được; **lưu ý** thì vẫn triển khai được. Dấu … là chỗ ghi tên cụ thể.
"""


def page() -> str:
    """The whole document."""
    return HEAD + "".join(_table(title, codes) for title, codes in (*TITLES, ("Bảng quyết định", DMN)))


def _table(title: str, codes: dict[str, str]) -> str:
    lines = [f"| `{code}` | {_level(code)} | {_plain(text)} |" for code, text in sorted(codes.items())]
    return "\n".join((f"\n## {title}\n", "| mã | mức | thông báo và cách sửa |", "| --- | --- | --- |", *lines, ""))


def _level(code: str) -> str:
    return "lưu ý" if messages.severity(code) == "warning" or code in DMN_WARNINGS else "lỗi"


def _plain(text: str) -> str:
    """Without the places for details; a brace that stands for itself stays."""
    kept = text.replace("{{", "\0").replace("}}", "\1")
    return re.sub(r"\{\w+\}", "…", kept).replace("\0", "{").replace("\1", "}").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
