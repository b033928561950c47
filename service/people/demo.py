"""The people of the demo: someone for every role, in two communes, a department, Sở Nội vụ and UBND Thành phố.

All of them are marked as demo accounts, which production refuses, and share one documented password.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from service.people.accounts import add_account, parse_role
from service.people.passwords import hash_password
from service.people.tables import account

if TYPE_CHECKING:
    from service.database.unit import Unit

DEMO_PASSWORD = "Trinh-demo-2026"  # noqa: S105 - documented, of accounts that production refuses


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One demo account; `roles` as `trinh user add` takes them."""

    username: str
    full_name: str
    title: str
    gender: str | None
    roles: tuple[str, ...]


_FEMALE, _MALE = "female", "male"

PEOPLE = (
    DemoPerson("vanthu.hoankiem", "Nguyễn Thị Thu Hà", "Văn thư phường Hoàn Kiếm", _FEMALE, ("unit_clerk@00070",)),
    DemoPerson(
        "thuky.hoankiem", "Trần Minh Đức", "Thư ký Hội đồng TĐKT phường Hoàn Kiếm", _MALE, ("council_secretary@00070",)
    ),
    DemoPerson(
        "thanhvien.hoankiem",
        "Lê Thị Bích Ngọc",
        "Phó Chủ tịch HĐND phường Hoàn Kiếm",
        _FEMALE,
        ("council_member@00070",),
    ),
    DemoPerson(
        "thanhvien2.hoankiem", "Phạm Quốc Huy", "Trưởng phòng Văn hóa - Xã hội", _MALE, ("council_member@00070",)
    ),
    DemoPerson("chutich.hoankiem", "Vũ Đình Trọng", "Chủ tịch UBND phường Hoàn Kiếm", _MALE, ("unit_head@00070",)),
    DemoPerson("vanthu.cuanam", "Đinh Thị Hương Giang", "Văn thư phường Cửa Nam", _FEMALE, ("unit_clerk@00073",)),
    DemoPerson(
        "thuky.cuanam", "Nguyễn Hữu Phước", "Thư ký Hội đồng TĐKT phường Cửa Nam", _MALE, ("council_secretary@00073",)
    ),
    DemoPerson(
        "thanhvien.cuanam", "Tạ Thị Kim Oanh", "Chủ tịch UBMTTQ phường Cửa Nam", _FEMALE, ("council_member@00073",)
    ),
    DemoPerson(
        "thanhvien2.cuanam", "Lưu Văn Thắng", "Phó Chủ tịch UBND phường Cửa Nam", _MALE, ("council_member@00073",)
    ),
    DemoPerson("chutich.cuanam", "Nguyễn Thị Ánh Tuyết", "Chủ tịch UBND phường Cửa Nam", _FEMALE, ("unit_head@00073",)),
    DemoPerson("vanthu.dulich", "Hà Thị Quỳnh Chi", "Văn thư Sở Du lịch", _FEMALE, ("unit_clerk@so_du_lich",)),
    DemoPerson(
        "thuky.dulich", "Cao Xuân Trường", "Thư ký Hội đồng TĐKT Sở Du lịch", _MALE, ("council_secretary@so_du_lich",)
    ),
    DemoPerson(
        "thanhvien.dulich", "Nguyễn Đăng Khoa", "Phó Giám đốc Sở Du lịch", _MALE, ("council_member@so_du_lich",)
    ),
    DemoPerson(
        "thanhvien2.dulich",
        "Vương Thị Lệ Thủy",
        "Chủ tịch Công đoàn Sở Du lịch",
        _FEMALE,
        ("council_member@so_du_lich",),
    ),
    DemoPerson("giamdoc.dulich", "Đoàn Trung Kiên", "Giám đốc Sở Du lịch", _MALE, ("unit_head@so_du_lich",)),
    DemoPerson("vanthu.thanhtra", "Bạch Thị Diễm", "Văn thư Thanh tra Thành phố", _FEMALE, ("unit_clerk@thanh_tra",)),
    DemoPerson(
        "lanhdao.thanhtra", "Nguyễn Việt Cường", "Phó Chánh Thanh tra Thành phố", _MALE, ("unit_head@thanh_tra",)
    ),
    DemoPerson("vanthu.taichinh", "Kiều Thị Thanh Nhàn", "Văn thư Sở Tài chính", _FEMALE, ("unit_clerk@so_tai_chinh",)),
    DemoPerson("lanhdao.taichinh", "Chu Đức Mạnh", "Phó Giám đốc Sở Tài chính", _MALE, ("unit_head@so_tai_chinh",)),
    DemoPerson("vanthu.tuphap", "Lâm Thị Như Ý", "Văn thư Sở Tư pháp", _FEMALE, ("unit_clerk@so_tu_phap",)),
    DemoPerson("lanhdao.tuphap", "Tống Phước Hải", "Phó Giám đốc Sở Tư pháp", _MALE, ("unit_head@so_tu_phap",)),
    DemoPerson("vanthu.yte", "Mạc Thị Hoài An", "Văn thư Sở Y tế", _FEMALE, ("unit_clerk@so_y_te",)),
    DemoPerson("lanhdao.yte", "Quách Gia Bảo", "Phó Giám đốc Sở Y tế", _MALE, ("unit_head@so_y_te",)),
    DemoPerson("chuyenvien", "Đặng Thùy Linh", "Chuyên viên Sở Nội vụ", _FEMALE, ("snv_expert",)),
    DemoPerson(
        "truongphong", "Hoàng Văn Khải", "Trưởng phòng Thi đua - Khen thưởng, Sở Nội vụ", _MALE, ("snv_division_head",)
    ),
    DemoPerson("giamdoc", "Bùi Thanh Sơn", "Giám đốc Sở Nội vụ", _MALE, ("snv_director", "unit_head@so_noi_vu")),
    DemoPerson(
        "thuky.noivu", "Đỗ Thị Mai Phương", "Thư ký Hội đồng TĐKT Sở Nội vụ", _FEMALE, ("council_secretary@so_noi_vu",)
    ),
    DemoPerson("thanhvien.noivu", "Phùng Tiến Dũng", "Phó Giám đốc Sở Nội vụ", _MALE, ("council_member@so_noi_vu",)),
    DemoPerson(
        "thanhvien2.noivu", "Nghiêm Thị Thảo", "Chánh Văn phòng Sở Nội vụ", _FEMALE, ("council_member@so_noi_vu",)
    ),
    DemoPerson("vanthu.noivu", "Trương Thị Yến Nhi", "Văn thư Sở Nội vụ", _FEMALE, ("unit_clerk@so_noi_vu",)),
    DemoPerson(
        "thuky.thanhpho",
        "Lê Quang Vinh",
        "Thư ký Hội đồng TĐKT Thành phố",
        _MALE,
        ("council_secretary@van_phong_ubnd",),
    ),
    DemoPerson("vanphong", "Ngô Hải Yến", "Chuyên viên Văn phòng UBND Thành phố", _FEMALE, ("ubnd_office",)),
    DemoPerson("chutich", "Dương Đức Thịnh", "Chủ tịch UBND Thành phố", _MALE, ("ubnd_chair",)),
    DemoPerson("giamsat", "Lý Thị Hồng Vân", "Giám sát tiến độ", _FEMALE, ("supervisor",)),
    DemoPerson("quytrinh", "Phan Tuấn Anh", "Quản trị quy trình", _MALE, ("process_owner",)),
    DemoPerson("thanhtra", "Trịnh Công Minh", "Thanh tra viên", _MALE, ("auditor",)),
    DemoPerson("quantri", "Mai Xuân Bách", "Quản trị hệ thống", _MALE, ("administrator",)),
    DemoPerson("dichvu", "Dịch vụ tự động", "Tài khoản của phần mềm", None, ("service_worker",)),
)

SHOWN = (
    "vanthu.hoankiem", "thuky.hoankiem", "chutich.hoankiem", "chuyenvien", "truongphong", "giamdoc",
    "thuky.noivu", "vanphong", "chutich", "giamsat", "quytrinh", "thanhtra", "quantri",
)  # fmt: skip
"""The accounts that `trinh serve` prints: one dossier's whole way and the four who watch over it."""


def create_people(unit: Unit) -> int:
    """Add the demo people who are missing; returns how many. Needs the units imported.

    They share one hash: a demo password is public, and forty argon2 runs would only make the start slow.
    """
    known = set(unit.connection.execute(select(account.c.username)).scalars())
    missing = [person for person in PEOPLE if person.username not in known]
    if missing:
        password_hash = hash_password(DEMO_PASSWORD)
        for person in missing:
            add_account(
                unit,
                username=person.username,
                full_name=person.full_name,
                title=person.title,
                gender=person.gender,
                roles=[parse_role(role) for role in person.roles],
                password_hash=password_hash,
                demo=True,
            )
    return len(missing)
