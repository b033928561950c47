"""Every setting of Trình, read once from the environment. `docs/configuration.md` holds the table made from here.

`python -m service.config` prints that table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ENVIRONMENTS = ("development", "test", "production")
DEVELOPMENT_KEY = "trinh-development-key-never-for-production"
KEY_LENGTH = 32
DIFFERENT_CHARACTERS = 8


class ConfigError(Exception):
    """The settings do not fit together. `problems` holds every Vietnamese sentence, not the first."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def _setting(
    name: str, default: str | None, parse: Callable[[str], Any], meaning: str, *, secret: bool = False, shown: str = ""
) -> Any:
    """One field of Settings: its variable, its default as text, how to read it, what it is for.

    `shown` is the default as the table prints it, where the text itself would say little.
    """
    metadata = {"name": name, "default": default, "parse": parse, "meaning": meaning, "shown": shown or default or ""}
    return field(metadata=metadata, repr=not secret)


def _environment(text: str) -> str:
    if text not in ENVIRONMENTS:
        raise ValueError(f"chỉ nhận một trong các giá trị {', '.join(ENVIRONMENTS)}")
    return text


def _data_dir(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _database_url(text: str) -> str:
    """Any PostgreSQL address goes through psycopg 3; a SQLite database is a file, shared by threads and processes."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("không phải là một địa chỉ cơ sở dữ liệu") from None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return text
    raise ValueError("chỉ nhận postgresql://… hoặc sqlite:///<tệp>")


def _http_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("phải bắt đầu bằng http:// hoặc https://")
    return text.rstrip("/")


def _smtp_url(text: str) -> str:
    if not text.startswith(("smtp://", "smtps://")):
        raise ValueError("phải bắt đầu bằng smtp:// hoặc smtps://")
    return text


def _clock(text: str) -> time:
    try:
        hour, minute = text.split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError("phải là giờ và phút, ví dụ 08:00") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise ValueError("phải là một số nguyên dương")
    return int(text)


def _proxies(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 9:
        raise ValueError("phải là một số từ 0 đến 9")
    return int(text)


def _megabytes(text: str) -> int:
    return _count(text) * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process. Made by `from_environ`; tests may use `dataclasses.replace`."""

    environment: str = _setting(
        "TRINH_ENV",
        "development",
        _environment,
        "`development`, `test` or `production`. Production refuses demo accounts, weak keys and `worker --at`.",
    )
    data_dir: Path = _setting(
        "TRINH_DATA_DIR", "./var", _data_dir, "Folder of the SQLite database and of everything else kept as files."
    )
    database_url: str = _setting(
        "TRINH_DATABASE_URL",
        None,
        _database_url,
        "`postgresql://user:password@host/name` (psycopg 3) or `sqlite:////absolute/path.db`.",
        secret=True,
        shown="sqlite:///<data dir>/trinh.db",
    )
    secret_key: str = _setting(
        "TRINH_SECRET_KEY",
        DEVELOPMENT_KEY,
        str,
        f"Signs sessions and forms. Production wants one of its own, {KEY_LENGTH} characters or more: "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`.",
        secret=True,
        shown="(a development key)",
    )
    base_url: str = _setting(
        "TRINH_BASE_URL",
        "http://127.0.0.1:8000",
        _http_url,
        "Where people reach the service; links in mail start with it. `https://` makes cookies `Secure`.",
    )
    proxies: int = _setting(
        "TRINH_PROXIES",
        "0",
        _proxies,
        "Reverse proxies in front that add the caller to `X-Forwarded-For`. Wrong passwords are counted by that "
        "address; with 0 the header is not believed.",
    )
    smtp_url: str | None = _setting(
        "TRINH_SMTP_URL",
        None,
        _smtp_url,
        "`smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…`. "
        "Without it nothing is mailed: notices appear in the application only.",
        secret=True,
        shown="(none)",
    )
    mail_from: str = _setting("TRINH_MAIL_FROM", "trinh@localhost", str, "Sender of every mail.")
    day_start: time = _setting("TRINH_DAY_START", "08:00", _clock, "Start of a working day, Asia/Ho_Chi_Minh.")
    day_end: time = _setting(
        "TRINH_DAY_END", "17:00", _clock, "End of a working day, Asia/Ho_Chi_Minh: the moment deadlines fall due."
    )
    session_hours: int = _setting("TRINH_SESSION_HOURS", "12", _count, "Hours until a person signs in again.")
    deploy_limit_bytes: int = _setting(
        "TRINH_DEPLOY_LIMIT_MB", "5", _megabytes, "Largest file that may be deployed, in MB (1,024 × 1,024 bytes)."
    )
    paper_limit_bytes: int = _setting(
        "TRINH_PAPER_LIMIT_MB", "10", _megabytes, "Largest paper that may be attached to a dossier, in MB."
    )
    worker_poll_seconds: int = _setting(
        "TRINH_WORKER_POLL_SECONDS", "1", _count, "Seconds an idle worker waits before it looks for due work again."
    )

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read the TRINH_ variables; an empty one counts as not set.

        Raises:
            ConfigError: naming every variable that is wrong, in Vietnamese.
        """
        values: dict[str, Any] = {}
        problems: list[str] = []
        for one in fields(cls):
            name, text = one.metadata["name"], environ.get(one.metadata["name"], "").strip() or one.metadata["default"]
            try:
                values[one.name] = None if text is None else one.metadata["parse"](text)
            except ValueError as error:
                problems.append(f"{name}: {error}.")
        if problems:
            raise ConfigError(problems)
        if values["database_url"] is None:
            values["database_url"] = f"sqlite:///{values['data_dir']}/trinh.db"
        settings = cls(**values)
        if problems := _contradictions(settings):
            raise ConfigError(problems)
        return settings


def _contradictions(settings: Settings) -> list[str]:
    problems = []
    if settings.day_end <= settings.day_start:
        problems.append("TRINH_DAY_END: giờ kết thúc ngày làm việc phải sau giờ bắt đầu (TRINH_DAY_START).")
    if settings.production and (weakness := _weakness(settings.secret_key)):
        problems.append(f"TRINH_SECRET_KEY: {weakness}.")
    return problems


def _weakness(key: str) -> str | None:
    if key == DEVELOPMENT_KEY:
        return "môi trường production phải có khóa bí mật riêng"
    if len(key) < KEY_LENGTH:
        return f"khóa bí mật phải có ít nhất {KEY_LENGTH} ký tự"
    if len(set(key)) < DIFFERENT_CHARACTERS:
        return "khóa bí mật quá dễ đoán, hãy tạo một khóa ngẫu nhiên"
    return None


def table() -> str:
    """The settings as a Markdown table."""
    known = [one.metadata for one in fields(Settings)]
    rows = [f"| `{one['name']}` | `{one['shown']}` | {one['meaning']} |" for one in known]
    return "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows]) + "\n"


if __name__ == "__main__":
    print(table(), end="")
