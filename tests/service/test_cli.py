"""The command `trinh`: what it writes, what it says, how it exits."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from service.cli import PROCEDURES, main
from service.database.unit import Database
from service.engine.commands.reschedule import due_dates
from service.people.reads import actor_by_token
from service.people.sign_in import sign_in
from service.people.tables import account
from service.people.tables import unit as unit_table
from workflows.calendar import VIETNAM, WorkCalendar


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def trinh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process, with settings of its own."""
    for name in ("TRINH_ENV", "TRINH_DATABASE_URL", "TRINH_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRINH_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str, stdin: str = "", **environ: str) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.StringIO(stdin))
            try:
                code = main(arguments)
            except SystemExit as stopped:
                code = int(stopped.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{(tmp_path / 'data').resolve()}/trinh.db")


PRODUCTION = {"TRINH_ENV": "production", "TRINH_SECRET_KEY": "mot-khoa-rieng-du-dai-0123456789-abcdef"}


def test_init_may_be_repeated(trinh: Run, database: Database) -> None:
    assert trinh("init") == Ran(0, "Cơ sở dữ liệu đã sẵn sàng. Danh mục đơn vị: 142 thay đổi.\n", "")
    assert trinh("init") == Ran(0, "Cơ sở dữ liệu đã sẵn sàng. Danh mục đơn vị: 0 thay đổi.\n", "")
    with database.unit_of_work(read_only=True) as unit:
        assert unit.connection.scalar(select(func.count()).select_from(unit_table)) == 142
    database.dispose()


def test_the_data_folder_is_its_owners_alone(trinh: Run, tmp_path: Path) -> None:
    trinh("init")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_data_folder_that_cannot_be_made_is_named(trinh: Run, tmp_path: Path) -> None:
    file = tmp_path / "tep"
    file.write_text("x")
    for folder in (file, file / "data"):
        ran = trinh("init", TRINH_DATA_DIR=str(folder))
        assert (ran.code, ran.err.startswith(f"Chưa tạo được thư mục dữ liệu {folder} (TRINH_DATA_DIR)")) == (1, True)


def test_production_without_https_says_what_is_open(trinh: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.server.port_taken", lambda _host, _port: True)
    trinh("init")
    assert "không mã hóa" in trinh("serve", **PRODUCTION).err
    assert "không mã hóa" not in trinh("serve", TRINH_BASE_URL="https://trinh.example.vn", **PRODUCTION).err
    assert "không mã hóa" not in trinh("serve").err


def test_init_on_either_database(trinh: Run, empty_database_url: str) -> None:
    for _ in range(2):
        assert trinh("init", TRINH_DATABASE_URL=empty_database_url).code == 0


def test_accounts_and_tokens(trinh: Run, database: Database) -> None:
    trinh("init")
    added = trinh("user", "add", "Le.Lan", "--name", "Lê Thị Lan", "--role", "unit_clerk@00070", "--role", "snv_expert")
    assert added.code == 0
    password = re.search(r"Mật khẩu \(chỉ hiện một lần\): (\S+)", added.out)
    assert password
    made = trinh("token", "create", "le.lan", "--days", "30", "--label", "phần mềm báo cáo")
    assert made.code == 0
    now = datetime.now(UTC)
    with database.unit_of_work(read_only=True) as unit:
        who = sign_in(unit, "le.lan", password[1])
        assert actor_by_token(unit, made.out.strip()) == who
        assert [(held.role, held.unit_id) for held in who.roles] == [("unit_clerk", "00070"), ("snv_expert", None)]
    with database.unit_of_work(now + timedelta(days=31), read_only=True) as unit:
        assert actor_by_token(unit, made.out.strip()) is None
    database.dispose()


def test_a_password_from_stdin_and_none_at_all(trinh: Run, database: Database) -> None:
    trinh("init")
    first = trinh("user", "add", "a", "--name", "A", "--password-stdin", stdin="một mật khẩu dài\n")
    second = trinh("user", "add", "b", "--name", "B", "--no-password")
    assert (first.code, second.code) == (0, 0)
    assert "Mật khẩu" not in first.out + second.out
    with database.unit_of_work(read_only=True) as unit:
        assert sign_in(unit, "a", "một mật khẩu dài").full_name == "A"
        assert unit.connection.scalar(select(account.c.password_hash).where(account.c.username == "b")) is None
    database.dispose()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user", "add", "x", "--name", "X", "--role", "vua"], "Không có vai trò “vua”."),
        (["user", "add", "x", "--name", "X", "--role", "unit_clerk"], "phải gắn với một đơn vị"),
        (["user", "add", "x", "--name", "X", "--role", "unit_clerk@nowhere"], "Không có đơn vị mã “nowhere”."),
        (["user", "add", "x y", "--name", "X"], "Tên đăng nhập “x y”"),
        (["user", "add", "x", "--name", "X", "--password-stdin"], "Mật khẩu phải có từ 12"),
        (["token", "create", "x"], "Không có tài khoản “x” đang hoạt động."),
        (["deploy", "không/có"], "Không tìm thấy tệp quy trình nào ở không/có"),
    ],
)
def test_refusals_say_what_is_wrong(trinh: Run, database: Database, arguments: list[str], words: str) -> None:
    trinh("init")
    ran = trinh(*arguments)
    assert ran.code == 1
    assert words in ran.err
    with database.unit_of_work(read_only=True) as unit:
        assert unit.connection.scalar(select(func.count()).select_from(account)) == 0
    database.dispose()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["serve", "--port", "0"],
        ["serve", "--workers", "none"],
        ["worker", "--at", "hôm nay"],
        ["worker", "--at", "0001-01-01"],
        ["calendar", "off", "05/02/2027", "Nghỉ Tết"],
        ["calendar", "work", "2101-01-01", "Làm bù"],
        ["worker", "--at", "9999-12-31T23:59-12:00"],
        ["user", "add", "x"],
    ],
)
def test_a_wrong_command_line(trinh: Run, arguments: list[str]) -> None:
    ran = trinh(*arguments)
    assert ran.code == 2
    assert "Lệnh chưa đúng" in ran.err


