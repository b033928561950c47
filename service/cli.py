"""The command `trinh`.

Exit codes: 0 done; 1 refused, or problems were found; 2 the command line is wrong; 3 the database does not answer.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

from service.config import ConfigError, Settings
from service.database.migrate import refuse_another_schema, revision_of, upgrade
from service.database.unit import Database
from service.errors import ServiceError, Unavailable
from service.people.accounts import add_account, demo_accounts_active, parse_role
from service.people.calendar import clear_override, read_calendar, set_override
from service.people.demo import DEMO_PASSWORD, PEOPLE, SHOWN, create_people
from service.people.passwords import hash_password
from service.people.reads import actor_by_username
from service.people.tokens import create_token
from service.people.units import import_units
from workflows.calendar import FIRST_YEAR, LAST_YEAR, Override
from workflows.errors import DeploymentRefused, WorkflowError
from workflows.model import Problem

DONE, REFUSED, WRONG_USE, NO_DATABASE = 0, 1, 2, 3
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PROCEDURES = Path(__file__).parent.parent / "bpmn" / "awards"
STATES = {"active": "đang chạy", "completed": "đã kết thúc", "cancelled": "đã hủy", "incident": "có sự cố"}
MOST_SHOWN = 20
"""Deadlines that moved, by name, when the calendar changed."""
DRAWN = (".bpmn", ".dmn", ".form")


class Refusal(Exception):
    """The command cannot be done; the message is a Vietnamese sentence."""


class Parser(argparse.ArgumentParser):
    """argparse with its last word in Vietnamese."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"Lệnh chưa đúng: {message}. Xem cách dùng: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(Settings.from_environ(os.environ), options))
    except ConfigError as error:
        complain("Cấu hình chưa đúng:", *(f"  - {problem}" for problem in error.problems))
    except Unavailable as error:
        complain(error.message)
        return NO_DATABASE
    except (ServiceError, WorkflowError) as error:
        complain(error.message, *(f"  - {each.field}: {each.message}" for each in getattr(error, "problems", ())))
    except Refusal as refusal:
        complain(str(refusal))
    return REFUSED