def test_a_database_that_is_not_there(trinh: Run) -> None:
    for arguments in (["token", "create", "x"], ["user", "add", "x", "--name", "X"], ["serve"], ["worker", "--once"]):
        ran = trinh(*arguments)
        assert (ran.code, "trinh init" in ran.err) == (1, True), arguments
    nobody = "postgresql://trinh@127.0.0.1:1/trinh"
    for arguments in (["init"], ["token", "create", "x"], ["serve"]):
        ran = trinh(*arguments, TRINH_DATABASE_URL=nobody)
        assert (ran.code, "Chưa kết nối được cơ sở dữ liệu" in ran.err) == (3, True), arguments


def test_production_refuses_demo_accounts_weak_keys_and_another_time(trinh: Run, database: Database) -> None:
    weak = trinh("serve", TRINH_ENV="production")
    assert (weak.code, "TRINH_SECRET_KEY" in weak.err) == (1, True)
    trinh("init")
    assert "production" in trinh("demo", **PRODUCTION).err
    assert "--at" in trinh("worker", "--at", "2026-12-08T17:05", **PRODUCTION).err
    with database.unit_of_work() as unit:
        from service.people.demo import create_people

        create_people(unit)
    database.dispose()
    for arguments in (["serve"], ["worker", "--once"]):
        ran = trinh(*arguments, **PRODUCTION)
        assert (ran.code, "tài khoản mẫu" in ran.err) == (1, True)


def test_a_changed_calendar_moves_every_open_deadline_and_says_which(trinh: Run, database: Database) -> None:
    trinh("init")
    trinh("demo")
    with database.unit_of_work(read_only=True) as unit:
        before = {key: each.due_at for key, each in due_dates(unit).items()}
    off = (min(before.values()) - timedelta(days=1)).astimezone(VIETNAM).date()
    while not WorkCalendar().is_workday(off):
        off -= timedelta(days=1)
    added = trinh("calendar", "off", off.isoformat(), "Nghỉ do bão")
    assert (added.code, added.err) == (0, "")
    assert added.out.startswith(f"{off:%d/%m/%Y} là ngày nghỉ: Nghỉ do bão.\nĐã tính lại hạn xử lý: 3 việc thay đổi.")
    assert re.search(r"HS-\d{4}-0001, Lập danh sách đề nghị và báo cáo thành tích: 17:00 [\d/]+ thành 17:00", added.out)
    with database.unit_of_work(read_only=True) as unit:
        assert all(each.due_at > before[key] for key, each in due_dates(unit).items())
    assert trinh("calendar", "list").out == f"{off:%d/%m/%Y}  nghỉ  Nghỉ do bão\n"
    assert "3 việc thay đổi" in trinh("calendar", "clear", off.isoformat()).out
    with database.unit_of_work(read_only=True) as unit:
        assert {key: each.due_at for key, each in due_dates(unit).items()} == before
    assert trinh("calendar", "list").out == ""
    database.dispose()


def test_check_prints_problems_as_json(trinh: Run, tmp_path: Path) -> None:
    trinh("init")
    broken = tmp_path / "hong.bpmn"
    broken.write_text("<definitions>")
    ran = trinh("check", str(broken), "--json")
    assert ran.code == 1
    problem = json.loads(ran.out)[0]
    assert problem["file"] == "hong.bpmn"
    assert set(problem) == {"file", "element", "line", "severity", "code", "message"}
    assert "hong.bpmn" in trinh("check", str(broken)).out


def test_check_needs_no_database(trinh: Run, tmp_path: Path) -> None:
    """Before `trinh init` files are compared with nothing deployed, and nothing is created."""
    ran = trinh("check", str(PROCEDURES))
    assert (ran.code, ran.err) == (0, "")
    alone = trinh("check", str(PROCEDURES / "award_round.bpmn"))
    assert (alone.code, "council_session" in alone.out) == (1, True)
    assert not (tmp_path / "data").exists()


def test_simulate_prints_the_path_and_needs_no_database(trinh: Run, tmp_path: Path) -> None:
    ran = trinh("simulate", str(PROCEDURES), "--script", str(PROCEDURES / "tests" / "council_session.yaml"))
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["start", "join_convene", "convene"]
    assert "Triệu tập" in lines[2]
    assert lines[-1].endswith("trạng thái: đã kết thúc.")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("process: council_session\nsteps: [{complete: minutes}]", "Bước 1 của kịch bản: Không có việc “minutes” nào"),
        ("process: nobody", "Chưa triển khai quy trình “nobody”"),
        ("process: [", "không phải YAML"),
        ("!!python/object/apply:os.system [true]", "không phải YAML"),
        ("- a", "phải là các cặp tên"),
    ],
)
def test_simulate_says_what_is_otherwise(trinh: Run, tmp_path: Path, text: str, words: str) -> None:
    script = tmp_path / "steps.yaml"
    script.write_text(text, encoding="utf-8")
    ran = trinh("simulate", str(PROCEDURES), "--script", str(script))
    assert (ran.code, words in ran.err) == (1, True), ran.err


def test_simulate_tells_the_problems_of_a_diagram(trinh: Run, tmp_path: Path) -> None:
    diagram = tmp_path / "bad.bpmn"
    diagram.write_text("<definitions/>", encoding="utf-8")
    script = tmp_path / "steps.yaml"
    script.write_text("process: p", encoding="utf-8")
    ran = trinh("simulate", str(diagram), "--script", str(script))
    assert (ran.code, "bad.bpmn:1" in ran.err and "[not_bpmn]" in ran.err) == (1, True), ran.err
    assert trinh("simulate", str(diagram), "--script", str(tmp_path / "none.yaml")).code == 1