def build_parser() -> Parser:
    """Every command with its options."""
    parser = Parser(prog="trinh", description="Trình: hệ thống xử lý hồ sơ thi đua, khen thưởng.")
    commands = parser.add_subparsers(metavar="LỆNH", required=True)

    def command(name: str, run: Callable[[Settings, argparse.Namespace], int], words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    command("init", init, "Tạo hoặc nâng cấp cơ sở dữ liệu và danh mục đơn vị; chạy lại bao nhiêu lần cũng được.")
    command("demo", demo, "Thêm người dùng, quy trình và dữ liệu mẫu (không dùng cho môi trường production).")
    serve_command = command("serve", serve, "Phục vụ trang web và API.")
    serve_command.add_argument("--host", default="127.0.0.1", help="địa chỉ lắng nghe (mặc định 127.0.0.1)")
    serve_command.add_argument("--port", type=_port, default=8000, help="cổng (mặc định 8000)")
    serve_command.add_argument("--workers", type=_positive, help="số tiến trình; SQLite luôn dùng một tiến trình")
    serve_command.add_argument("--worker", action="store_true", help="chạy cả bộ xử lý việc đến hạn bên trong")
    worker_command = command("worker", worker, "Xử lý việc đến hạn: hẹn giờ, thông báo, thư, việc tự động.")
    worker_command.add_argument("--once", action="store_true", help="làm hết việc đang chờ rồi dừng")
    worker_command.add_argument(
        "--at", type=_moment, metavar="THỜI_ĐIỂM", help="coi như đang ở thời điểm này (ISO 8601; mặc định giờ Hà Nội)"
    )
    deploy_command = command("deploy", deploy, "Triển khai quy trình, bảng quyết định, biểu mẫu.")
    deploy_command.add_argument("paths", nargs="+", type=Path, metavar="TỆP", help="tệp hoặc thư mục")
    check_command = command("check", check, "Kiểm tra quy trình mà không triển khai.")
    check_command.add_argument("paths", nargs="+", type=Path, metavar="TỆP", help="tệp hoặc thư mục")
    check_command.add_argument("--json", action="store_true", help="in kết quả dạng JSON")
    simulate_command = command("simulate", simulate, "Chạy thử sơ đồ theo kịch bản, không cần cơ sở dữ liệu.")
    simulate_command.add_argument("paths", nargs="+", type=Path, metavar="TỆP", help="tệp hoặc thư mục")
    simulate_command.add_argument("--script", type=Path, required=True, metavar="KỊCH_BẢN", help="tệp YAML")
    _add_account_commands(commands)
    return parser


def _add_account_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    token = commands.add_parser("token", help="Mã truy cập API.").add_subparsers(metavar="LỆNH", required=True)
    create = token.add_parser("create", help="Tạo mã truy cập; mã chỉ hiện một lần.")
    create.add_argument("user", metavar="TÊN_ĐĂNG_NHẬP")
    create.add_argument("--label", default="", help="dùng để làm gì")
    create.add_argument("--days", type=_positive, help="số ngày có hiệu lực (mặc định không hết hạn)")
    create.set_defaults(run=token_create)
    topic = commands.add_parser("topic", help="Chủ đề của các bước do dịch vụ ngoài làm.")
    topics = topic.add_subparsers(metavar="LỆNH", required=True)
    for name, run, words in (
        ("give", topic_give, "Giao một chủ đề cho tài khoản dịch vụ; từ đó sơ đồ được dùng chủ đề này."),
        ("take", topic_take, "Thôi giao một chủ đề."),
    ):
        added = topics.add_parser(name, help=words, description=words)
        added.add_argument("user", metavar="TÊN_ĐĂNG_NHẬP")
        added.add_argument("topic", metavar="CHỦ_ĐỀ")
        added.set_defaults(run=run)
    topics.add_parser("list", help="Các chủ đề đã giao.").set_defaults(run=topic_list)
    _add_calendar_commands(commands)
    user = commands.add_parser("user", help="Tài khoản.").add_subparsers(metavar="LỆNH", required=True)
    add = user.add_parser("add", help="Thêm tài khoản. Không nhập mật khẩu thì hệ thống tạo và hiện một lần.")
    add.add_argument("user", metavar="TÊN_ĐĂNG_NHẬP")
    add.add_argument("--name", required=True, help="họ và tên")
    add.add_argument("--role", action="append", default=[], help="VAI_TRÒ hoặc VAI_TRÒ@MÃ_ĐƠN_VỊ; lặp lại được")
    add.add_argument("--title", default="", help="chức vụ")
    add.add_argument("--gender", choices=("female", "male"), help="giới tính, nếu cần xưng hô ông/bà")
    add.add_argument("--email", help="địa chỉ nhận thông báo")
    how = add.add_mutually_exclusive_group()
    how.add_argument("--password-stdin", action="store_true", help="đọc mật khẩu từ đầu vào chuẩn")
    how.add_argument("--no-password", action="store_true", help="chỉ dùng mã truy cập, không đăng nhập được")
    add.set_defaults(run=user_add)


def _add_calendar_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    calendar = commands.add_parser("calendar", help="Lịch làm việc: hoán đổi, nghỉ bù, ngày nghỉ được công bố.")
    days = calendar.add_subparsers(metavar="LỆNH", required=True)
    for name, working, words in (
        ("off", False, "Một ngày nghỉ; mọi hạn xử lý đang chạy được tính lại."),
        ("work", True, "Một ngày làm việc; mọi hạn xử lý đang chạy được tính lại."),
    ):
        added = days.add_parser(name, help=words, description=words)
        added.add_argument("day", type=_day, metavar="NGÀY", help="ví dụ 2027-02-05")
        added.add_argument("name", metavar="TÊN", help="ví dụ: Nghỉ bù Quốc khánh")
        added.set_defaults(run=calendar_set, working=working)
    words = "Bỏ điều chỉnh của một ngày; mọi hạn xử lý đang chạy được tính lại."
    clear = days.add_parser("clear", help=words, description=words)
    clear.add_argument("day", type=_day, metavar="NGÀY")
    clear.set_defaults(run=calendar_clear)
    days.add_parser("list", help="Các ngày đã điều chỉnh.").set_defaults(run=calendar_list)


def init(settings: Settings, _: argparse.Namespace) -> int:
    """Create or upgrade the database, and bring in the official list of units."""
    try:  # other accounts of the machine read no dossier
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            f"Chưa tạo được thư mục dữ liệu {settings.data_dir} (TRINH_DATA_DIR): {error.strerror}."
        ) from error
    upgrade(settings.database_url)
    with opened(settings) as database, database.unit_of_work() as unit:
        changed = import_units(unit)
    say(f"Cơ sở dữ liệu đã sẵn sàng. Danh mục đơn vị: {changed} thay đổi.")
    return DONE


def demo(settings: Settings, _: argparse.Namespace) -> int:
    """The demo people, the procedures and a few dossiers. Repeating it adds nothing twice."""
    if settings.production:
        raise Refusal("Môi trường production không nhận tài khoản và dữ liệu mẫu.")
    from service.awards.demo import seed
    from service.engine.commands.deploy import Deploy
    from service.engine.commands.deploy import deploy as deploy_files
    from service.wiring import build_engine
    from service.worker import run_once

    with opened(settings) as database, database.unit_of_work() as unit:
        import_units(unit)
        added = create_people(unit)
    engine = build_engine(settings)
    deploy_files(engine, Deploy(name="Quy trình mẫu", source="trinh demo", files=read_files([PROCEDURES])), None)
    seed(engine)
    run_once(engine)  # the invitations: the three submissions are there when somebody signs in
    say(f"Dữ liệu mẫu đã sẵn sàng: thêm {added} tài khoản. Mật khẩu chung: {DEMO_PASSWORD}")
    return DONE


def serve(settings: Settings, options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    refuse_demo_accounts(settings)
    if settings.production and not settings.secure_cookies:
        complain("Lưu ý: TRINH_BASE_URL không phải https://, nên mật khẩu và phiên làm việc đi qua mạng không mã hóa.")
    from service.server import Server, port_taken

    if port_taken(options.host, options.port):
        raise Refusal(f"Cổng {options.port} ở {options.host} đang có chương trình khác dùng.")
    with_demo = not settings.production and _has_demo_accounts(settings)

    def ready() -> None:
        say(f"Trình đang chạy tại http://{options.host}:{options.port} (dừng: Ctrl+C)")
        if with_demo:
            names = {person.username: person for person in PEOPLE}
            say(f"Tài khoản mẫu, mật khẩu chung {DEMO_PASSWORD}:")
            say(*(f"  {name:<18} {names[name].full_name}, {names[name].title}" for name in SHOWN))
            say("  Phường Cửa Nam, Sở Du lịch: vanthu.cuanam, vanthu.dulich, giamdoc.dulich … (như trên, khác đuôi)")

    Server(
        settings,
        host=options.host,
        port=options.port,
        workers=options.workers,
        with_worker=options.worker,
        ready=ready,
    ).run()
    return DONE


def worker(settings: Settings, options: argparse.Namespace) -> int:
    """Work off what is due: once, or until interrupted."""
    if options.at is not None and settings.production:
        raise Refusal("Môi trường production không cho phép --at: thời gian là thời gian thật.")
    refuse_demo_accounts(settings)
    from service.wiring import build_engine
    from service.worker import run, run_once

    engine = build_engine(settings)
    if options.once or options.at is not None:
        say(f"Đã xử lý {run_once(engine, at=options.at)} việc đến hạn.")
        return DONE
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run(engine, stop)
    return DONE


def deploy(settings: Settings, options: argparse.Namespace) -> int:
    """Deploy everything named together: it goes in whole, or not at all."""
    from service.engine.commands.deploy import Deploy
    from service.engine.commands.deploy import deploy as deploy_files
    from service.wiring import build_engine

    files = read_files(options.paths)
    name = ", ".join(path.name for path in options.paths)
    with opened(settings):
        deployed = deploy_files(build_engine(settings), Deploy(name=name, source="trinh deploy", files=files), None)
    for each in deployed.resources:
        words = "Đã triển khai" if each.created else "Không đổi"
        say(f"{words}: {each.key}, phiên bản {each.version} ({each.file_name})")
    say(*(f"Lưu ý: {each.file}: {each.message}" for each in deployed.warnings))
    return DONE


def check(settings: Settings, options: argparse.Namespace) -> int:
    """Everything that `deploy` would say, without deploying."""
    from service.engine.commands.deploy import check as check_files
    from service.wiring import build_engine

    files = read_files(options.paths)
    with compared_with(settings) as deployed:
        engine = build_engine(deployed)
        with engine.database.unit_of_work(read_only=True) as unit:
            problems = check_files(engine, unit, files)
        engine.database.dispose()
    if options.json:
        print(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        say(*map(_problem_line, problems))
        say(f"{len(problems)} chỗ cần xem." if problems else "Không có gì cần sửa.")
    return REFUSED if any(problem.severity == "error" for problem in problems) else DONE


def simulate(_: Settings, options: argparse.Namespace) -> int:
    """Play a script with the diagrams named, and print the elements it passed, one a line."""
    import yaml

    from workflows.script import play

    files = read_files(options.paths)
    try:
        script = yaml.safe_load(options.script.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"Không đọc được kịch bản {options.script}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Refusal(f"Kịch bản {options.script} không phải YAML: {error}") from error
    try:
        played = play(files, script)
    except DeploymentRefused as refused:
        raise Refusal("\n".join(_problem_line(each) for each in refused.problems)) from refused
    names = played.simulator.names(played.instance)
    say(*(element if names[element] == element else f"{element:<32} {names[element]}" for element in played.path))
    say(f"Kết thúc kịch bản đúng như mong đợi; trạng thái: {STATES[played.state]}.")
    return DONE


def _problem_line(each: Problem) -> str:
    return f"{each.file}:{each.line or '-'} {each.element or ''} [{each.code}] {each.message}"


def token_create(settings: Settings, options: argparse.Namespace) -> int:
    """Print a new token, the only time it can be read."""
    with opened(settings) as database, database.unit_of_work() as unit:
        actor = actor_by_username(unit, options.user.strip().lower())
        if actor is None:
            raise Refusal(f"Không có tài khoản “{options.user}” đang hoạt động.")
        expires_at = unit.at + timedelta(days=options.days) if options.days else None
        token = create_token(unit, actor.account_id, label=options.label, expires_at=expires_at)
    print(token)
    complain("Mã này chỉ hiện một lần; hãy cất vào nơi an toàn.")
    return DONE


def user_add(settings: Settings, options: argparse.Namespace) -> int:
    """Add an account with its roles."""
    shown: str | None = None
    password: str | None = None
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif not options.no_password:
        password = shown = secrets.token_urlsafe(15)
    with opened(settings) as database, database.unit_of_work() as unit:
        add_account(
            unit,
            username=options.user,
            full_name=options.name,
            title=options.title,
            gender=options.gender,
            email=options.email,
            roles=[parse_role(text) for text in options.role],
            password_hash=None if password is None else hash_password(password),
        )
    say(f"Đã thêm tài khoản “{options.user.strip().lower()}”.")
    if shown is not None:
        say(f"Mật khẩu (chỉ hiện một lần): {shown}")
    return DONE


def topic_give(settings: Settings, options: argparse.Namespace) -> int:
    """Let a service outside work on a topic."""
    from service.engine.commands.worker_topics import give_topic
    from service.wiring import build_engine

    with opened(settings):
        give_topic(build_engine(settings), options.user, options.topic)
    say(f"Tài khoản “{options.user}” nhận được các bước có chủ đề “{options.topic}”.")
    return DONE


def topic_take(settings: Settings, options: argparse.Namespace) -> int:
    """Let it work on that topic no more."""
    from service.engine.commands.worker_topics import take_topic
    from service.wiring import build_engine

    with opened(settings):
        if not take_topic(build_engine(settings), options.user, options.topic):
            raise Refusal(f"Tài khoản “{options.user}” không được giao chủ đề “{options.topic}”.")
    say(f"Tài khoản “{options.user}” thôi nhận chủ đề “{options.topic}”.")
    return DONE


def topic_list(settings: Settings, _: argparse.Namespace) -> int:
    """Which service works on what."""
    from service.engine.commands.worker_topics import given_topics

    with opened(settings) as database, database.unit_of_work(read_only=True) as unit:
        say(*(f"{topic}  {username}" for username, topic in given_topics(unit)))
    return DONE


def calendar_set(settings: Settings, options: argparse.Namespace) -> int:
    """Make one day worked or off, and count every open deadline anew."""
    name = " ".join(options.name.split())
    if not name:
        raise Refusal("Ghi tên của ngày, để người đọc hạn xử lý biết vì sao.")
    with opened(settings) as database:
        with database.unit_of_work() as unit:
            set_override(unit, Override(day=options.day, working=options.working, name=name))
        say(f"{options.day:%d/%m/%Y} là {'ngày làm việc' if options.working else 'ngày nghỉ'}: {name}.")
        _recount(settings)
    return DONE


def calendar_clear(settings: Settings, options: argparse.Namespace) -> int:
    """Let the national calendar decide about the day again, and count every open deadline anew."""
    with opened(settings) as database:
        with database.unit_of_work() as unit:
            clear_override(unit, options.day)
        say(f"{options.day:%d/%m/%Y} theo lịch chung.")
        _recount(settings)
    return DONE


def calendar_list(settings: Settings, _: argparse.Namespace) -> int:
    """The days that differ from the national calendar."""
    with opened(settings) as database, database.unit_of_work(read_only=True) as unit:
        for each in read_calendar(unit).overrides:
            say(f"{each.day:%d/%m/%Y}  {'làm việc' if each.working else 'nghỉ'}  {each.name}")
    return DONE


def _recount(settings: Settings) -> None:
    """Say how many deadlines moved, and which."""
    from service.engine.commands.reschedule import due_dates, reschedule_all
    from service.wiring import build_engine

    engine = build_engine(settings)
    with engine.database.unit_of_work(read_only=True) as unit:
        before = due_dates(unit)
    moved = reschedule_all(engine)
    with engine.database.unit_of_work(read_only=True) as unit:
        after = due_dates(unit)
    engine.database.dispose()
    say(f"Đã tính lại hạn xử lý: {moved} việc thay đổi.")
    changed = [(was, after[key]) for key, was in before.items() if key in after and after[key].due_at != was.due_at]
    say(*(f"  {was.words}: {_hour(was.due_at)} thành {_hour(now.due_at)}" for was, now in changed[:MOST_SHOWN]))
    if len(changed) > MOST_SHOWN:
        say(f"  … và {len(changed) - MOST_SHOWN} việc khác")


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M %d/%m/%Y}"


def read_files(paths: Sequence[Path]) -> dict[str, bytes]:
    """Every diagram, table and form named or found in the folders named, by file name.

    Raises:
        Refusal: a path is not there, a folder holds nothing drawn, two files have the same name.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        inside = sorted(each for each in path.rglob("*") if each.suffix in DRAWN) if path.is_dir() else [path]
        if not inside or not all(each.is_file() for each in inside):
            raise Refusal(f"Không tìm thấy tệp quy trình nào ở {path} (nhận {', '.join(DRAWN)}).")
        for each in inside:
            if each.name in found:
                raise Refusal(f"Có hai tệp cùng tên {each.name}.")
            found[each.name] = each.read_bytes()
    return found


def refuse_demo_accounts(settings: Settings) -> None:
    """Raises Refusal when production would run with accounts whose password everybody knows."""
    if _has_demo_accounts(settings) and settings.production:
        raise Refusal("Cơ sở dữ liệu này có tài khoản mẫu; môi trường production không chạy với tài khoản mẫu.")


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, with this version's schema there. Raises Refusal, SchemaOutdated, SchemaNewer."""
    database = Database(settings.database_url)
    try:
        if not _is_created(database, settings):
            raise Refusal("Cơ sở dữ liệu chưa được tạo; hãy chạy: trinh init")
        yield database
    finally:
        database.dispose()


@contextmanager
def compared_with(settings: Settings) -> Iterator[Settings]:
    """The settings whose database says what is deployed; before `trinh init`, those of an empty one."""
    database = Database(settings.database_url)
    created = _is_created(database, settings)
    database.dispose()
    if created:
        yield settings
        return
    with TemporaryDirectory(prefix="trinh-check-") as folder:
        empty = replace(settings, database_url=f"sqlite:///{folder}/trinh.db")
        upgrade(empty.database_url)
        yield empty


def _is_created(database: Database, settings: Settings) -> bool:
    """Whether there is a schema. Raises SchemaOutdated or SchemaNewer for another version's."""
    path = make_url(settings.database_url).database or ""
    if settings.database_url.startswith("sqlite") and not Path(path).is_file():
        return False
    revision = revision_of(database)
    if revision is not None:
        refuse_another_schema(revision)
    return revision is not None


def say(*lines: str) -> None:
    """Lines for a person, at once."""
    for line in lines:
        print(line, flush=True)


def complain(*lines: str) -> None:
    """Lines that do not belong into what a program reads."""
    for line in lines:
        print(line, file=sys.stderr)


def _has_demo_accounts(settings: Settings) -> bool:
    with opened(settings) as database, database.unit_of_work(read_only=True) as unit:
        return demo_accounts_active(unit)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("thời điểm phải theo ISO 8601, ví dụ 2026-12-08T17:05") from None
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise argparse.ArgumentTypeError(f"thời điểm phải trong các năm {FIRST_YEAR} đến {LAST_YEAR - 1}")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=HANOI)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("ngày phải theo ISO 8601, ví dụ 2027-02-05") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"ngày phải trong các năm {FIRST_YEAR} đến {LAST_YEAR}")
    return day


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("cổng là số từ 1 đến 65535")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("phải là số nguyên dương")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
